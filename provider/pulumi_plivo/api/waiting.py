"""How a client waits, and what it says when a wait is a long one."""

import math
import threading
import time
from collections.abc import Callable

#: Seconds up to which a wait is not worth a line.
SHORT_WAIT = 5.0


def _silent(line: str) -> None:
    """Say nothing."""


class Waits:
    """The waits of a client, of all its threads.

    Args:
        wait: Waits so many seconds; what it raises ends the call that waits. None for `time.sleep`.
        say: Called with one line when a wait of more than 5 seconds begins. None for silence.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        wait: Callable[[float], None] | None = None,
        say: Callable[[str], None] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wait = wait or time.sleep
        self._say = say or _silent
        self._clock = clock
        self._lock = threading.Lock()
        self._told_until = clock()

    def wait(self, seconds: float, line: str) -> None:
        """Wait, and say so if it takes long."""
        self.tell(seconds, line)
        self._wait(seconds)

    def tell(self, seconds: float, line: str) -> None:
        """Say `line` if a wait of so many seconds is a long one, once for all threads that wait for the same pause."""
        if seconds <= SHORT_WAIT:
            return
        with self._lock:
            until = self._clock() + seconds
            if until <= self._told_until + SHORT_WAIT:
                return
            self._told_until = until
        self._say(line)


def asked_to_wait(seconds: float, trouble: str, call: str) -> str:
    """Return the line for a wait that Plivo asked for with an answer to `call`."""
    return f"Plivo asked to wait {math.ceil(seconds)} seconds ({trouble} for {call}); waiting"


def before_the_next_try(seconds: float, trouble: str, call: str) -> str:
    """Return the line for a wait that nobody asked for."""
    return f"waiting {math.ceil(seconds)} seconds before the next try ({trouble} for {call})"
