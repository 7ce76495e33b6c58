"""No web page reaches the sandbox, whatever a browser lets it send; every program on this machine does."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from plivo_sandbox.server.admission import MOST_BYTES
from plivo_sandbox.server.faults import FaultError, parse_fault
from plivo_sandbox.server.requests import MOST_LEVELS
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, NUMBER
from tests.contract.conftest import SEED, Plivo

FAULT = b'{"fault": "* * status=503"}'
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plivo]:
    """The client of a sandbox that all those tests share in which nothing gets in that changes it."""
    with RunningSandbox(tmp_path_factory.mktemp("door") / "plivo.sqlite3") as running:
        running.seed(SEED)
        client = Plivo(running)
        yield client
        client.session.close()


def raw(plivo: Plivo, request: str, *headers: str, body: bytes = b"") -> bytes:
    """Send a request with these headers alone, and return all that the sandbox answers."""
    lines = [
        request,
        *(line.replace("PORT", str(urlsplit(plivo.origin).port)) for line in headers),
        "Connection: close",
    ]
    with socket.create_connection(("127.0.0.1", urlsplit(plivo.origin).port or 0), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "localhost:PORT", "LocalHost:PORT", "[::1]:PORT"])
@pytest.mark.parametrize("origin", [[], ["Origin: http://HOST"], ["Sec-Fetch-Site: none"]])
def test_a_client_that_calls_it_by_a_name_of_this_machine_is_answered(
    door: Plivo, host: str, origin: list[str]
) -> None:
    headers = [line.replace("HOST", host) for line in origin]

    assert raw(door, "GET /_sandbox/quirks HTTP/1.1", f"Host: {host}", *headers).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "host",
    [
        ["Host: plivo.example:PORT"],
        ["Host: plivo.example"],
        ["Host: 127.0.0.1.plivo.example:PORT"],
        ["Host: localhost"],
        ["Host: 127.0.0.1:1"],
        ["Host: user@127.0.0.1:PORT"],
        ["Host: "],
        [],
        ["Host: 127.0.0.1:PORT", "Host: plivo.example:PORT"],
    ],
)
def test_a_foreign_host_is_refused(door: Plivo, host: list[str]) -> None:
    assert raw(door, "GET /_sandbox/state HTTP/1.1", *host).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://plivo.example",
        "Origin: null",
        "Origin: ",
        "Origin: http://127.0.0.1:1",
        "Origin: https://127.0.0.1:PORT",
        # Another server can have the port on another address of this machine.
        "Origin: http://localhost:PORT",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ],
)
@pytest.mark.parametrize("request_line", ["GET /_sandbox/state", "DELETE /_sandbox/faults", "OPTIONS /v1/Account/X/"])
def test_what_a_page_of_another_site_sends_is_refused(door: Plivo, header: str, request_line: str) -> None:
    answer = raw(door, f"{request_line} HTTP/1.1", "Host: 127.0.0.1:PORT", header)

    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"access-control" not in answer.lower()


def test_a_page_that_knows_the_token_changes_nothing_and_is_no_call_of_the_record(plivo: Plivo) -> None:
    plivo.sandbox.add_fault("POST * nth=1 status=503")
    path = plivo.in_pool(f"Number/{NUMBER}/")

    assert plivo.call("POST", path, headers={"Origin": "http://plivo.example"}).status_code == 403

    assert (plivo.members(), plivo.sandbox.calls) == ({}, [])
    assert plivo.call("POST", path).status_code == 503


@pytest.mark.parametrize("name", ["faults", "quirks"])
@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "text/plain; application/json"]
)
def test_an_admin_call_whose_body_is_not_sent_as_json_is_a_415(
    door: Plivo, name: str, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    answer = requests.post(f"{door.origin}/_sandbox/{name}", data=FAULT, headers=headers, timeout=10)

    assert answer.status_code == 415
    assert door.get("Powerpack/").status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_an_admin_call_with_json_is_taken(plivo: Plivo, content_type: str) -> None:
    headers = {"Content-Type": content_type}

    assert requests.post(f"{plivo.origin}/_sandbox/faults", data=FAULT, headers=headers, timeout=10).status_code == 200
    assert requests.delete(f"{plivo.origin}/_sandbox/faults", timeout=10).status_code == 200


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"fault": ' * 5000, b'{"\\ud800": "\\ud800"}', b"\xff", b"[]", b"1"]
)
@pytest.mark.parametrize("name", ["faults", "quirks"])
def test_an_admin_call_with_what_is_no_json_object_is_a_400(door: Plivo, name: str, body: bytes) -> None:
    answer = requests.post(f"{door.origin}/_sandbox/{name}", data=body, headers=JSON, timeout=10)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("levels", [MOST_LEVELS - 1, MOST_LEVELS, 500])
def test_json_is_read_to_a_depth_that_no_call_needs(plivo: Plivo, levels: int) -> None:
    body = '{"x": ' + "[" * levels + "]" * levels + "}"

    answer = plivo.call("POST", plivo.in_pool(f"Number/{NUMBER}/"), data=body)

    assert answer.status_code == (200 if levels < MOST_LEVELS else 400)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["_sandbox/faults", f"v1/Account/{AUTH_ID}/Powerpack/"])
def test_a_body_that_is_too_long_is_a_413_and_is_not_kept(door: Plivo, path: str, chunked: bool) -> None:
    body = b" " * (MOST_BYTES + 1)

    def send(data: bytes) -> int:
        parts = iter([data[:-1], data[-1:]]) if chunked else data
        url = f"{door.origin}/{path}"
        return door.session.post(url, data=parts, headers=JSON, timeout=10).status_code

    assert send(body) == 413
    assert [call for call in door.sandbox.calls if len(call.body) > MOST_BYTES] == []
    assert send(body[1:]) == 400


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "plivo.example"])
@pytest.mark.parametrize(
    "request_line",
    [
        "GET /_sandbox/state HTTP/1.1",
        "GET /_sandbox/nothing HTTP/1.1",
        "GET /nowhere HTTP/1.1",
        f"GET /v1/Account/{AUTH_ID}/Powerpack/ HTTP/1.1",
        "GET /struck/ HTTP/1.1",
        "GET /empty/ HTTP/1.1",
        "GET /halved/ HTTP/1.1",
        "no HTTP at all",
    ],
)
def test_no_answer_is_taken_for_another_type_than_it_says(door: Plivo, request_line: str, host: str) -> None:
    door.sandbox.add_fault("GET */struck/ status=502 body='<script>' header=Content-Type:text/plain")
    door.sandbox.add_fault("GET */empty/ empty")
    door.sandbox.add_fault("GET */halved/ truncate")

    headers = raw(door, request_line, f"Host: {host}").partition(b"\r\n\r\n")[0].lower()

    door.sandbox.clear_faults()
    assert headers.count(b"\r\nx-content-type-options: nosniff") == 1


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type:text/html",
        "content-type:TEXT/HTML; charset=utf-8",
        "Content-Type:text/javascript",
        "Content-Type:application/javascript",
        "Content-Type:image/svg+xml",
        "Content-Type:application/xhtml+xml",
        "Content-Type:text/xml",
        "Content-Type:application/pdf",
        "Content-Type:multipart/x-mixed-replace",
        "'Content-Type:text/plain, text/html'",
        "'Content-Type:text/plain; charset=x, text/html'",
        "Content-Type:",
        "Content-Type:x",
        "X-Content-Type-Options:none",
    ],
)
def test_a_fault_whose_body_a_browser_could_run_is_refused(header: str) -> None:
    with pytest.raises(FaultError, match=r"a browser could run '.*'; there are|is nosniff on every answer"):
        parse_fault(f"GET * status=502 body='<script>' header={header}")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "text/plain; charset=utf-8", "application/problem+json", "application/octet-stream"]
)
def test_a_fault_whose_body_a_browser_only_shows_is_answered(plivo: Plivo, content_type: str) -> None:
    plivo.sandbox.add_fault(f"GET * status=502 body='<html>' 'header=Content-Type:{content_type}'")

    answer = plivo.get("Powerpack/")

    assert (answer.text, answer.headers["Content-Type"]) == ("<html>", content_type)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_sandbox_on_a_port_that_was_picked_is_found_by_its_names(sandbox: RunningSandbox, name: str) -> None:
    url = sandbox.base_url.replace("127.0.0.1", name).replace("/v1", "/_sandbox/state")

    assert requests.get(url, timeout=10).json() == sandbox.state()
