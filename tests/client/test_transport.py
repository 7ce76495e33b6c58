"""Credentials stay where they belong, and a call is tried again where that may help."""

import re
import threading
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_plivo.api import ApiError, Client, MemberKind
from pulumi_plivo.api.paths import joined

from tests.client.conftest import HurriedTime, Scripted, ScriptedServer
from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, POOL

OK = Scripted(200, f'{{"number": "{NUMBER}"}}'.encode())


def get(client: Client) -> None:
    """Make a call."""
    client.pool_members.get(MemberKind.NUMBER, POOL, NUMBER)


@pytest.mark.parametrize(
    "trouble",
    [
        Scripted(500),
        Scripted(502, b"<html>"),
        Scripted(503),
        Scripted(429),
        Scripted(200, b""),
        Scripted(200, b'{"number": "1', {"Content-Length": "400"}, cut=12),
        Scripted(cut=-1),
    ],
    ids=["500", "502", "503", "429", "empty", "truncated", "dropped"],
)
def test_a_passing_trouble_is_tried_again(client: Client, server: ScriptedServer, trouble: Scripted) -> None:
    server.answers(trouble, trouble, OK)
    get(client)
    assert len(server.requests) == 3


@pytest.mark.parametrize("trouble", [Scripted(503), Scripted(cut=-1), Scripted(200, b"")])
def test_tries_are_bounded_and_counted(client: Client, server: ScriptedServer, trouble: Scripted) -> None:
    server.answers(trouble)
    with pytest.raises(ApiError) as raised:
        get(client)
    assert raised.value.attempts == len(server.requests) == 3
    assert raised.value.is_answer_lost


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422])
def test_a_judgement_is_not_tried_again(client: Client, server: ScriptedServer, status: int) -> None:
    server.answers(Scripted(status))
    with pytest.raises(ApiError) as raised:
        get(client)
    assert (raised.value.status, len(server.requests)) == (status, 1)


def test_retry_after_is_obeyed(client_with: Callable[..., Client], server: ScriptedServer, time: HurriedTime) -> None:
    server.answers(Scripted(503, headers={"Retry-After": "7"}), OK)
    get(client_with())
    assert time.waits == [7]


@pytest.mark.parametrize("wait", ["soon", "-1", "9999999999999999999999", "1" * 5000, "Fri, 31 Dec 99999 23:59:59 GMT"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_that_no_run_can_wait_for_ends_or_is_ignored(
    client_with: Callable[..., Client], server: ScriptedServer, time: HurriedTime, status: int, wait: str
) -> None:
    server.answers(Scripted(status, headers={"Retry-After": wait}))
    with pytest.raises(ApiError) as raised:
        get(client_with())
    assert raised.value.status == status
    assert all(wait <= 120 for wait in time.waits)


def test_a_server_that_is_not_there_is_an_error_without_a_status() -> None:
    client = Client(AUTH_ID, AUTH_TOKEN, base_url="http://127.0.0.1:1/v1", max_retries=1, backoff=0)
    with pytest.raises(ApiError, match="connection failed") as raised:
        get(client)
    assert raised.value.status is None
    client.close()


def test_threads_that_call_one_after_the_other_share_a_connection(client: Client, server: ScriptedServer) -> None:
    server.answers(OK)
    for _ in range(3):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(get, client).result()
    assert (len(server.requests), server.connections) == (3, 1)


def test_threads_that_call_at_the_same_time_have_a_connection_each(client: Client, server: ScriptedServer) -> None:
    both_are_there = threading.Barrier(2, timeout=10)
    server.on_request = both_are_there.wait
    server.answers(OK)
    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(get, client) for _ in range(2)]:
            each.result()
    assert (len(server.requests), server.connections) == (2, 2)


def test_a_broken_connection_is_told_in_words(client: Client, server: ScriptedServer) -> None:
    server.answers(*[Scripted(cut=-1)] * 5)
    with pytest.raises(ApiError) as raised:
        get(client)
    assert raised.value.text == "the connection failed (Remote end closed connection without response)"


def test_credentials_go_to_plivo_and_not_along_a_redirect(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(302, headers={"Location": server.base_url + "/elsewhere"}))
    with pytest.raises(ApiError, match="not followed"):
        get(client)
    ((_, _, headers, _),) = server.requests
    assert headers["Authorization"] == "Basic " + b64encode(f"{AUTH_ID}:{AUTH_TOKEN}".encode()).decode()


def test_a_redirect_is_told_as_one_and_not_tried_again_though_its_body_is_no_json(
    client: Client, server: ScriptedServer
) -> None:
    server.answers(Scripted(302, b"<html>Moved</html>", {"Location": "/elsewhere"}))
    with pytest.raises(ApiError, match="status 302: a redirect, which is not followed"):
        get(client)
    assert len(server.requests) == 1


def test_a_netrc_file_does_not_replace_the_credentials(
    client: Client, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.answers(OK)
    get(client)
    assert b64encode(b"other:other").decode() not in server.requests[0][2]["Authorization"]


def test_a_proxy_of_the_environment_never_sees_a_plain_call(
    client: Client, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.answers(OK)
    get(client)
    assert len(server.requests) == 1


def test_a_body_larger_than_8_mib_is_an_error_that_is_not_tried_again(client: Client, server: ScriptedServer) -> None:
    server.answers(Scripted(200, b'{"number": "' + b"1" * (8 * 1024 * 1024) + b'"}'))
    with pytest.raises(ApiError, match="larger than 8 MiB"):
        get(client)
    assert len(server.requests) == 1


def test_an_unrent_goes_out_in_the_query_and_in_the_body_and_a_plain_removal_in_the_body_alone(
    client: Client, server: ScriptedServer
) -> None:
    client.pool_members.remove(MemberKind.NUMBER, POOL, NUMBER, unrent=True)
    client.pool_members.remove(MemberKind.NUMBER, POOL, NUMBER)
    path = f"/v1/Account/{AUTH_ID}/NumberPool/{POOL}/Number/{NUMBER}/"
    assert [(path, body) for _, path, _, body in server.requests] == [
        (path + "?unrent=true", b'{"unrent": true}'),
        (path, b'{"unrent": false}'),
    ]


@given(st.text(), st.text(), st.sampled_from(MemberKind))
def test_no_input_leaves_the_urls_of_its_pool(pool: str, digits: str, kind: MemberKind) -> None:
    client = Client(AUTH_ID, AUTH_TOKEN, base_url="http://127.0.0.1:1/v1", max_retries=0, timeout=0.001)
    with pytest.raises((ValueError, ApiError)) as raised:
        client.pool_members.get(kind, pool, digits)
    if isinstance(raised.value, ApiError):
        assert raised.value.path == f"NumberPool/{pool}/{kind.value}/{digits}/"
        assert re.fullmatch(r"[0-9]{3,15}", digits, re.ASCII)
        assert re.fullmatch(r"[0-9a-fA-F-]{36}", pool, re.ASCII)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_a_path_has_as_many_parts_as_it_was_made_of(parts: list[str]) -> None:
    assert joined(*parts).count("/") == len(parts)
    assert joined(*parts).isascii()


def test_a_call_that_is_not_repeatable_is_sent_again_only_where_plivo_said_that_it_did_nothing(
    client: Client, server: ScriptedServer
) -> None:
    server.answers(Scripted(503))
    with pytest.raises(ApiError) as lost:
        client.post("Powerpack", body={"name": "otp"}, is_repeatable=False)
    assert (lost.value.attempts, len(server.requests)) == (1, 1)
    server.answers(Scripted(429), Scripted(200, b"{}"))
    assert client.post("Powerpack", body={"name": "otp"}, is_repeatable=False) == {}
