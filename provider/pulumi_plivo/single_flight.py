"""A cache whose entries are made once, however many threads ask for one at the same time."""

import functools
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class made_once(Generic[Key, Value]):  # noqa: N801 - a decorator
    """Keep what a function returns for the last few arguments; unlike `functools.lru_cache`, never make it twice."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        self._lock = threading.RLock()
        self._cached = functools.lru_cache(maxsize=4)(make)
        functools.update_wrapper(self, make)

    def __call__(self, key: Key) -> Value:
        """Return the value; what the function raises is not kept."""
        with self._lock:
            return self._cached(key)

    def cache_clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._cached.cache_clear()
