"""What the errors of a run with Powerpacks tell their reader to do, done as he would."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from tests.conftest import POOL
from tests.faults.advice import followed
from tests.faults.powerpacks import Pack, WholeProgram
from tests.faults.programs import Program, powerpack_of

#: A name that no Powerpack has, for what has to make way.
SPARE = "spare"
HAS_MEMBERS = re.compile(r"(?:deleted, and|stays:) (.+?) (?:has|have) numbers in its pool")
RENAMED_FIRST = re.compile(r"is that of Powerpack (\w+), which gets another name|to (\w+): the account has another")
NO_POOL = re.compile(r"the account has no number pool ([0-9a-f-]+)")


class WholeAdvice(NamedTuple):
    """What to do next; see `Advice`.

    Attributes:
        program: The one that is wanted.
        first: A program to run before, in an `up` of its own; None for none.
        limit: The most numbers that may be given back; 0 for what is set.
        unprotects: Whether to run `pulumi state unprotect --all`.
        rents: Whether to let more numbers be rented.
    """

    program: WholeProgram
    first: WholeProgram | None
    limit: int
    unprotects: bool
    rents: bool


def followed_whole(
    program: WholeProgram, before: WholeProgram, names: Mapping[str, str], errors: Sequence[str]
) -> WholeAdvice:
    """Return what the errors of an `up` of this program ask for.

    `before` is the program before, `names` those that the state has of the Powerpacks' resources.
    """
    told = followed(program.members, before.members, errors)
    first = None
    if told.first is not None:
        first = WholeProgram({name: replace(each, protect=False) for name, each in before.packs.items()}, told.first)
    packs, members = dict(program.packs), dict(told.program)
    for error in errors:
        packs = _packs_after(packs, error)
        members = _members_after(members, error)
        if "unrent_numbers=False first" in error:
            keeping = {name: replace(each, unrent_numbers=False) for name, each in before.packs.items()}
            first = WholeProgram(keeping, before.members)
        if first is None and (found := RENAMED_FIRST.search(error)):
            held = {name: replace(pack, name=names[name]) for name, pack in before.packs.items() if name in names}
            there = {name: each for name, each in before.members.items() if powerpack_of(each.pool) in {"", *held}}
            holder = next((name for name, pack in held.items() if found[1] == name or found[2] == pack.name), None)
            if holder is not None:
                first = WholeProgram({**held, holder: replace(held[holder], name=SPARE)}, there)
            else:
                # The name is that of other hands' Powerpack.
                own = next(name for name, pack in packs.items() if pack.name == found[2])
                packs[own] = replace(packs[own], name=SPARE)
    rents = any("set plivo:maxRents to allow more" in error for error in errors)
    return WholeAdvice(WholeProgram(packs, members), first, told.limit, told.unprotects, rents=rents)


def _packs_after(packs: dict[str, Pack], error: str) -> dict[str, Pack]:
    """Return what an error makes of the Powerpacks."""
    if "remove protect from" in error:
        packs = {name: replace(each, protect=False) for name, each in packs.items()}
    if "drop delete_before_replace" in error:
        packs = {name: replace(each, deletes_first=False) for name, each in packs.items()}
    if "belongs to one resource; nothing was changed; take one of the two out" in error:
        packs = {name: each for name, each in packs.items() if not error.startswith(f"Powerpack {name}: ")}
    return {
        name: replace(each, adopt=True) if "adopt=True" in error and error.startswith(f"Powerpack {name}: ") else each
        for name, each in packs.items()
    }


def _members_after(members: Program, error: str) -> Program:
    """Return what an error makes of the members."""
    if "take its members out of the program too" in error:
        found = HAS_MEMBERS.search(error)
        named = {each.split()[-1] for each in found[1].replace(" and ", ", ").split(", ")} if found else set()
        members = {name: each for name, each in members.items() if name not in named}
    if found := NO_POOL.search(error):
        members = {name: replace(each, pool=POOL) if each.pool == found[1] else each for name, each in members.items()}
    return members
