"""What the errors of a run tell their reader to do, done as he would."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from tests.faults.programs import Many, Member, Program

LIMIT = re.compile(r"(\d+) numbers? (?:may|would) be given back to Plivo for good.*PLIVO_MAX_UNRENTS")


class Advice(NamedTuple):
    """What to do next.

    Attributes:
        first: A program to run before, in an `up` of its own; None for none.
        program: The one that is wanted.
        limit: The most numbers that may be given back; 0 for what is set.
    """

    first: Program | None
    program: Program
    limit: int


def followed(program: Program, before: Program, owned: Collection[Mapping[str, Any]], errors: Iterable[str]) -> Advice:
    """Return what the errors of an `up` of this program ask for.

    `before` is the program before, and `owned` what the state has.
    """
    first, limit = None, 0
    program = adopting(program, errors)
    for error in errors:
        if "take protect away" in error or "remove protect from" in error:
            first = {name: replace(each, protect=False) for name, each in _as_it_was(before, owned).items()}
            program = {name: replace(each, protect=False) for name, each in program.items()}
        if "drop delete_before_replace" in error:
            program = {name: replace(each, deletes_first=False) for name, each in program.items()}
        if "drop ignore_changes" in error or "with ignore_changes the state decides" in error:
            program = {name: replace(each, ignores=False) for name, each in program.items()}
        if asked := LIMIT.search(error):
            limit = int(asked[1])
    return Advice(first, program, limit)


def named_in(error: str, program: Program) -> list[str]:
    """Return the resources of a program that an error is about."""
    return [name for name, each in program.items() if error.startswith(f"{each.kind} {name}: ")]


def adopting(program: Program, errors: Iterable[str]) -> Program:
    """Return the program with `adopt=True` for each resource whose error asks for that."""
    asking = {name for error in errors if "adopt=True" in error for name in named_in(error, program)}
    return {name: replace(each, adopt=each.adopt or name in asking) for name, each in program.items()}


def _as_it_was(before: Program, owned: Collection[Mapping[str, Any]]) -> Program:
    """Return the program before, with what is protected in the state and had left it already."""
    found = dict(before)
    taken = {number for each in before.values() for number in each.numbers}
    for entry in owned:
        name, each = str(entry["urn"]).rpartition("::")[2], _from_state(entry)
        if entry.get("protect") and not entry.get("delete") and name not in found and taken.isdisjoint(each.numbers):
            found[name] = each
    return found


def _from_state(entry: Mapping[str, Any]) -> Member | Many:
    inputs = entry["inputs"]
    common = {
        "pool": inputs["number_pool_uuid"],
        "service": inputs.get("service", ""),
        "unrent": inputs.get("unrent", False),
        "adopt": inputs.get("adopt", False),
    }
    if "numbers" not in inputs:
        return Member(**common, number=inputs["number"])
    services = frozenset((number, service) for number, service in inputs["numbers"].items() if service)
    return Many(**common, listed=tuple(inputs["numbers"]), own_services=services, exclusive=inputs["exclusive"])
