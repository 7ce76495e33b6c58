"""The provider's settings: from the stack's config and from the environment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_plivo import api
from pulumi_plivo.api import (
    DEFAULT_BASE_URL,
    DEFAULT_MAX_RETRIES,
    DEFAULT_RATE_LIMIT,
    DEFAULT_TIMEOUT,
    checked_auth_id,
    checked_base_url,
)
from pulumi_plivo.diagnostics import PlivoError
from pulumi_plivo.single_flight import made_once

LARGEST_TIMEOUT = 600.0
LARGEST_MAX_RETRIES = 20
LARGEST_RATE_LIMIT = 100_000
KEYS = (
    "plivo:authId",
    "plivo:authToken",
    "plivo:baseUrl",
    "plivo:timeout",
    "plivo:maxRetries",
    "plivo:rateLimit",
    "plivo:allowUnrent",
)


@dataclass(frozen=True)
class Settings:
    """What a run of the provider is set to.

    Attributes:
        auth_id: The account at Plivo; None when it is set nowhere.
        auth_token: Its token; None when it is set nowhere.
        base_url: Where Plivo is.
        timeout: Seconds for one try of a call.
        max_retries: Tries after the first.
        rate_limit: Calls in any 5 seconds, of all threads together; 0 for no limit.
        allow_unrent: Whether a delete may give a number back.
        problems: Settings that can't be used, as pairs of the setting's key and what is wrong with it.
    """

    auth_id: str | None
    auth_token: str | None = field(repr=False)
    base_url: str
    timeout: float
    max_retries: int
    rate_limit: int
    allow_unrent: bool
    problems: tuple[tuple[str, str], ...] = ()


def read_settings(config: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """Read the settings from the stack's config and the environment. Problems are kept, not raised."""
    problems = [*_misspelled(config), *_misspelled_variables(environment)]

    def parsed(key: str, text: str | None, parse: Callable[[str], object]) -> object | None:
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            problems.append((key, str(error)))
            return None

    auth_id = config.get("plivo:authId") or environment.get("PLIVO_AUTH_ID") or None
    base_url = config.get("plivo:baseUrl") or environment.get("PLIVO_BASE_URL") or DEFAULT_BASE_URL
    timeout = parsed("plivo:timeout", config.get("plivo:timeout"), _seconds)
    max_retries = parsed("plivo:maxRetries", config.get("plivo:maxRetries"), _whole_number(LARGEST_MAX_RETRIES))
    rate_limit = parsed("plivo:rateLimit", config.get("plivo:rateLimit"), _whole_number(LARGEST_RATE_LIMIT))
    permissions = [
        parsed("plivo:allowUnrent", config.get("plivo:allowUnrent"), _flag),
        parsed("PLIVO_ALLOW_UNRENT", environment.get("PLIVO_ALLOW_UNRENT") or None, _flag),
    ]
    parsed("plivo:authId" if config.get("plivo:authId") else "PLIVO_AUTH_ID", auth_id, checked_auth_id)
    parsed("plivo:baseUrl", base_url, checked_base_url)
    auth_token = environment.get("PLIVO_AUTH_TOKEN") or config.get("plivo:authToken") or None
    parsed("PLIVO_AUTH_TOKEN" if environment.get("PLIVO_AUTH_TOKEN") else "plivo:authToken", auth_token, _token)
    unreadable_permission = any("allowunrent" in _plain(key) for key, _ in problems)
    return Settings(
        auth_id=auth_id,
        # The environment wins: config reaches a refresh or destroy out of the state, older than the last rotation.
        auth_token=auth_token,
        base_url=base_url,
        timeout=timeout if isinstance(timeout, float) else DEFAULT_TIMEOUT,
        max_retries=max_retries if isinstance(max_retries, int) else DEFAULT_MAX_RETRIES,
        rate_limit=rate_limit if isinstance(rate_limit, int) else DEFAULT_RATE_LIMIT,
        allow_unrent=False not in permissions and not unreadable_permission,
        problems=tuple(problems),
    )


@made_once
def client_for(settings: Settings) -> "api.Client":
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
    )


def _misspelled(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find keys that somebody will take for a setting of this provider, and that are none."""
    for key in config:
        namespace, _, name = key.partition(":")
        if namespace == "plivo" and key not in KEYS:
            nearest = next((known for known in KEYS if _plain(known) == _plain(key)), None)
            hint = f"did you mean {nearest}?" if nearest else f"there are {', '.join(KEYS)}"
            yield key, f"there is no such setting; {hint}"
        elif namespace != "plivo" and _plain(name) == "allowunrent":
            yield key, "it has no effect; the setting is plivo:allowUnrent"


def _misspelled_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in environment:
        if name.upper().startswith("PLIVO_ALLOW") and name != "PLIVO_ALLOW_UNRENT":
            yield name, "there is no such variable; did you mean PLIVO_ALLOW_UNRENT?"


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


def _token(text: str) -> str:
    if not (text.isascii() and text.isprintable()) or text != text.strip():
        raise ValueError("an auth token is letters and digits, without spaces or line ends")
    return text


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= LARGEST_TIMEOUT:
        raise ValueError(f"{text!r} is not a number of seconds above 0, up to {LARGEST_TIMEOUT:.0f}")
    return value


def _whole_number(largest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and int(text) <= largest):
            raise ValueError(f"{text!r} is not a whole number from 0 to {largest}")
        return int(text)

    return parse


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text.lower() == "true"
