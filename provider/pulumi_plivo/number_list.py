"""Lists of numbers as inputs: their normal form, and what is to be said of the difference of two."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from pulumi_plivo import inputs

#: Numbers that a message lists before it only counts.
LONGEST_LIST = 50


def numbers(value: object) -> list[Any]:
    """Return the numbers' digits in the order in which they were written; unknown elements stay as they are.

    Raises ValueError for what is not a list, and for all elements that are not a number or are there twice.
    """
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError(f"{value!r} is not a list of numbers")
    found: set[str] = set()
    normal: list[Any] = []
    wrong: list[str] = []
    for position, element in enumerate(value):
        if inputs.is_unknown(element):
            normal.append(element)
            continue
        try:
            digits = inputs.number(element)
        except ValueError as error:
            wrong.append(f"[{position}]: {error}")
            continue
        if digits in found:
            wrong.append(f"[{position}]: {digits} is there twice")
        found.add(digits)
        normal.append(digits)
    if wrong:
        raise ValueError(listed(wrong, separator="; "))
    return normal


def known(value: object) -> list[str]:
    """Return those numbers of a list that are known; none of a list that is unknown as a whole."""
    if inputs.is_unknown(value) or not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [each for each in value if isinstance(each, str) and not inputs.is_unknown(each)]


def is_all_known(value: object) -> bool:
    """Whether neither the list nor an element of it is unknown."""
    return isinstance(value, Sequence) and not inputs.is_unknown(value) and len(known(value)) == len(value)


class Difference(NamedTuple):
    """What is in one list of numbers and not in the other, each in the order of its list."""

    added: list[str]
    dropped: list[str]


def difference(old: Iterable[str], new: Iterable[str]) -> Difference:
    """Compare two lists as sets."""
    old, new = dict.fromkeys(old), dict.fromkeys(new)
    return Difference([each for each in new if each not in old], [each for each in old if each not in new])


def listed(digits: Collection[str], longest: int | None = LONGEST_LIST, separator: str = ", ") -> str:
    """Write numbers, or what is wrong with them, one after the other, at most `longest` of them (None: all)."""
    shown = list(digits)[:longest]
    rest = len(digits) - len(shown)
    return separator.join(shown) + (f" and {rest} more" if rest else "")
