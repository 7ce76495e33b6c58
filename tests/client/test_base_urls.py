"""Credentials go to where the base URL says: to Plivo over https, or to this machine."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pulumi_plivo.api import Client, checked_base_url

from tests.conftest import AUTH_ID, AUTH_TOKEN

SECRET = "pa55w0rd"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.plivo.com/v1",
        "http://127.0.0.1.example.com/v1",
        "http://localhost.example.com/",
        "http://127.0.0.1\\.example.com/",
        "ftp://127.0.0.1/",
        "api.plivo.com/v1",
        "//api.plivo.com/v1",
        "https:///v1",
        "https://:443/v1",
        "",
    ],
)
def test_an_address_that_would_leak_credentials_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        checked_base_url(url)


@pytest.mark.parametrize(
    "url",
    ["https://a.b/v1?", "https://a.b/v1#", "https://a.b/v1?x=1", "https://a.b/v1#x", "https://a.b?", "http://[::1]#"],
)
def test_a_query_or_fragment_is_refused_even_when_it_is_empty(url: str) -> None:
    with pytest.raises(ValueError, match="query or fragment"):
        checked_base_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.b/v 1",
        " https://a.b",
        "https://a.b\n",
        "https://a.b/\x1b[2J",
        "https://a\t.b",
        "https://ä.b",
        "https://a.b\\c",
    ],
)
def test_spaces_and_control_characters_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="escaping"):
        checked_base_url(url)


@pytest.mark.parametrize("port", ["0", "65536", "99999999999999999999", "http", "-1", "8e1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match="65535"):
        checked_base_url(f"https://a.b:{port}/v1")


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{SECRET}@api.plivo.com/v1",
        f"https://{SECRET}@api.plivo.com/v1",
        "https://@api.plivo.com/v1",
        f"ftp://user:{SECRET}@api.plivo.com/v1",
        f"http://user:{SECRET}@api.plivo.com/v1",
        f"user:{SECRET}@api.plivo.com/v1",
        f"https://user:{SECRET}",
        f"https://user:{SECRET}@api.plivo.com/v1?",
        f"https://user:{SECRET}@api.plivo.com/v 1",
        f"https://[{SECRET}]/v1",
        f"https://user:{SECRET}@[/v1",
        f"http://{SECRET}",
    ],
)
def test_no_error_shows_what_may_be_a_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"base URL|plain http") as raised:
        checked_base_url(url)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8420/v1/", "http://[::1]:1/v1", "http://localhost/v1", "https://a.b", "https://a.b:65535//"],
)
def test_an_address_that_is_safe_is_taken(url: str) -> None:
    assert checked_base_url(url) == url.rstrip("/")


@given(st.text() | st.from_regex(r"https?://[ -~]*"))
@example("https://[")
@example("https://a]b")
@example("https://a.b\u2100c")
def test_every_text_is_a_base_url_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        Client(AUTH_ID, AUTH_TOKEN, base_url=text).close()
