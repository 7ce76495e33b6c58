"""The members that a program gives a `MessagingPool`: each by its digits, with what it says itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypedDict

import pulumi

from pulumi_plivo import inputs


class TollFreeArgs(TypedDict, total=False):
    """What a toll-free number says itself, in the place of what its `MessagingPool` says of all."""

    unrent: pulumi.Input[bool]
    adopt: pulumi.Input[bool]
    rent: pulumi.Input[bool]


class NumberArgs(TollFreeArgs, total=False):
    """What a number says itself, in the place of what its `MessagingPool` says of all."""

    service: pulumi.Input[str]


Numbers = Sequence[pulumi.Input[str]] | Mapping[str, pulumi.Input[str] | NumberArgs | None]
TollFrees = Sequence[str] | Mapping[str, TollFreeArgs | None]
#: What each member says itself, by its digits.
Members = dict[str, dict[str, Any]]

SERVICE = "service"
FLAGS = ("unrent", "adopt", "rent")


def numbers_by_digits(pool: str, numbers: Any) -> Members:
    """Return what each number says itself. Fails the program for what is not known in it, or can't be."""
    return _by_digits(pool, "numbers", numbers, inputs.number, (SERVICE, *FLAGS))


def toll_frees_by_digits(pool: str, toll_frees: Any) -> Members:
    """Return what each toll-free number says itself. Fails the program for what is not known in it, or can't be."""
    return _by_digits(pool, "toll_frees", toll_frees, inputs.number, FLAGS)


def shortcode_digits(pool: str, shortcodes: Any) -> Iterable[str]:
    """Return the shortcodes. Fails the program for what is not known in it, or can't be."""
    return _by_digits(pool, "shortcodes", shortcodes, inputs.shortcode, ())


def apart(pool: str, numbers: Any) -> tuple[Any, Members]:
    """Return what one list can have of the numbers, and those that say more than their service themselves."""
    if not isinstance(numbers, Mapping):
        return numbers, {}
    said = {
        number: value
        for number, value in numbers.items()
        if isinstance(value, Mapping) and not value.keys() <= {SERVICE}
    }
    rest = {
        number: value.get(SERVICE) if isinstance(value, Mapping) else value
        for number, value in numbers.items()
        if number not in said
    }
    return rest, numbers_by_digits(pool, said)


def _by_digits(pool: str, key: str, values: Any, rule: Callable[[Any], str], names: Sequence[str]) -> Members:
    if not isinstance(values, (Sequence, Mapping)) or isinstance(values, str):
        raise pulumi.RunError(
            f"MessagingPool {pool}: {key} has to be known in the program, since resources are named after it; give a"
            " list"
        )
    members: Members = {}
    for value in values:
        try:
            digits = rule(value)
            if digits in members:
                raise ValueError(f"{digits} is there twice")
            members[digits] = _own(values[value], digits, names) if isinstance(values, Mapping) else {}
        except ValueError as error:
            raise pulumi.RunError(f"MessagingPool {pool}: {key}: {error}") from error
    return members


def _own(value: Any, digits: str, names: Sequence[str]) -> dict[str, Any]:
    """Return what a member says itself. Raises ValueError for a key that there is not."""
    own = value if isinstance(value, Mapping) else {SERVICE: value}
    if unknown := [key for key in own if key not in names]:
        raise ValueError(f"{digits} can't have {', '.join(unknown)}; there are {', '.join(names)}")
    return {key: each for key, each in own.items() if each is not None}
