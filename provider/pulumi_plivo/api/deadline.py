"""One deadline for a whole try: no read or write of its sockets outlasts it, however little of an answer each brings.

The timeout of `requests` is one for each read, and a read that brings one byte starts it anew.
"""

import math
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

#: Seconds for a socket that is used outside of any try.
LONGEST = 3600.0
now = time.monotonic
_ends_at: ContextVar[float] = ContextVar("_ends_at", default=math.inf)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let what this thread does inside end after so many seconds: then its sockets raise TimeoutError."""
    token = _ends_at.set(now() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left() -> float:
    """Return the seconds until this thread's deadline. Raises TimeoutError when it has passed."""
    left = _ends_at.get() - now()
    if left <= 0:
        # urllib3 tells a timeout of TLS by these words.
        raise TimeoutError("The read operation timed out")
    return min(left, LONGEST)


class BoundedSocket(socket.socket):
    """A socket that keeps to the deadline of the thread that uses it."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """Read what is there, or wait for it until the deadline."""
        self.settimeout(seconds_left())
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: "ReadableBuffer", flags: int = 0) -> None:
        """Write everything before the deadline."""
        self.settimeout(seconds_left())
        super().sendall(data, flags)


class BoundedTlsSocket(ssl.SSLSocket):
    """A TLS socket that keeps to the deadline of the thread that uses it."""

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0) -> int:
        """Read what is there, or wait for it until the deadline."""
        self.settimeout(seconds_left())
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        """Write a part of the data before the deadline."""
        self.settimeout(seconds_left())
        return super().send(data, flags)


def bounded(sock: socket.socket) -> BoundedSocket:
    """Return the connected `sock` as one that keeps to the deadline. Raises TimeoutError when it has passed."""
    try:
        left = seconds_left()
    except TimeoutError:
        sock.close()
        raise
    taken = BoundedSocket(sock.family, sock.type, sock.proto, fileno=sock.detach())
    # TLS shakes hands within the timeout that it finds.
    taken.settimeout(left)
    return taken
