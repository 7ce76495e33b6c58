"""Fields of an answer, each of which is checked where it comes in; what is not as it should be is left out.

What passes can be printed to a terminal, and written into JSON, protobuf and a Pulumi state.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

from pulumi_plivo.api.paths import is_country, is_digits, is_uuid

#: Characters of the longest text that is taken from an answer.
LONGEST_FIELD = 300
#: The most entries that a list is believed to have.
LARGEST_COUNT = 1_000_000
SERVICES = frozenset({"sms", "mms"})

# What Pulumi's engine takes for a value that is not known yet, or for the mark of a secret, wherever it stands in a
# state (pulumi's sdk/go/common/resource/plugin/rpc.go, and resource/sig): no answer may bring one in.
UNKNOWNS = (
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
)
SIGNATURE = "4dabf18193072939515e22adb298388d"
_SENTINELS = (*UNKNOWNS, SIGNATURE)


def text(payload: Mapping[str, Any], *keys: str) -> str | None:
    """Return the first of some fields that is a text of 1 to 300 printable characters; None when none is."""
    return next((value for key in keys if _is_text(value := payload.get(key))), None)


def digits(payload: Mapping[str, Any], *keys: str) -> str | None:
    """Return the first of some fields that is 3 to 15 ASCII digits; None when none is."""
    return next((value for key in keys if _is_text(value := payload.get(key)) and is_digits(value)), None)


def uuid(payload: Mapping[str, Any], *keys: str) -> str | None:
    """Return the first of some fields that is a UUID; None when none is."""
    return next((value for key in keys if _is_text(value := payload.get(key)) and is_uuid(value)), None)


def country(payload: Mapping[str, Any], key: str) -> str | None:
    """Return a field that is a country's two letters; None when it is not."""
    value = text(payload, key)
    return value if value is not None and is_country(value) else None


def service(payload: Mapping[str, Any], key: str) -> str | None:
    """Return `sms` or `mms`, however a field spells it; None for anything else."""
    value = (text(payload, key) or "").casefold()
    return value if value in SERVICES else None


def flag(payload: Mapping[str, Any], key: str) -> bool | None:
    """Return a field that is true or false; None for anything else, such as a text or a 1."""
    value = payload.get(key)
    return value if isinstance(value, bool) else None


def count(payload: Mapping[str, Any], key: str) -> int | None:
    """Return a field that is a whole number from 0 to 1,000,000; None when it is not."""
    value = payload.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= LARGEST_COUNT else None


def _is_text(value: object) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_FIELD
        and value.isprintable()
        and not (len(value) >= len(SIGNATURE) and any(sentinel in value.lower() for sentinel in _SENTINELS))
    )
