"""No bytes that a server can send raise anything but an ApiError, and none of them fill the memory or the terminal."""

import gc
import gzip
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pulumi_plivo.api import ApiError, Client, MemberKind

from tests.client.raw_server import RawServer
from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, POOL

# urllib3 leaves the connection of an answer whose headers it refuses to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:.*BoundedSocket:pytest.PytestUnraisableExceptionWarning")

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MEMBER = json.dumps({"number": NUMBER}).encode()
BOMB = gzip.compress(b" " * 100_000_000)


def with_length(body: bytes, *headers: bytes, status: bytes = OK) -> bytes:
    """Return a whole answer."""
    return b"%bContent-Length: %d\r\n%b\r\n%b" % (status, len(body), b"".join(line + b"\r\n" for line in headers), body)


ODD_ANSWERS = [
    b"",
    b"\x00" * 1000,
    b"\r\n" * 1000,
    OK,
    OK[:-2],
    b"HTTP/1.1 99999999999999999999 OK\r\n\r\n{}",
    b"HTTP/1.1 -200 OK\r\n\r\n{}",
    b"HTTP/1.1 2\xb2\xb2 OK\r\n\r\n{}",
    b"HTTP/9.9 200 OK\r\n\r\n{}",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n{}",
    OK + b"Content-Length: 1, 2\r\n\r\n{}",
    OK + b"Content-Length: -5\r\n\r\n{}",
    OK + b"Content-Length: 99999999999999999999\r\n\r\n{}",
    OK + b"Content-Length: x\r\n\r\n[]",
    OK + b"X" * 70_000 + b": x\r\n\r\n{}",
    OK + b"X: x\r\n" * 200 + b"\r\n{}",
    OK + b"no colon\r\n\xff\xfe: \xff\r\n: x\r\n\r\n[]",
    CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    CHUNKED + b"-1\r\n{}\r\n0\r\n\r\n",
    CHUNKED + b"ffffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    CHUNKED + b"2;" + b"x" * 5_000_000,
    CHUNKED + b"1\r\n[\r\n0\r\n" + b"X: x\r\n" * 500_000,
    with_length(b"not gzip", b"Content-Encoding: gzip"),
    with_length(b"not deflate", b"Content-Encoding: deflate, gzip"),
    with_length(BOMB, b"Content-Encoding: gzip"),
    with_length(BOMB, b"Content-Encoding: gzip", b"Location: /", status=b"HTTP/1.1 302 Found\r\n"),
    with_length(b"{}", b"Location: \xff\xfe", status=b"HTTP/1.1 302 Found\r\n"),
    with_length(b"{}", b"Location: http://[", status=b"HTTP/1.1 302 Found\r\n"),
    with_length(b"[]", b"Set-Cookie: \xff=\xff; expires=\x01; max-age=99999999999999999999"),
    with_length(b"[" * 100_000),
    with_length(b"9" * 100_000),
    with_length(b'{"number": ' + b"9" * 5000 + b"}"),
    with_length(b'"\xed\xa0\x80"'),
    with_length(b"\xff\xfe{\x00}\x00"),
    with_length(b"no", b"Retry-After: Mon, , , ,", status=b"HTTP/1.1 503 No\r\n"),
    with_length(b"no", b"Retry-After: \xff", status=b"HTTP/1.1 429 No\r\n"),
    with_length(b'{"error": ' + b"[" * 900 + b"]" * 900 + b"}", status=b"HTTP/1.1 404 No\r\n"),
]


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


def answers_to_an_add_and_a_removal(answer: bytes) -> list[ApiError | None]:
    """Return how an add and a removal end that are answered so; None for a success."""
    errors: list[ApiError | None] = []
    with RawServer([answer]) as server:
        client = Client(AUTH_ID, AUTH_TOKEN, base_url=server.base_url, max_retries=0, timeout=20, rate_limit=0)
        for call in (client.pool_members.add, client.pool_members.remove):
            try:
                call(MemberKind.NUMBER, POOL, NUMBER)
                errors.append(None)
            except ApiError as error:
                errors.append(error)
        client.close()
    return errors


@pytest.mark.parametrize("answer", ODD_ANSWERS, ids=range(len(ODD_ANSWERS)))
def test_an_odd_answer_ends_in_an_error_that_names_the_call(answer: bytes) -> None:
    add, _ = answers_to_an_add_and_a_removal(answer)
    assert add is not None
    assert str(add).startswith(f"POST NumberPool/{POOL}/Number/{NUMBER}/: ")
    assert str(add).isprintable()
    assert len(str(add)) < 800


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50, deadline=None)
@given(
    st.binary(max_size=300).map(lambda body: OK + body)
    | st.sampled_from(ODD_ANSWERS).flatmap(
        lambda answer: st.tuples(st.integers(0, min(len(answer), 300)), st.binary(max_size=3)).map(
            lambda change: answer[: change[0]] + change[1] + answer[change[0] + 1 : 2000]
        )
    )
)
@example(with_length(MEMBER))
def test_whatever_bytes_come_a_call_ends_in_a_result_or_an_api_error(answer: bytes) -> None:
    answers_to_an_add_and_a_removal(answer)
