"""Claims in the form that the ledger keeps: nothing is lost, and it is small."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_plivo.plans.claim import (
    LEFT,
    Claim,
    digest,
    member,
    read_claims,
    shown,
    without,
    written,
)
from pulumi_plivo.plans.former_names import former_name, name_below, under_new_names
from pulumi_plivo.plans.history import History

from tests.plans.claims import OTHER_POOL, POOL, PROGRAMS, many, single


def in_order(claims: list[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: claim.resource)


@given(PROGRAMS)
def test_what_was_written_is_read_again(claims: list[Claim]) -> None:
    assert in_order(read_claims(json.loads(json.dumps(written(claims))))) == in_order(claims)


@given(PROGRAMS, PROGRAMS)
def test_the_digest_tells_claims_apart_and_takes_no_notice_of_what_earlier_runs_left(
    claims: list[Claim], others: list[Claim]
) -> None:
    plain = written(claims)
    assert digest({**plain, LEFT: written(others)}) == digest(plain)
    assert (digest(written(others)) == digest(plain)) is (written(others) == plain)


@given(st.none() | st.text() | st.integers() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()))
def test_what_is_no_ledger_claims_nothing(value: object) -> None:
    assert read_claims(value) == []
    assert isinstance(digest(value), str)


def test_a_shortcode_is_never_taken_for_a_number() -> None:
    assert member("1234567", is_shortcode=True) != member("1234567")


def test_what_one_resource_left_over_in_several_runs_is_kept_whole() -> None:
    left = [many("all", "14155550100"), many("all", "14155550101"), many("all", "14155550102", pool=OTHER_POOL)]
    read = read_claims(written(left))
    assert {(claim.pool, number) for claim in read for number in claim.members} == {
        (POOL, "14155550100"),
        (POOL, "14155550101"),
        (OTHER_POOL, "14155550102"),
    }
    assert all(claim.unrent for claim in read)


X, Y = "14155550100", "14155550101"


@pytest.mark.parametrize(
    ("now", "name"),
    [
        ([single("new", X, is_aliased=True)], "PoolNumber new"),
        ([single("new", X)], "PoolNumber old"),
        ([single("new", Y, is_aliased=True)], "PoolNumber old"),
        ([many("new", X, is_aliased=True)], "PoolNumber old"),
        ([single("new", X, is_aliased=True), single("old", Y)], "PoolNumber old"),
        ([], "PoolNumber old"),
    ],
    ids=["by its alias", "no alias", "another number", "another class", "still in the program", "gone"],
)
def test_a_claim_before_has_the_name_that_an_alias_gives_its_resource_now(now: list[Claim], name: str) -> None:
    assert under_new_names([single("old", X)], now) == [replace(single("old", X), resource=name)]


def test_what_is_aliased_since_long_takes_no_other_name_over() -> None:
    before = [single("old", X), single("new", Y)]
    assert under_new_names(before, [single("new", X, Y, is_aliased=True)]) == before


OWN = "urn:pulumi:dev::project::pulumi-python:dynamic/plivo:PoolNumber::old"
BELOW = "urn:pulumi:dev::project::my:index:Team$pulumi-python:dynamic/plivo:PoolNumber::old"
BELOW_STACK = "urn:pulumi:dev::project::pulumi:pulumi:Stack$pulumi-python:dynamic/plivo:PoolNumber::old"
PARENT = "urn:pulumi:dev::project::my:index:Team::a"


@pytest.mark.parametrize(
    ("former", "before", "is_same"),
    [
        (former_name(OWN), "old", True),
        (former_name(OWN), "older", False),
        (former_name(OWN), "Team.a/old", False),
        (former_name(BELOW_STACK), "old", True),
        (former_name(BELOW), "Team.any/old", True),
        (former_name(BELOW), "Other.any/old", False),
        (former_name(BELOW), "old", False),
        (former_name(OWN.replace("PoolNumber", "PoolTollFree")), "old", False),
        (name_below(PARENT, "b", "PoolNumber", "number"), "Team.a/number", True),
        (name_below(PARENT, "b", "PoolNumber", "b-number"), "Team.a/a-number", True),
        (name_below(PARENT, "b", "PoolNumber", "b-number"), "Team.a/b-number", False),
    ],
)
def test_an_alias_tells_the_former_name_whatever_the_resource_claims_now(
    former: str, before: str, is_same: bool
) -> None:
    (found,) = under_new_names([single(before, X)], [single("new", Y, is_aliased=True, former=(former,))])
    assert (found.resource == "PoolNumber new") is is_same


@pytest.mark.parametrize("urn", ["", "old", "urn:pulumi:dev::project::type"])
def test_what_is_no_urn_tells_no_name(urn: str) -> None:
    assert former_name(urn) is None
    assert name_below(urn, "b", "PoolNumber", "b") is None


def test_claims_without_members_are_the_rest() -> None:
    assert without([many("all", X, Y), single("a", X)], {X}) == [many("all", Y), single("a")]


def test_a_shortcode_is_shown_in_words() -> None:
    assert shown([X, member("77777", is_shortcode=True)]) == [X, "shortcode 77777"]


def test_a_list_is_told_from_a_single_resource() -> None:
    assert many("a").is_list
    assert not single("a").is_list


NUMBERS = [f"1415{number:07}" for number in range(10_000)]


@pytest.mark.parametrize(
    "claims",
    [
        [many("all", *NUMBERS)],
        [many(f"part-{part}", *NUMBERS[part::20], is_protected=True) for part in range(20)],
        [single(f"number-{number}", number) for number in NUMBERS],
    ],
    ids=["one list", "twenty lists", "single resources"],
)
def test_ten_thousand_numbers_fit_into_the_state(claims: list[Claim]) -> None:
    history: Any = History().followed_by([], claims, at=1795568885.846872)
    inputs = {"claims": written(claims)}
    outputs = {"claims": history.written(), "digest": digest(inputs["claims"])}
    size = len(json.dumps(inputs)) + len(json.dumps(outputs))
    # A line for each single resource holds its name too.
    assert size < (300_000 if len(claims) < 10_000 else 1_000_000)
