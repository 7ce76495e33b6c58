"""A claim: which numbers one resource of a program wants, and in which pool; a claim is no fact.

The ledger's inputs are claims in the form that `written` makes, compact enough for 10,000 numbers in one line each.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

#: In the place of a pool that is not known yet.
UNKNOWN_POOL = "unknown"
_SHORTCODE = "shortcode-"
_POWERPACK = "powerpack-"
#: In the place of a pool, where a claim is one of a Powerpack.
POWERPACKS = "powerpacks"
#: The key of those claims of earlier programs that a run may not have given up yet.
LEFT = "left"
#: The key that says that the program's end was not reached: there may be more claims.
INCOMPLETE = "incomplete"
#: The key that says that transforms, of which Pulumi tells a program nothing, may protect what the program does not.
TRANSFORMED = "transformed"
#: The key that says that something of the claims is a secret.
CONCEALED = "concealed"
#: What a claim can say beside its numbers, as keys of the ledger's input.
MARKS = ("unrent", "perhaps_unrent", "partial", "ignoring", "protected", "retained", "reading", "adopting", "aliased")
#: The key of what else aliases say.
FORMER = "former"


@dataclass(frozen=True)
class Claim:
    """What one resource of the program wants.

    Attributes:
        resource: The resource's class and name, such as `PoolNumber otp-1`.
        pool: The pool's uuid; None while it is not known.
        members: Digits; a shortcode's as `member` writes them.
        unrent: Whether the numbers may be given back; None while that is not known.
        is_partial: Whether it may want more than is known yet.
        is_ignoring: Whether `ignore_changes` lets the state decide about its numbers.
        is_protected: Whether `protect` keeps Pulumi from deleting it.
        is_retained: Whether `retain_on_delete` keeps what it has where it is.
        is_reading: Whether it only reads what it names.
        is_adopting: Whether it takes over what is in the pool already.
        is_aliased: Whether it, or its parent, had another name before.
        former: The names that it had before, as `former_name` writes them.
    """

    resource: str
    pool: str | None
    members: tuple[str, ...]
    unrent: bool | None = False
    is_partial: bool = False
    is_ignoring: bool = False
    is_protected: bool = False
    is_retained: bool = False
    is_reading: bool = False
    is_adopting: bool = False
    is_aliased: bool = False
    former: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The resource's class."""
        return self.resource.partition(" ")[0]

    @property
    def is_list(self) -> bool:
        """Whether it is one resource of many numbers."""
        return self.kind == "PoolNumbers"


def member(digits: str, *, is_shortcode: bool = False) -> str:
    """Name a member of a pool across all classes: numbers and toll-free numbers are one kind, shortcodes another."""
    return f"{_SHORTCODE}{digits}" if is_shortcode else digits


def powerpack_member(name: str) -> str:
    """Name a Powerpack as members of pools are named: in one word."""
    # Claims are split at white space, of which a name has spaces alone.
    return f"{_POWERPACK}{name.replace('%', '%25').replace(' ', '%20')}"


def powerpack_name(member: str) -> str:
    """Return the name of the Powerpack that `powerpack_member` names."""
    return member.removeprefix(_POWERPACK).replace("%20", " ").replace("%25", "%")


def digits_of(member: str) -> str:
    """Return the digits of what `member` names."""
    return member.removeprefix(_SHORTCODE)


def shown(members: Iterable[str]) -> list[str]:
    """Return members as a sentence names them."""
    return [
        f"shortcode {digits_of(each)}"
        if each.startswith(_SHORTCODE)
        else f"Powerpack {powerpack_name(each)}"
        if each.startswith(_POWERPACK)
        else each
        for each in members
    ]


def written(claims: Iterable[Claim]) -> dict[str, Any]:
    """Return claims as the ledger keeps them; a claim that says nothing special costs a line and its numbers."""
    pools: dict[str, dict[str, str]] = {}
    marks: dict[str, list[str]] = {}
    claims = list(claims)
    for claim in claims:
        # A line each: so a change of one is shown as one.
        lines = "".join(f"{each}\n" for each in claim.members)
        resources = pools.setdefault(claim.pool or UNKNOWN_POOL, {})
        # Several failed runs may each have left something over of one resource.
        resources[claim.resource] = resources.get(claim.resource, "") + lines
        for mark, is_set in zip(
            MARKS,
            (
                claim.unrent is True,
                claim.unrent is None,
                claim.is_partial,
                claim.is_ignoring,
                claim.is_protected,
                claim.is_retained,
                claim.is_reading,
                claim.is_adopting,
                claim.is_aliased,
            ),
            strict=True,
        ):
            if is_set:
                marks.setdefault(mark, []).append(claim.resource)
    former = {claim.resource: list(claim.former) for claim in claims if claim.former}
    return {"pools": pools, **marks, **({FORMER: former} if former else {})}


def read_claims(value: object) -> list[Claim]:
    """Return the claims that `written` made; none of anything else."""
    if not isinstance(value, Mapping) or not isinstance(value.get("pools"), Mapping):
        return []
    marks = {mark: frozenset(value.get(mark) or ()) for mark in MARKS}
    return [
        Claim(
            resource,
            None if pool == UNKNOWN_POOL else pool,
            tuple(members.split()),
            unrent=True if resource in marks["unrent"] else None if resource in marks["perhaps_unrent"] else False,
            is_partial=resource in marks["partial"],
            is_ignoring=resource in marks["ignoring"],
            is_protected=resource in marks["protected"],
            is_retained=resource in marks["retained"],
            is_reading=resource in marks["reading"],
            is_adopting=resource in marks["adopting"],
            is_aliased=resource in marks["aliased"],
            former=tuple((value.get(FORMER) or {}).get(resource, ())),
        )
        for pool, resources in value["pools"].items()
        for resource, members in resources.items()
    ]


def digest(claims: object) -> str:
    """Return a short text that tells what a program claims, in its written form, from what others do."""
    known = (
        {key: each for key, each in claims.items() if key not in (LEFT, CONCEALED)}
        if isinstance(claims, Mapping)
        else {}
    )
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:24]


def with_the_rest(before: Sequence[Claim], now: Sequence[Claim]) -> list[Claim]:
    """Return the claims of a program whose end was not reached: what it has not come to counts as before."""
    named = {claim.resource for claim in now}
    return [*now, *without((claim for claim in before if claim.resource not in named), members_of(now))]


def members_of(claims: Iterable[Claim]) -> set[str]:
    """Return all that claims name."""
    return {member for claim in claims for member in claim.members}


def without(claims: Iterable[Claim], members: Collection[str]) -> list[Claim]:
    """Return claims without those members."""
    return [
        replace(claim, members=tuple(member for member in claim.members if member not in members)) for claim in claims
    ]


def newly_placed(before: Iterable[Claim], now: Iterable[Claim]) -> set[str]:
    """Return the members that the claims before do not name in the pool where they are wanted now, as far as known."""
    old, new = (
        {
            member: claim.pool
            for claim in claims
            if claim.pool is not None and not (claim.is_ignoring or claim.is_reading)
            for member in claim.members
        }
        for claims in (before, now)
    )
    return {member for member, pool in new.items() if old.get(member) != pool}
