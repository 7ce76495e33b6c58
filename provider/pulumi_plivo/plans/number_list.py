"""Many numbers as an input: a list, or a mapping of number to service; its normal form is such a mapping."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_plivo import inputs
from pulumi_plivo.errors import listed

#: In the place of a service that the program leaves to Plivo.
ANY_SERVICE = ""


def numbers(value: object) -> Any:
    """Return a mapping of each number's digits to its service, "" for none named; unknown where an element is.

    An object by number is what Pulumi compares by number. Raises ValueError for what is neither a list nor a mapping,
    and for all elements that are not a number or are there twice.
    """
    if isinstance(value, Mapping):
        entries = [(f"[{number}]", number, service) for number, service in value.items()]
    elif isinstance(value, Sequence) and not isinstance(value, str):
        entries = [(f"[{position}]", number, None) for position, number in enumerate(value)]
    else:
        raise ValueError(f"{value!r} is neither a list of numbers nor a mapping of number to service")
    normal: dict[str, Any] = {}
    wrong: list[str] = []
    is_unknown = False
    for place, number, service in entries:
        if inputs.is_unknown(number):
            is_unknown = True
            continue
        try:
            digits = inputs.number(number)
            named = service if service in (None, ANY_SERVICE) or inputs.is_unknown(service) else inputs.service(service)
        except ValueError as error:
            wrong.append(f"{place}: {error}")
            continue
        if digits in normal:
            wrong.append(f"{place}: {digits} is there twice")
        normal[digits] = named or ANY_SERVICE
    if wrong:
        raise ValueError(listed(wrong, separator="; "))
    return inputs.UNKNOWN if is_unknown else normal


def known(value: object) -> list[str]:
    """Return those numbers of an input, in any form, that are known and can be numbers."""
    found = []
    for each in value if isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) else ():
        if not inputs.is_unknown(each):
            try:
                found.append(inputs.number(each))
            except ValueError:
                continue
    return found


def named(services: Mapping[str, str], service: str | None) -> dict[str, str]:
    """Return the services of the numbers, with that of the whole resource where a number has none of its own.

    They are sorted: an object comes from the engine in any order, and what is said of it should not change with it.
    """
    return {digits: own or service or ANY_SERVICE for digits, own in sorted(services.items())}
