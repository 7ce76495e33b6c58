"""A server that sends bytes as it is told, however little they are HTTP, and a clock that goes by what it sends."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path


class PartsClock:
    """A clock for a client's deadlines on which each part that a server sends takes a second, and nothing else time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._reads = threading.Semaphore(0)

    def __call__(self) -> float:
        # A client that looks at the clock is about to read: it gets one part then, and not all at once.
        self._reads.release()
        return self.now

    def step(self, is_over: Callable[[], bool]) -> None:
        """Wait until the next part is about to be read. Raises OSError when nobody will."""
        while not self._reads.acquire(timeout=0.02):
            if is_over():
                raise OSError
        if is_over():
            self._reads.release()
            raise OSError
        self.now += 1


class RawServer:
    """Plays the same parts to everyone who connects, then closes the connection.

    Args:
        parts: What to send, one after the other, once a whole request arrived.
        clock: The clock that goes by the parts.
        certificate: A key and its certificate, with which it speaks TLS; None for plain HTTP.
        reads_request: Whether it waits for the request; a server that does not never reads at all.
    """

    def __init__(
        self,
        parts: Iterable[bytes],
        clock: PartsClock | None = None,
        *,
        certificate: Path | None = None,
        reads_request: bool = True,
    ) -> None:
        self.connections = 0
        self._newest: socket.socket | None = None
        self._parts = list(parts)
        self._clock = clock
        self._reads_request = reads_request
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> "RawServer":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def _start(self, target: Callable[..., None], *args: object) -> None:
        self._threads.append(threading.Thread(target=target, args=args))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._newest = connection
                self._start(self._play, connection)

    def _play(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if not self._reads_request:
                self._closed.wait()
                return
            talk = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with talk:
                request = b""
                while b"\r\n\r\n" not in request:
                    # A client that has left sends nothing more.
                    request += talk.recv(65536) or b"\r\n\r\n"
                for part in self._parts:
                    if self._clock:
                        self._clock.step(lambda: self._closed.is_set() or connection is not self._newest)
                    talk.sendall(part)
                with suppress(OSError):
                    talk.shutdown(socket.SHUT_WR)
                self._closed.wait()
