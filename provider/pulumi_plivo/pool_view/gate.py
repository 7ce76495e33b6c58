"""Lets many threads write to a pool, or one read its pages: a write would shift the pages that are being read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _ThisThread(threading.local):
    writes = 0


_this_thread = _ThisThread()


def is_writing() -> bool:
    """Whether this thread is writing to any pool."""
    return _this_thread.writes > 0


class PoolGate:
    """The gate of one pool. Who waits to read goes before those who come to write after it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._writers = 0
        self._readers_waiting = 0
        self._is_read = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write inside. A thread may write to several pools at once."""
        with self._changed:
            # One that is writing already lets nobody go first: that one may be waiting for its end.
            self._changed.wait_for(lambda: not self._is_read and (is_writing() or not self._readers_waiting))
            self._writers += 1
        _this_thread.writes += 1
        try:
            yield
        finally:
            _this_thread.writes -= 1
            with self._changed:
                self._writers -= 1
                self._changed.notify_all()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read pages inside. Raises RuntimeError in a thread that is writing: it would wait for itself."""
        if is_writing():
            raise RuntimeError("pages can't be read by a thread that is writing to a pool")
        with self._changed:
            self._readers_waiting += 1
            try:
                self._changed.wait_for(lambda: not self._is_read and not self._writers)
                self._is_read = True
            finally:
                self._readers_waiting -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._is_read = False
                self._changed.notify_all()
