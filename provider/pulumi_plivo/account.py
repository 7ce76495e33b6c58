"""The account that a run works on: one client of it, and one look at its pools, for all resources."""

import functools
import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

from pulumi_plivo import api
from pulumi_plivo.errors import PlivoError, tell
from pulumi_plivo.lifeline import lifeline
from pulumi_plivo.pool_view.view import PoolViews
from pulumi_plivo.settings import Settings

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

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


@made_once
def client_for(settings: Settings) -> "Client":
    """Return the one client of these settings. Raises PlivoError when they don't suffice for a call."""
    if settings.problems:
        listed = "; ".join(f"{key}: {reason}" for key, reason in settings.problems)
        raise PlivoError(f"the settings can't be used: {listed}; nothing was sent to Plivo")
    if not settings.auth_id or not settings.auth_token:
        missing = " and ".join(
            name
            for name, value in (
                ("plivo:authId (or PLIVO_AUTH_ID)", settings.auth_id),
                ("plivo:authToken (or PLIVO_AUTH_TOKEN)", settings.auth_token),
            )
            if not value
        )
        raise PlivoError(
            f"no credentials for Plivo: set {missing}, the token with `pulumi config set --secret plivo:authToken`;"
            " nothing was sent to Plivo"
        )
    return api.Client(
        settings.auth_id,
        settings.auth_token,
        base_url=settings.base_url,
        timeout=settings.timeout,
        max_retries=settings.max_retries,
        rate_limit=settings.rate_limit,
        permission=lifeline.permit,
        wait=lifeline.wait,
        say=tell,
    )


@made_once
def views_of(client: "Client") -> PoolViews:
    """Return the one look at an account's pools that all resources share."""
    return PoolViews(client)
