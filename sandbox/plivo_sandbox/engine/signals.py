"""Who takes the signals that ask this process to end."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def taken(take: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Have SIGINT and SIGTERM taken; outside of the main thread, where Python knows none, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, lambda received, _: take(signal.Signals(received)))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
