"""Arguments of look-ups: what each may be, and the form in which it goes to Plivo."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import pulumi

Normal = TypeVar("Normal")

COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
PREFIX = re.compile(r"[0-9]{1,15}", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
POOL_NUMBER_TYPES = ("fixed", "mobile", "toll-free", "tollfree")
ACCOUNT_NUMBER_TYPES = ("fixed", "local", "mobile", "national", "tollfree")
OFFER_TYPES = (*ACCOUNT_NUMBER_TYPES, "any")
SERVICES = ("sms", "mms", "voice")
#: The most prefixes that Plivo takes.
MOST_PREFIXES = 10
LONGEST_TEXT = 300


class Arguments:
    """The arguments of one call of a look-up.

    Args:
        function: The look-up's name.
    """

    def __init__(self, function: str) -> None:
        self._function = function

    def needed(self, name: str, rule: Callable[[Any], Normal], value: object) -> Normal:
        """Return an argument in normal form. Ends the program in a RunError that names what is wrong with it."""
        if isinstance(value, pulumi.Output):
            raise self.refusal(f"{name} is an output, known only later: use {self._function}_output")
        try:
            return rule(value)
        except ValueError as error:
            raise self.refusal(f"{name}: {error}") from None

    def optional(self, name: str, rule: Callable[[Any], Normal], value: object) -> Normal | None:
        """Return an argument in normal form; None for None."""
        return None if value is None else self.needed(name, rule, value)

    def refusal(self, reason: str) -> pulumi.RunError:
        """Return the error for arguments with which nothing can be looked up."""
        return pulumi.RunError(f"{self._function}: {reason}; nothing was sent to Plivo")


def powerpack_uuid(value: object) -> str:
    """Return a Powerpack's uuid in lower case. Raises ValueError for what is not a UUID."""
    found = text(value).lower()
    if not UUID.fullmatch(found):
        raise ValueError(f"{value!r} is not the uuid of a Powerpack; by its name it is found with name=")
    return found


def country_iso2(value: object) -> str:
    """Return a country's two letters as capitals. Raises ValueError for anything else."""
    found = text(value).upper()
    if not COUNTRY.fullmatch(found):
        raise ValueError(f"{value!r} is not a country's two letters, such as 'US'")
    return found


def one_of(*known: str) -> Callable[[object], str]:
    """Return a rule that lets only these texts through."""

    def rule(value: object) -> str:
        found = text(value).lower()
        if found not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
        return found

    return rule


def account_number_type(value: object) -> str:
    """Return a type of the account's numbers, as Plivo spells it there. Raises ValueError for anything else."""
    return one_of(*ACCOUNT_NUMBER_TYPES)("tollfree" if value == "toll-free" else value)


def offer_type(value: object) -> str:
    """Return a type of offers, as Plivo spells it there. Raises ValueError for anything else."""
    return one_of(*OFFER_TYPES)("tollfree" if value == "toll-free" else value)


def services(value: object) -> str:
    """Return one or more of `sms`, `mms` and `voice`, with commas between them. Raises ValueError for anything else."""
    return ",".join(one_of(*SERVICES)(each) for each in _several(value))


def prefixes(value: object) -> tuple[str, ...]:
    """Return up to 10 prefixes. Raises ValueError for more, and for what is not digits."""
    found = tuple(prefix(each) for each in _several(value))
    if len(found) > MOST_PREFIXES:
        raise ValueError(f"{len(found)} prefixes are more than the {MOST_PREFIXES} that Plivo takes")
    return found


def prefix(value: object) -> str:
    """Return the first digits of a number. Raises ValueError for what is not 1 to 15 digits."""
    found = re.sub(r"[ +().-]", "", text(value))
    if not PREFIX.fullmatch(found):
        raise ValueError(f"{value!r} is not how a number begins: 1 to 15 digits")
    return found


def day(value: object) -> str:
    """Return a day, such as `2026-01-31`. Raises ValueError for anything else."""
    try:
        return date.fromisoformat(text(value)).isoformat()
    except ValueError:
        raise ValueError(f"{value!r} is not a day, such as '2026-01-31'") from None


def text(value: object) -> str:
    """Return a text of 1 to 300 printable characters. Raises ValueError for anything else."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"{value!r} is not a text of 1 to {LONGEST_TEXT} printable characters")
    return value


def most(value: object) -> int:
    """Return the most that is asked for. Raises ValueError for what is not a whole number above 0."""
    # Pulumi has one kind of number only.
    found = int(value) if isinstance(value, float) and value.is_integer() else value
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise ValueError(f"{value!r} is not a whole number above 0")
    return found


#: A pool's numbers by their type.
pool_number_type = one_of(*POOL_NUMBER_TYPES)


def _several(value: object) -> list[object]:
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, (list, tuple)) or not found:
        raise ValueError(f"{value!r} is neither a text nor a list of texts")
    return [each.strip() if isinstance(each, str) else each for each in found]
