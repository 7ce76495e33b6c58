"""What a change of the program loses, and what leaves a protected resource."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.plans.verdict import Verdict, leaving, taken_from_protected, verdict, wanted_of_ignoring

from tests.plans.claims import OTHER_POOL, PROGRAMS, many, single

X, Y, Z = "14155550100", "14155550101", "14155550102"


def lost(before: list[Claim], now: list[Claim]) -> list[str]:
    """Return what a change gives back for certain."""
    return verdict(leaving(before, now), now).given_back


@pytest.mark.parametrize(
    ("before", "now", "given_back"),
    [
        ([single("a", X)], [], [X]),
        ([single("a", X), single("b", Y)], [single("b", Y)], [X]),
        ([many("a", X, Y, Z)], [many("a", Y)], [X, Z]),
        ([single("a", X)], [single("a", Y)], [X]),
        ([single("a", X)], [single("a", X)], []),
        ([single("a", X)], [single("a", X, pool=OTHER_POOL)], []),
        ([single("a", X)], [single("b", X)], []),
        ([single("a", X)], [many("b", X, pool=OTHER_POOL)], []),
        ([single("a", X)], [many("b", X, pool=None)], []),
        ([single("a", X)], [single("b", X, is_reading=True)], []),
        ([many("a", X)], [many("a", unrent=False)], []),
        ([many("a", X, unrent=False)], [many("a")], []),
        ([many("a", X, unrent=False)], [], []),
        ([many("a", X)], [many("a", unrent=None)], [X]),
        ([many("a", X, unrent=None)], [], [X]),
        ([many("a", X)], [many("a", is_ignoring=True)], []),
        ([single("a", X, is_retained=True)], [], []),
        ([single("a", X, is_reading=True)], [], []),
        ([single("a", X, is_protected=True)], [], []),
        ([], [single("a", X)], []),
    ],
)
def test_a_number_is_lost_when_its_resource_unrents_and_nobody_wants_it_any_more(
    before: list[Claim], now: list[Claim], given_back: list[str]
) -> None:
    assert lost(before, now) == given_back
    assert verdict(leaving(before, now), now).perhaps == []


def test_what_a_resource_may_want_whose_numbers_are_not_known_is_only_perhaps_lost_and_counts_all_the_same() -> None:
    now = [many("b", Z, is_partial=True), many("c", is_partial=True)]
    told = verdict(leaving([many("a", Y, X)], now), now)
    assert told == Verdict([], [X, Y], ["PoolNumbers b", "PoolNumbers c"])
    assert len(told.all) == 2


@given(PROGRAMS, PROGRAMS)
def test_nothing_is_said_to_be_lost_that_the_program_wants_or_that_nobody_unrented(
    before: list[Claim], now: list[Claim]
) -> None:
    told = verdict(leaving(before, now), now)
    said = {*told.given_back, *told.perhaps}
    assert said.isdisjoint(member for claim in now for member in claim.members)
    assert said <= {member for claim in before if claim.unrent is not False for member in claim.members}
    assert len(told.all) == len(said)
    assert bool(told.perhaps) <= bool(told.doubtful)
    assert not (told.given_back and told.perhaps)


@given(PROGRAMS)
def test_a_program_that_changes_nothing_loses_nothing(claims: list[Claim]) -> None:
    assert leaving(claims, claims) == []


@given(PROGRAMS, PROGRAMS)
def test_to_claim_more_never_loses_more(before: list[Claim], now: list[Claim]) -> None:
    wanted = tuple({member for claim in before for member in claim.members})
    assert leaving(before, [*now, many("everything", *wanted)]) == []


PROTECTED: dict[str, Any] = {"is_protected": True, "unrent": False}


@pytest.mark.parametrize(
    ("before", "now", "taken"),
    [
        ([many("a", X, Y, **PROTECTED)], [many("a", Y)], [X]),
        ([many("a", X, Y, **PROTECTED)], [many("a", X, Y, pool=OTHER_POOL)], [X, Y]),
        ([many("a", X, Y, **PROTECTED)], [many("a", Y), single("b", X)], [X]),
        ([many("a", X, Y, **PROTECTED)], [many("a", X, Y, Z)], []),
        ([many("a", X, Y, **PROTECTED)], [many("a", X, Y, pool=None)], []),
        ([many("a", X, unrent=False)], [many("a")], []),
        # Its state keeps it, and so Pulumi refuses its deletion.
        ([many("a", X, **PROTECTED)], [], []),
        ([single("a", X, **PROTECTED)], [], []),
        ([single("a", X, **PROTECTED)], [single("a", X, pool=OTHER_POOL)], []),
        # Two would own it.
        ([single("a", X, **PROTECTED)], [single("b", X)], [X]),
        ([single("a", X, **PROTECTED)], [single("a", Y), many("b", X)], [X]),
        ([single("a", X, **PROTECTED)], [single("b", X, is_reading=True)], []),
        ([single("a", X, is_reading=True, **PROTECTED)], [single("b", X)], []),
        ([many("a", X, **PROTECTED)], [many("a", is_ignoring=True)], []),
    ],
)
def test_a_protected_resource_keeps_what_pulumi_does_not_see_leave_it(
    before: list[Claim], now: list[Claim], taken: list[str]
) -> None:
    assert taken_from_protected(before, now) == ({before[0].resource: taken} if taken else {})


@given(PROGRAMS)
def test_nothing_leaves_what_stays_as_it_is(claims: list[Claim]) -> None:
    owned = {member: claim for claim in claims if not claim.is_reading for member in claim.members}
    # A number belongs to one resource of a program.
    program = [
        replace(claim, members=tuple(each for each in claim.members if owned.get(each) is claim)) for claim in claims
    ]
    assert taken_from_protected(program, program) == {}


@pytest.mark.parametrize(
    ("before", "now", "twice"),
    [
        ([many("a", X, Y)], [many("a", is_ignoring=True), single("b", X)], [X]),
        ([many("a", X, Y)], [many("a", is_ignoring=True), single("b", Z)], []),
        ([many("a", X, Y)], [many("a", is_ignoring=True), single("b", X, is_reading=True)], []),
        ([many("a", X, Y)], [many("a", Y), single("b", X)], []),
    ],
)
def test_what_the_state_of_a_resource_that_ignores_changes_keeps_is_not_anothers_too(
    before: list[Claim], now: list[Claim], twice: list[str]
) -> None:
    assert wanted_of_ignoring(before, now) == ({before[0].resource: twice} if twice else {})
