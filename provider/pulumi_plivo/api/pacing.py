"""Keeps the calls of all threads together below the rate that Plivo allows an account."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pulumi_plivo.api.defaults import DEFAULT_RATE_LIMIT

WINDOW = 5.0
#: Seconds by which a window is longer than Plivo's, for two clocks that do not run alike.
MARGIN = 0.01
#: The part of the limit below which the rate is never lowered: one in so many.
LOWEST_PART = 10
#: Seconds in which a rate that was lowered comes back to the limit.
RECOVERY = 30.0


def _permit() -> None:
    """Let every call go."""


def _tell(seconds: float, line: str) -> None:
    """Tell nobody."""


class Pacer:
    """Lets a call go when no more than `limit` calls can reach Plivo in any window of 5 seconds.

    Plivo counts a call when it arrives, which is some time between its departure and its answer. So a call takes one
    of `limit` places when it departs, and frees it a window after its answer: that holds however long calls travel.

    Args:
        limit: Calls in any window; 0 for no limit. Default 300.
        window: Seconds of the window. Default 5.
        clock: Seconds that never go back.
        sleep: Waits so many seconds of that clock.
        tell: Called with the seconds and the line that `slow_down` was given, when a wait for its sake begins.
    """

    def __init__(
        self,
        limit: int = DEFAULT_RATE_LIMIT,
        window: float = WINDOW,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        tell: Callable[[float, str], None] = _tell,
    ) -> None:
        self._limit = limit
        self._window = window + MARGIN
        self._clock = clock
        self._sleep = sleep
        self._tell = tell
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._travelling = 0
        self._freed_at: deque[float] = deque()
        self._lowered_to = limit
        self._closed_until = clock()
        self._closed_because = ""

    @contextmanager
    def turn(self, permit: Callable[[], None] = _permit) -> Iterator[float]:
        """Wait until a call may go, first come, first served; the call is made inside. Yields when it departed.

        `permit` is called before each wait and once the call may go. What it raises, or a wait does, ends the turn:
        the call takes no place, as nothing was sent.
        """
        if self._queue:
            permit()
        with self._at_the_head():
            while (wait := self._depart()) > 0:
                permit()
                self._tell_of(wait)
                self._sleep(wait)
        try:
            permit()
        except BaseException:
            with self._lock:
                self._travelling -= 1
            raise
        departed = self._clock()
        try:
            yield departed
        finally:
            with self._lock:
                self._travelling -= 1
                self._freed_at.append(self._clock() + self._window)

    def slow_down(self, wait: float, departed: float, line: str = "") -> None:
        """Let nobody go for `wait` seconds and halve the rate, since a call that `departed` then was one too many.

        The rate is halved once for all the calls that were on their way together, and comes back within 30 seconds.
        `line` tells the user why, should somebody have to wait.
        """
        with self._lock:
            now = self._clock()
            if departed >= self._closed_until:
                self._lowered_to = max(self._places(now) // 2, self._limit // LOWEST_PART, 1)
            if now + wait > self._closed_until:
                self._closed_until, self._closed_because = now + wait, line

    def _tell_of(self, wait: float) -> None:
        with self._lock:
            is_closed, line = self._clock() < self._closed_until, self._closed_because
        if is_closed and line:
            self._tell(wait, line)

    @contextmanager
    def _at_the_head(self) -> Iterator[None]:
        place = threading.Event()
        with self._lock:
            self._queue.append(place)
            self._queue[0].set()
        try:
            place.wait()
            yield
        finally:
            with self._lock:
                self._queue.remove(place)
                if self._queue:
                    self._queue[0].set()

    def _depart(self) -> float:
        """Take a place and return 0, or return the seconds until one can be free."""
        with self._lock:
            now = self._clock()
            while self._freed_at and self._freed_at[0] <= now:
                self._freed_at.popleft()
            if now < self._closed_until:
                return self._closed_until - now
            too_many = self._travelling + len(self._freed_at) - self._places(now)
            if self._limit and too_many >= 0:
                # A call that still travels holds its place for a window from now at least.
                return (self._freed_at[too_many] - now) if too_many < len(self._freed_at) else self._window
            self._travelling += 1
            return 0.0

    def _places(self, now: float) -> int:
        recovered = min(max(now - self._closed_until, 0.0) / RECOVERY, 1.0)
        return self._lowered_to + int((self._limit - self._lowered_to) * recovered)
