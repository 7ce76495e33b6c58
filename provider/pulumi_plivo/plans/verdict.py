"""What a change of the program loses: told at preview, from what was claimed before and what is claimed now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pulumi_plivo.plans.claim import Claim, members_of


class Verdict(NamedTuple):
    """What will be given back to Plivo for good.

    Attributes:
        given_back: Numbers that nobody wants any more.
        perhaps: Numbers that only those resources may still want whose numbers are not known yet.
        doubtful: Those resources.
    """

    given_back: list[str]
    perhaps: list[str]
    doubtful: list[str]

    @property
    def all(self) -> list[str]:
        """All numbers that may be given back."""
        return [*self.given_back, *self.perhaps]

    def with_more(self, numbers: Sequence[str]) -> "Verdict":
        """Return it with numbers that are given back in another way too."""
        known = sorted({*self.all, *numbers})
        return Verdict([], known, self.doubtful) if self.doubtful else Verdict(known, [], [])


def verdict(leaving: Sequence[Claim], now: Sequence[Claim]) -> Verdict:
    """Tell what is given back of the claims that `leaving` returned, and of such that earlier runs have left over.

    A number is given back when its resource said `unrent`, and neither says otherwise now nor ignores changes.
    """
    newest = {claim.resource: claim for claim in now}
    numbers = sorted(
        {
            member
            for claim in leaving
            if not _is_kept(claim, newest.get(claim.resource)) and _gives_up(newest.get(claim.resource))
            for member in claim.members
        }
    )
    doubtful = [claim.resource for claim in now if claim.is_partial]
    return Verdict([], numbers, doubtful) if doubtful else Verdict(numbers, [], [])


def leaving(before: Sequence[Claim], now: Sequence[Claim]) -> list[Claim]:
    """Return what of the claims `before` nobody wants any more, and may be given back."""
    wanted = members_of(now)
    found = []
    for claim in before:
        members = tuple(member for member in claim.members if member not in wanted)
        # What goes with a Powerpack is told of it.
        if claim.kind == "Powerpack":
            continue
        if members and claim.unrent is not False and not claim.is_retained and not claim.is_reading:
            found.append(replace(claim, members=members))
    return found


def powerpacks_left(before: Sequence[Claim], now: Sequence[Claim]) -> list[Claim]:
    """Return the claims `before` of Powerpacks that are deleted: their resource has left, and nobody wants them."""
    newest = {claim.resource: claim for claim in now}
    wanted = members_of(now)
    return [
        claim
        for claim in before
        if claim.kind == "Powerpack"
        and not (claim.is_reading or claim.is_retained or claim.is_protected or claim.resource in newest)
        and wanted.isdisjoint(claim.members)
    ]


def shortcodes_removed(before: Sequence[Claim], now: Sequence[Claim]) -> dict[str, str | None]:
    """Return the shortcodes that leave their pool, by that pool: no call of Plivo's puts one back."""
    newest = {claim.resource: claim for claim in now}
    wanted = {(member, claim.pool) for claim in now for member in claim.members}
    return {
        member: claim.pool
        for claim in before
        if claim.kind == "PoolShortcode"
        and not (claim.is_reading or claim.is_retained or _is_kept(claim, newest.get(claim.resource)))
        for member in claim.members
        if wanted.isdisjoint({(member, claim.pool), (member, None)})
    }


def taken_from_protected(before: Sequence[Claim], now: Sequence[Claim]) -> dict[str, list[str]]:
    """Return what would leave each protected resource, by its name.

    Pulumi protects a resource as a whole: it does not see that a number leaves a list, or moves with it, nor that
    another resource takes a number over, which then has two owners.
    """
    newest = {claim.resource: claim for claim in now}
    owner = {member: claim.resource for claim in now if not claim.is_reading for member in claim.members}
    taken: dict[str, list[str]] = {}
    for claim in before:
        new = newest.get(claim.resource)
        if not claim.is_protected or claim.is_reading or (new is not None and (new.is_partial or new.is_ignoring)):
            continue
        moves = claim.is_list and new is not None and None not in (claim.pool, new.pool) and claim.pool != new.pool
        drops = claim.is_list and new is not None
        leaving = [
            member
            for member in claim.members
            if moves or owner.get(member, claim.resource) != claim.resource or (drops and member not in owner)
        ]
        if leaving:
            taken[claim.resource] = leaving
    return taken


def unreached(left: Sequence[Claim], before: Sequence[Claim]) -> list[Claim]:
    """Return what resources of the program before had to give up by it; while it is there, that was not done."""
    claimed = {(claim.pool, member) for claim in before for member in claim.members}
    lost = (
        replace(claim, members=tuple(member for member in claim.members if (claim.pool, member) not in claimed))
        for claim in left
        if not claim.is_retained
    )
    return [claim for claim in lost if claim.members]


def wanted_of_ignoring(before: Sequence[Claim], now: Sequence[Claim]) -> dict[str, list[str]]:
    """Return what other resources want of each that ignores changes: its state keeps it, so both would own it."""
    ignoring = {claim.resource for claim in now if claim.is_ignoring}
    owner = {
        member: claim.resource
        for claim in now
        if not claim.is_reading and not claim.is_ignoring
        for member in claim.members
    }
    return {
        claim.resource: twice
        for claim in before
        if claim.resource in ignoring and (twice := [member for member in claim.members if member in owner])
    }


def _is_kept(claim: Claim, newest: Claim | None) -> bool:
    """Whether Pulumi keeps a resource from being deleted: not where the program takes `protect` away as well."""
    return claim.is_protected and (newest is None or newest.is_protected)


def _gives_up(newest: Claim | None) -> bool:
    """Whether what a resource claims now lets go of what it claimed before, and lets it be given back."""
    return newest is None or (newest.unrent is not False and not newest.is_ignoring)
