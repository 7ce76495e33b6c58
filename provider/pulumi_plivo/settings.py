"""The provider's settings: from the stack's config and from the environment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_plivo.api import (
    DEFAULT_BASE_URL,
    DEFAULT_MAX_RETRIES,
    DEFAULT_RATE_LIMIT,
    DEFAULT_TIMEOUT,
    checked_auth_id,
    checked_base_url,
)
from pulumi_plivo.inputs import number

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
    "plivo:maxUnrents",
    "plivo:allowRent",
    "plivo:maxRents",
    "plivo:lookAhead",
)
#: The numbers that one run may give back where nothing else is set.
DEFAULT_MAX_UNRENTS = 10
LARGEST_MAX_UNRENTS = 1_000_000
#: What stands before a Powerpack's name where numbers are listed.
POWERPACK = "powerpack:"
#: The numbers that one run may rent where nothing else is set.
DEFAULT_MAX_RENTS = 10
LARGEST_MAX_RENTS = 1_000_000


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
        max_unrents: The most numbers that one run may give back.
        allow_rent: Whether numbers may be rented.
        max_rents: The most numbers that one run may rent.
        look_ahead: Whether a preview looks at the live account.
        forgotten: Numbers that the state no longer has, though no delete has taken them out of it.
        forgotten_powerpacks: The names of such Powerpacks.
        problems: Settings that can't be used, as pairs of the setting's key and what is wrong with it.
    """

    auth_id: str | None
    auth_token: str | None = field(repr=False)
    base_url: str
    timeout: float
    max_retries: int
    rate_limit: int
    allow_unrent: bool
    max_unrents: int = DEFAULT_MAX_UNRENTS
    allow_rent: bool = False
    max_rents: int = DEFAULT_MAX_RENTS
    look_ahead: bool = True
    forgotten: frozenset[str] = frozenset()
    forgotten_powerpacks: frozenset[str] = frozenset()
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
    limits = [
        parsed("plivo:maxUnrents", config.get("plivo:maxUnrents"), _whole_number(LARGEST_MAX_UNRENTS)),
        parsed("PLIVO_MAX_UNRENTS", environment.get("PLIVO_MAX_UNRENTS") or None, _whole_number(LARGEST_MAX_UNRENTS)),
    ]
    # Money needs a yes, and a no of either side is one.
    rents = [
        parsed("plivo:allowRent", config.get("plivo:allowRent"), _flag),
        parsed("PLIVO_ALLOW_RENT", environment.get("PLIVO_ALLOW_RENT") or None, _flag),
    ]
    max_rents = parsed("plivo:maxRents", config.get("plivo:maxRents"), _whole_number(LARGEST_MAX_RENTS))
    look_ahead = parsed("plivo:lookAhead", config.get("plivo:lookAhead"), _flag)
    forgotten = parsed("PLIVO_FORGET", environment.get("PLIVO_FORGET") or None, _forgotten)
    numbers, powerpacks = forgotten if isinstance(forgotten, tuple) else (frozenset(), frozenset())
    parsed("plivo:authId" if config.get("plivo:authId") else "PLIVO_AUTH_ID", auth_id, checked_auth_id)
    parsed("plivo:baseUrl", base_url, checked_base_url)
    auth_token = environment.get("PLIVO_AUTH_TOKEN") or config.get("plivo:authToken") or None
    parsed("PLIVO_AUTH_TOKEN" if environment.get("PLIVO_AUTH_TOKEN") else "plivo:authToken", auth_token, _token)
    problems += _of_another_account(config, environment)
    unreadable_permission = any("allowunrent" in _plain(key) for key, _ in problems)
    unreadable_limit = any("maxunrents" in _plain(key) for key, _ in problems)
    unreadable_rent = any(name in _plain(key) for key, _ in problems for name in ("allowrent", "maxrents"))
    known_limits = [limit for limit in limits if isinstance(limit, int)]
    return Settings(
        auth_id=auth_id,
        # The environment wins: config reaches a refresh or destroy out of the state, older than the last rotation.
        auth_token=auth_token,
        base_url=base_url,
        timeout=timeout if isinstance(timeout, float) else DEFAULT_TIMEOUT,
        max_retries=max_retries if isinstance(max_retries, int) else DEFAULT_MAX_RETRIES,
        rate_limit=rate_limit if isinstance(rate_limit, int) else DEFAULT_RATE_LIMIT,
        allow_unrent=False not in permissions and not unreadable_permission,
        max_unrents=0 if unreadable_limit else min(known_limits, default=DEFAULT_MAX_UNRENTS),
        allow_rent=True in rents and False not in rents and not unreadable_rent,
        max_rents=max_rents if isinstance(max_rents, int) else DEFAULT_MAX_RENTS,
        look_ahead=look_ahead is not False,
        forgotten=numbers,
        forgotten_powerpacks=powerpacks,
        problems=tuple(problems),
    )


def _misspelled(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find keys that somebody will take for a setting of this provider, and that are none."""
    for key in config:
        namespace, _, name = key.partition(":")
        if namespace == "plivo" and key not in KEYS:
            nearest = next((known for known in KEYS if _plain(known) == _plain(key)), None)
            hint = f"did you mean {nearest}?" if nearest else f"there are {', '.join(KEYS)}"
            yield key, f"there is no such setting; {hint}"
        elif namespace != "plivo" and _plain(name) in ("allowunrent", "maxunrents", "allowrent", "maxrents"):
            nearest = next(known for known in KEYS if _plain(known) == f"plivo:{_plain(name)}")
            yield key, f"it has no effect; the setting is {nearest}"


def _of_another_account(config: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Find a token of the environment that comes with another account than the stack's own."""
    own, others = config.get("plivo:authId"), environment.get("PLIVO_AUTH_ID")
    if own and others and own != others and environment.get("PLIVO_AUTH_TOKEN"):
        yield (
            "PLIVO_AUTH_ID",
            f"this stack belongs to account {own} (plivo:authId), and the environment has the auth id and token of"
            f" account {others}: set both to the stack's account, or unset both",
        )


def _misspelled_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in environment:
        for prefix, known in (
            ("PLIVO_ALLOW_R", ("PLIVO_ALLOW_RENT",)),
            ("PLIVO_ALLOW", ("PLIVO_ALLOW_UNRENT", "PLIVO_ALLOW_RENT")),
            ("PLIVO_MAX", ("PLIVO_MAX_UNRENTS",)),
        ):
            if name.upper().startswith(prefix) and name not in known:
                yield name, f"there is no such variable; did you mean {known[0]}?"
                break


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


def _forgotten(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return numbers, and the names of Powerpacks, which are written behind `powerpack:`."""
    entries = [each.strip() for each in text.split(",")]
    named = {each for each in entries if each.startswith(POWERPACK)}
    return (
        frozenset(number(each) for each in entries if each not in named),
        frozenset(each.removeprefix(POWERPACK) for each in named),
    )


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text.lower() == "true"
