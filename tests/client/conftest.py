"""A server that answers as it is told, for what no well-meaning server does, and a client of it."""

import datetime
import functools
import ipaddress
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client
from pulumi_plivo.api import client as client_module
from pulumi_plivo.api.pacing import Pacer
from pulumi_plivo.api.waiting import Waits

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
    on_request: Callable[[], object]
    connections = 0

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count the connection, and answer on it."""
        self.connections += 1
        super().process_request(request, client_address)

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
        self.server.on_request()
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
    running.script, running.requests, running.on_request = [Scripted()], [], lambda: None
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


class HurriedTime:
    """A clock on which only waiting takes time, and every wait of which is noted."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> HurriedTime:
    """A clock for the clients that are made from now on."""
    time = HurriedTime()
    monkeypatch.setattr(client_module, "Pacer", functools.partial(Pacer, clock=time))
    monkeypatch.setattr(client_module, "Waits", functools.partial(Waits, clock=time))
    return time


@pytest.fixture
def client_with(server: ScriptedServer, time: HurriedTime) -> Iterator[Callable[..., Client]]:
    """Makes clients of the scripted server on the hurried clock, with the hooks that it is given."""
    made: list[Client] = []

    def make(**options: object) -> Client:
        settings: dict[str, Any] = {"max_retries": 2, "backoff": 0.001, "timeout": 5, "wait": time.wait, **options}
        made.append(Client(AUTH_ID, AUTH_TOKEN, base_url=server.base_url, **settings))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    public, name = key.public_key(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, public, x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return path
