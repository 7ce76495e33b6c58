"""`timeout` bounds a whole try, from the connection to the last byte, however little each read brings."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pulumi_plivo.api import ApiError, Client, connections
from pulumi_plivo.api import deadline as deadline_module
from pytest_mock import MockerFixture

from tests.client.raw_server import PartsClock, RawServer
from tests.conftest import AUTH_ID, AUTH_TOKEN

HEAD = b"HTTP/1.1 200 OK\r\n"
SECONDS = 300
#: Answers in so many parts, a second each; every one is a whole one in the end.
SLOW_ANSWERS = {
    "status line": [b"HTTP/1.1 200 ", *[b"O"] * SECONDS, b"\r\nContent-Length: 2\r\n\r\n{}"],
    "header": [HEAD + b"X: ", *[b"x"] * SECONDS, b"\r\nContent-Length: 2\r\n\r\n{}"],
    "headers": [HEAD, *[b"X: x\r\n"] * 90, b"Content-Length: 2\r\n\r\n{}"],
    "continues": [*[b"HTTP/1.1 100 Continue\r\n\r\n"] * SECONDS, HEAD + b"Content-Length: 2\r\n\r\n{}"],
    "body": [HEAD + b"Content-Length: %d\r\n\r\n{" % (SECONDS + 2), *[b" "] * SECONDS, b"}"],
    "body without length": [HEAD + b"Connection: close\r\n\r\n{", *[b" "] * SECONDS, b"}"],
    "chunk line": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n2;x=", *[b"x"] * SECONDS, b"\r\n{}\r\n0\r\n\r\n"],
    "chunks": [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        *[b"1\r\n \r\n"] * SECONDS,
        b"1\r\n}\r\n0\r\n\r\n",
    ],
    "trailers": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", *[b"X: x\r\n"] * 90, b"\r\n"],
    "redirect": [b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 300\r\n\r\n", *[b" "] * SECONDS],
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> PartsClock:
    """The clock of the deadlines."""
    clock = PartsClock()
    monkeypatch.setattr(deadline_module, "now", clock)
    return clock


@contextmanager
def client_of(server: RawServer, timeout: float = 60.0) -> Iterator[Client]:
    """A client that tries everything twice."""
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=server.base_url, timeout=timeout, max_retries=1, backoff=0)
    with closing(client):
        yield client


@pytest.mark.parametrize("parts", SLOW_ANSWERS.values(), ids=SLOW_ANSWERS)
@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "tls"])
def test_a_try_ends_at_its_deadline_however_slowly_its_answer_comes(
    clock: PartsClock, monkeypatch: pytest.MonkeyPatch, parts: list[bytes], is_tls: bool, certificate: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with RawServer(parts, clock, certificate=certificate if is_tls else None) as server, client_of(server) as client:
        with pytest.raises(ApiError, match="no answer: no answer in time, 2 tries") as raised:
            client.get("Powerpack")
        assert raised.value.is_answer_lost
        assert server.connections == 2


def test_a_try_ends_at_its_deadline_however_slowly_a_proxy_makes_way(
    clock: PartsClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = [b"HTTP/1.1 200 ", *[b"O"] * SECONDS, b"\r\n\r\n"]
    client = Client(AUTH_ID, AUTH_TOKEN, base_url="https://plivo.example/v1", timeout=60, max_retries=1, backoff=0)
    with RawServer(answer, clock) as server, closing(client):
        monkeypatch.setenv("HTTPS_PROXY", server.base_url)
        with pytest.raises(ApiError, match="no answer: no answer in time, 2 tries"):
            client.get("Powerpack")
        assert server.connections == 2


@pytest.mark.parametrize("name", [name for name in SLOW_ANSWERS if name != "redirect"])
@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "tls"])
def test_an_answer_that_comes_before_the_deadline_is_taken(
    clock: PartsClock, monkeypatch: pytest.MonkeyPatch, name: str, is_tls: bool, certificate: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with (
        RawServer(SLOW_ANSWERS[name], clock, certificate=certificate if is_tls else None) as server,
        client_of(server, 400) as client,
    ):
        assert client.get("Powerpack") == {}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_never_says_a_word_is_left_at_the_deadline(scheme: str) -> None:
    with RawServer([], reads_request=False) as server, client_of(server, timeout=0.05) as client:
        client._account_url = client._account_url.replace("http", scheme)
        with pytest.raises(ApiError, match="no answer: no answer in time, 2 tries"):
            client.get("Powerpack")


def test_a_server_that_never_reads_is_left_at_the_deadline() -> None:
    name = "x" * 30_000_000
    with (
        RawServer([], reads_request=False) as server,
        client_of(server, timeout=0.2) as client,
        pytest.raises(ApiError, match="no answer: no answer in time, 2 tries"),
    ):
        client.post("Powerpack", body={"name": name})


def test_a_certificate_that_nobody_vouches_for_ends_the_call_at_once(certificate: Path) -> None:
    with RawServer([], certificate=certificate) as server, client_of(server) as client:
        with pytest.raises(ApiError, match="the connection is not secure") as raised:
            client.get("Powerpack")
        assert raised.value.attempts == 1


def test_a_certificate_of_another_host_ends_the_call_at_once(
    monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with RawServer([], certificate=certificate) as server, client_of(server) as client:
        client._account_url = client._account_url.replace("127.0.0.1", "localhost")
        with pytest.raises(ApiError, match="the connection is not secure"):
            client.get("Powerpack")


def test_all_the_addresses_of_a_host_share_the_time_of_one_try(clock: PartsClock, mocker: MockerFixture) -> None:
    addresses = [f"192.0.2.{index}" for index in range(4)]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    mocker.patch("socket.getaddrinfo", return_value=found)
    asked: list[tuple[str, float]] = []

    def connect(address: tuple[str, int], timeout: float, **_: object) -> socket.socket:
        asked.append((address[0], timeout))
        clock.now += timeout
        raise TimeoutError

    mocker.patch("urllib3.util.connection.create_connection", connect)
    client = Client(AUTH_ID, AUTH_TOKEN, base_url="https://plivo.example/v1", timeout=40, max_retries=0)
    with pytest.raises(ApiError, match="no answer in time"):
        client.get("Powerpack")
    client.close()
    assert asked == [(address, 10.0) for address in addresses]


def test_an_address_that_refuses_leaves_its_time_to_the_next(mocker: MockerFixture) -> None:
    with RawServer([HEAD + b"Content-Length: 2\r\n\r\n{}"]) as server, client_of(server) as client:
        port = server._listener.getsockname()[1]
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port)) for last in (9, 1)]
        look_up = socket.getaddrinfo
        mocker.patch("socket.getaddrinfo", lambda host, *args: found if host == "localhost" else look_up(host, *args))
        client._account_url = client._account_url.replace("127.0.0.1", "localhost")
        assert client.get("Powerpack") == {}


def test_a_host_that_is_not_found_is_told_as_a_failed_connection(mocker: MockerFixture) -> None:
    mocker.patch("socket.getaddrinfo", side_effect=socket.gaierror(-2, "Name or service not known"))
    client = Client(AUTH_ID, AUTH_TOKEN, base_url="https://plivo.example/v1", max_retries=1, backoff=0)
    with closing(client), pytest.raises(ApiError, match=r"connection failed .*not known.*, 2 tries"):
        client.get("Powerpack")


def test_a_host_that_can_not_be_one_is_an_api_error() -> None:
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=f"https://{'a' * 70}.b/v1", max_retries=0)
    with closing(client), pytest.raises(ApiError, match="Failed to parse"):
        client.get("Powerpack")


def test_nothing_is_written_after_the_deadline(clock: PartsClock) -> None:
    here, there = socket.socketpair()
    with deadline_module.deadline(10.0), there, deadline_module.bounded(here) as plain:
        plain.sendall(b"x")
        clock.now += 11
        with pytest.raises(TimeoutError):
            plain.sendall(b"x")
        assert there.recv(2) == b"x"


def test_nothing_is_written_over_tls_after_the_deadline(clock: PartsClock, certificate: Path) -> None:
    context = connections._tls()
    context.load_verify_locations(certificate)
    with deadline_module.deadline(10.0), RawServer([], certificate=certificate) as server:
        bound = deadline_module.bounded(socket.create_connection(server._listener.getsockname()))
        with context.wrap_socket(bound, server_hostname="127.0.0.1") as tls:
            tls.sendall(b"x")
            clock.now += 11
            with pytest.raises(TimeoutError):
                tls.sendall(b"x")


def test_a_connection_that_was_made_too_late_is_closed(clock: PartsClock) -> None:
    here, there = socket.socketpair()
    with there, deadline_module.deadline(10.0):
        clock.now += 11
        with pytest.raises(TimeoutError):
            deadline_module.bounded(here)
        assert there.recv(1) == b""


def test_a_host_whose_last_dot_says_that_it_is_whole_is_looked_up_with_it_again(mocker: MockerFixture) -> None:
    looked_up = mocker.patch("socket.getaddrinfo", side_effect=socket.gaierror)
    client = Client(AUTH_ID, AUTH_TOKEN, base_url="https://plivo.example./v1", max_retries=1, backoff=0)
    with pytest.raises(ApiError, match="connection failed"):
        client.get("Powerpack")
    client.close()
    assert [call.args[0] for call in looked_up.call_args_list] == ["plivo.example."] * 2
