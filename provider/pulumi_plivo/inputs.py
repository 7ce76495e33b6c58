"""Inputs as they come from a program: what each may be, and its one normal form."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.dynamic import CheckFailure
from pulumi.output import Unknown
from pulumi.runtime import rpc

_SEPARATORS = re.compile(r"[ ().-]", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
_SHORTCODE = re.compile(r"[0-9]{3,8}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
SERVICES = ("sms", "mms")

#: A value that is not known yet, as it goes back to the engine.
UNKNOWN: Any = rpc.UNKNOWN

Rule = Callable[[Any], Any]


def is_unknown(value: object) -> bool:
    """Whether a value depends on a resource that does not exist yet, in either form that SDKs use."""
    return isinstance(value, Unknown) or (isinstance(value, str) and value == rpc.UNKNOWN)


def number(value: object) -> str:
    """Return a number's digits. Raises ValueError for what is not 7 to 15 digits behind an optional `+`."""
    text = _text(value, "14155550100")
    stripped = _SEPARATORS.sub("", text)
    if not _NUMBER.fullmatch(stripped):
        raise ValueError(
            f"{text!r} is not a phone number: 7 to 15 digits with the country code, such as '+1 415-555-0100'"
        )
    return stripped.removeprefix("+")


def shortcode(value: object) -> str:
    """Return a shortcode's digits. Raises ValueError for what is not 3 to 8 digits."""
    text = _text(value, "77777").strip()
    if not _SHORTCODE.fullmatch(text):
        raise ValueError(f"{text!r} is not a shortcode: 3 to 8 digits")
    return text


def number_pool_uuid(value: object) -> str:
    """Return a number pool's uuid in lower case. Raises ValueError for what is not a UUID."""
    text = _text(value, "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d").strip().lower()
    if not _UUID.fullmatch(text):
        raise ValueError(
            f"{text!r} is not the uuid of a number pool: it is the last part of a Powerpack's `number_pool`"
        )
    return text


def known_pool(value: object) -> str | None:
    """Return a number pool's uuid in normal form; None for one that is not known yet, or is none."""
    try:
        return None if is_unknown(value) else number_pool_uuid(value)
    except ValueError:
        return None


def service(value: object) -> str:
    """Return `sms` or `mms`. Raises ValueError for anything else."""
    text = _text(value, "sms").lower()
    if text not in SERVICES:
        raise ValueError(f"{text!r} is neither 'sms' nor 'mms'")
    return text


def flag(value: object) -> bool:
    """Return a boolean. Raises ValueError for anything else, the text 'false' among it."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither True nor False")
    return value


def checked(
    news: Mapping[str, Any], rules: Mapping[str, Rule], defaults: Mapping[str, Any]
) -> tuple[dict[str, Any], list[CheckFailure]]:
    """Return the inputs in normal form with the defaults filled in, and a failure for each that can't be.

    Unknown values pass as they are. Keys without a rule are refused; keys whose default is None may be left out.
    """
    inputs: dict[str, Any] = {}
    failures = [
        CheckFailure(key, f"there is no such input; there are {', '.join(rules)}")
        for key in news
        if key not in rules and key != "__provider"
    ]
    for key, rule in rules.items():
        value = news.get(key, defaults.get(key))
        if value is None and key in defaults:
            continue
        if value is None:
            failures.append(CheckFailure(key, "it is missing"))
        elif is_unknown(value):
            inputs[key] = value
        else:
            try:
                inputs[key] = rule(value)
            except ValueError as error:
                failures.append(CheckFailure(key, str(error)))
                inputs[key] = value
    return inputs, failures


def _text(value: object, example: str) -> str:
    if isinstance(value, float) and value.is_integer():
        # Pulumi has one kind of number only.
        value = int(value)
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text; write it in quotes, such as '{example}'")
    return value
