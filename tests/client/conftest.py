"""A server that answers as it is told, for what no well-meaning server does, and a client of it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client

from tests.conftest import AUTH_ID, AUTH_TOKEN


@dataclass(frozen=True)
class Scripted:
    """One answer; `cut` closes the connection after so many bytes of the body, -1 before any answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


class ScriptedServer(ThreadingHTTPServer):
    """Answers with its script, in order; the last answer repeats."""

    daemon_threads = True
    script: list[Scripted]
    requests: list[tuple[str, str, dict[str, str], bytes]]

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def answers(self, *script: Scripted) -> None:
        """Set the script."""
        self.script = list(script)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append((self.command, self.path, dict(self.headers.items()), body))
        answer = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
        if answer.cut == -1:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut])
        self.close_connection = answer.cut is not None

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Stay silent."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers as it is told."""
    running = ScriptedServer(("127.0.0.1", 0), _Handler)
    running.script, running.requests = [Scripted()], []
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[Client]:
    """A client of the scripted server that waits next to nothing between tries."""
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=server.base_url, max_retries=2, backoff=0.001, timeout=5)
    yield client
    client.close()


@pytest.fixture
def plivo(sandbox: RunningSandbox) -> Iterator[Client]:
    """A client of the local Plivo."""
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, max_retries=2, backoff=0.001, timeout=5)
    yield client
    client.close()
