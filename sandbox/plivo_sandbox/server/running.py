"""A sandbox that runs in a thread of this process."""

import asyncio
import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from plivo_sandbox.server.accounts import rotate_token
from plivo_sandbox.server.application import Sandbox
from plivo_sandbox.server.calls import Call
from plivo_sandbox.server.connections import SandboxProtocol
from plivo_sandbox.server.database import database, open_database
from plivo_sandbox.server.faults import Faults
from plivo_sandbox.server.quirks import Quirks
from plivo_sandbox.server.rate_limit import RateLimit
from plivo_sandbox.server.seed import add_seed
from plivo_sandbox.server.state import read_state

LOOPBACK = "127.0.0.1"
# A client keeps its connection as long as it likes: one that the server closes between two calls looks like a fault.
KEEP_ALIVE_SECONDS = 86_400
# A browser takes no answer for another type than it says.
ON_EVERY_ANSWER = [(b"X-Content-Type-Options", b"nosniff")]


class PortTakenError(Exception):
    """Another program listens on the port."""


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it is ready and stops at once when it is told to."""

    def __init__(self, sandbox: Sandbox) -> None:
        config = uvicorn.Config(
            sandbox,
            http=SandboxProtocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        super().__init__(config)
        # Here they are on what uvicorn itself answers, too.
        self.server_state.default_headers = ON_EVERY_ANSWER
        self._sandbox = sandbox
        self._loop: asyncio.AbstractEventLoop | None = None
        self.ready = threading.Event()

    def stop(self) -> None:
        """End the server, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._sandbox.stop)

    def release(self) -> None:
        """Let what waits go on, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._sandbox.release)

    async def main_loop(self) -> None:
        """Serve until `stop` is called."""
        self._loop = asyncio.get_running_loop()
        self.ready.set()
        await self._sandbox.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the connections; every request but a delayed one was answered when it came."""
        # Until the last accepted connection is set up the server stays open: asyncio would forget that connection.
        for listener in sockets or []:
            asyncio.get_running_loop().remove_reader(listener)
        while self.server_state.connections or asyncio.all_tasks() != {asyncio.current_task()}:
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()


class RunningSandbox:
    """A sandbox on a loopback port, for as long as the context lasts; its state stays in the database file.

    `port` 0 picks a free one. `quirks` and `faults` are as on the command line.
    """

    base_url: str
    """Where a client finds it: `http://127.0.0.1:PORT/v1`."""

    def __init__(
        self,
        database: Path,
        *,
        port: int = 0,
        quirks: Mapping[str, str] | None = None,
        faults: Sequence[str] = (),
        rate_limit: bool = False,
    ) -> None:
        """Check the settings; raises `QuirkError` or `FaultError`."""
        self._database = database
        self._port = port
        self._sandbox = Sandbox(Quirks(quirks), Faults(faults), RateLimit() if rate_limit else None)

    def __enter__(self) -> "RunningSandbox":
        """Start; raises `PortTakenError` or `DatabaseError`."""
        open_database(self._database).close()
        self._sandbox.stopping = asyncio.Event()
        listener = _listener(self._port)
        self.base_url = f"http://{LOOPBACK}:{listener.getsockname()[1]}/v1"
        self._server = _Server(self._sandbox)
        self._thread = threading.Thread(target=self._run, args=(listener,), name="plivo-sandbox", daemon=True)
        self._thread.start()
        self._server.ready.wait()
        if not self._server.started:
            self._thread.join()
            msg = "the sandbox did not start; its thread's error says why"
            raise RuntimeError(msg)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop; a call that a fault still delays gets no answer."""
        self._server.stop()
        self._thread.join()

    @property
    def calls(self) -> list[Call]:
        """Every request so far, in order; admin calls are not recorded."""
        return self._sandbox.calls

    def seed(self, accounts: Mapping[str, Any]) -> None:
        """Add what a seed file with this content would; raises `SeedError`."""
        with database(self._database) as connection:
            add_seed(connection, accounts)

    def set_quirk(self, name: str, value: str) -> None:
        """Put a quirk's value in force; raises `QuirkError`."""
        self._sandbox.quirks.set(name, value)

    def add_fault(self, spec: str) -> None:
        """Put a fault in force; raises `FaultError`."""
        self._sandbox.faults.add(spec)

    def clear_faults(self) -> None:
        """Forget every fault."""
        self._sandbox.faults.clear()

    def release(self) -> None:
        """Let every call that a fault holds back go on at once."""
        self._server.release()

    def rotate_token(self, auth_id: str, auth_token: str) -> None:
        """Give an account a new token; the old one is refused from now on. Raises `PlivoError`: no such account."""
        with database(self._database) as connection:
            rotate_token(connection, auth_id, auth_token)

    def state(self) -> dict[str, Any]:
        """Return all that the sandbox holds, by account."""
        with database(self._database) as connection:
            return read_state(connection)

    def _run(self, listener: socket.socket) -> None:
        try:
            with closing(open_database(self._database)) as connection:
                self._sandbox.connection = connection
                self._server.run(sockets=[listener])
        finally:
            self._sandbox.connection = None
            self._server.ready.set()


def _listener(port: int) -> socket.socket:
    # asyncio turns Nagle's delay off only for a socket that names its protocol; with it, each answer takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        msg = f"cannot listen on {LOOPBACK}:{port}: {error.strerror or error}; choose another port, or 0 for a free one"
        raise PortTakenError(msg) from error
    return listener
