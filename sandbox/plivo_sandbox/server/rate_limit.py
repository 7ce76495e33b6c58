"""Plivo's limit: 300 requests in 5 seconds for each account."""

import time
from collections.abc import Callable

from plivo_sandbox.server.errors import PlivoError

LIMIT = 300
WINDOW = 5.0


class RateLimit:
    """Counts calls in fixed windows; an account's window begins with its first call after the last one ended.

    `limit` calls pass in a window of `window` seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, limit: int = LIMIT, window: float = WINDOW
    ) -> None:
        self._clock = clock
        self._limit = limit
        self._window = window
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, auth_id: str) -> None:
        """Count a call of the account; raises a 429 when there were `limit` in the window already."""
        now = self._clock()
        began, calls = self._windows.get(auth_id, (now, 0))
        if now - began >= self._window:
            began, calls = now, 0
        self._windows[auth_id] = (began, calls + 1)
        if calls >= self._limit:
            raise PlivoError(429, "rate limit exceeded")
