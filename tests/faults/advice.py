"""What the errors of a run tell their reader to do, done as he would."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from tests.faults.programs import Program

LIMIT = re.compile(r"(\d+) numbers? (?:may|would) be given back to Plivo for good.*PLIVO_MAX_UNRENTS")


class Advice(NamedTuple):
    """What to do next.

    Attributes:
        program: The one that is wanted.
        first: A program to run before, in an `up` of its own; None for none.
        limit: The most numbers that may be given back; 0 for what is set.
        unprotects: Whether to run `pulumi state unprotect --all`, as Pulumi tells of what has left the program.
    """

    program: Program
    first: Program | None
    limit: int
    unprotects: bool


def followed(program: Program, before: Program, errors: Iterable[str]) -> Advice:
    """Return what the errors of an `up` of this program ask for; `before` is the program before."""
    first, limit, unprotects = None, 0, False
    wanted, had = ({number for each in one.values() for number in each.numbers} for one in (program, before))
    program = adopting(program, errors)
    for error in errors:
        if "take protect away" in error:
            # The program before may still have to give up, with a warning, what this one wants.
            keeps = bool(wanted - had)
            first = {
                name: replace(each, protect=False, unrent=each.unrent and not keeps) for name, each in before.items()
            }
        if "remove protect from" in error:
            program = {name: replace(each, protect=False) for name, each in program.items()}
            unprotects = True
        if "drop delete_before_replace" in error:
            program = {name: replace(each, deletes_first=False) for name, each in program.items()}
        if "drop ignore_changes" in error or "with ignore_changes the state decides" in error:
            program = {name: replace(each, ignores=False) for name, each in program.items()}
        if asked := LIMIT.search(error):
            limit = int(asked[1])
    return Advice(program, first, limit, unprotects)


def named_in(error: str, program: Program) -> list[str]:
    """Return the resources of a program that an error is about."""
    return [name for name, each in program.items() if error.startswith(f"{each.kind} {name}: ")]


def adopting(program: Program, errors: Iterable[str]) -> Program:
    """Return the program with `adopt=True` for each resource whose error asks for that."""
    asking = {name for error in errors if "adopt=True" in error for name in named_in(error, program)}
    return {name: replace(each, adopt=each.adopt or name in asking) for name, each in program.items()}
