"""What the ledger remembers of earlier programs, and what it takes for a proof that a number is the stack's."""

import json
import math
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.plans.history import MOST_PLACES, Held, History, read_history, seconds_of

from tests.plans.claims import DIGITS, NAMES, OTHER_POOL, POOL, POOLS, PROGRAMS, many, single

X, Y = "14155550100", "14155550101"
TIMES = st.floats(0, 4e9, allow_nan=False)
HISTORIES = st.builds(
    History,
    st.dictionaries(DIGITS, TIMES, max_size=5),
    st.dictionaries(
        DIGITS, st.lists(st.builds(Held, NAMES, POOLS), min_size=1, max_size=MOST_PLACES, unique=True).map(tuple)
    ),
    st.dictionaries(DIGITS, st.tuples(TIMES, TIMES | st.just(math.inf)), max_size=3),
)


@given(HISTORIES)
def test_what_was_written_is_read_again(history: History) -> None:
    assert read_history(json.loads(json.dumps(history.written()))) == history


@given(st.none() | st.text() | st.integers() | st.just({}))
def test_what_is_no_history_is_an_empty_one(value: object) -> None:
    assert read_history(value) == History()


@given(HISTORIES, PROGRAMS, PROGRAMS, TIMES)
def test_a_number_is_known_since_the_stack_began_to_claim_it_without_a_break(
    history: History, before: list[Claim], now: list[Claim], at: float
) -> None:
    followed = history.followed_by(before, now, at)
    claimed = {digits: claim for claim in now if not claim.is_reading for digits in claim.members}
    adopted = {digits for claim in now if claim.is_adopting for digits in claim.members}
    for digits in claimed:
        assert followed.since[digits] == (0 if digits in adopted else history.since.get(digits, at))
    assert all(since in (0, at, history.since.get(digits)) for digits, since in followed.since.items())


@given(HISTORIES, PROGRAMS, PROGRAMS, TIMES)
def test_each_place_that_a_number_has_left_is_remembered_first_and_no_more_than_a_few(
    history: History, before: list[Claim], now: list[Claim], at: float
) -> None:
    followed = history.followed_by(before, now, at)
    old, new = (
        {
            digits: Held(claim.resource, claim.pool)
            for claim in claims
            if not claim.is_reading
            for digits in claim.members
        }
        for claims in (before, now)
    )
    for digits, place in old.items():
        if new.get(digits) != place:
            assert followed.earlier[digits][0] == place
            assert digits in followed.since
    for places in followed.earlier.values():
        assert len(places) <= MOST_PLACES
        assert len(set(places)) == len(places)


def test_the_places_that_are_remembered_are_the_latest() -> None:
    history, before = History(), [single("0", X)]
    for turn in range(1, MOST_PLACES + 3):
        now = [single(str(turn), X)]
        history, before = history.followed_by(before, now, turn), now
    last = MOST_PLACES + 1
    assert [held.resource for held in history.earlier[X]] == [
        f"PoolNumber {last - each}" for each in range(MOST_PLACES)
    ]


def test_what_only_a_get_names_is_not_the_stacks() -> None:
    history = History().followed_by([single("a", X, is_reading=True)], [single("b", Y, is_reading=True)], 5)
    assert history == History()


def test_what_nobody_claims_is_forgotten_with_the_change_after() -> None:
    dropped = History({X: 1.0}).followed_by([single("a", X)], [], 5)
    assert (dropped.since, dropped.earlier) == ({X: 1.0}, {X: (Held("PoolNumber a", POOL),)})
    assert dropped.gaps == {X: (5, math.inf)}
    assert dropped.followed_by([], [single("b", Y)], 9) == History({Y: 9})


def test_another_pool_and_another_owner_are_another_place() -> None:
    moved = History({X: 1.0}).followed_by([many("a", X)], [many("a", X, pool=OTHER_POOL)], 5)
    assert moved.earlier == {X: (Held("PoolNumbers a", POOL),)}
    handed_over = moved.followed_by([many("a", X, pool=OTHER_POOL)], [single("b", X, pool=OTHER_POOL)], 6)
    assert handed_over.earlier == {X: (Held("PoolNumbers a", OTHER_POOL), Held("PoolNumbers a", POOL))}
    assert handed_over.since == {X: 1.0}


AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize(
    ("since", "added_on", "is_ours"),
    [
        ({X: AT}, "2026-01-02T03:04:05Z", True),
        ({X: AT}, "2026-01-02T03:04:05.5Z", True),
        ({X: AT}, "2026-01-02T03:04:04.999Z", False),
        ({X: AT + 0.5}, "2026-01-02T03:04:05.4Z", False),
        ({X: AT + 0.5}, "2026-01-02T03:04:05Z", True),
        ({X: AT + 1.5}, "2026-01-02T03:04:05Z", False),
        ({X: 0.0}, "1999-01-01T00:00:00Z", True),
        ({X: 0.0}, None, True),
        ({Y: 0.0}, "2026-01-02T03:04:05Z", False),
        ({}, "2026-01-02T03:04:05Z", False),
        ({X: AT}, None, False),
        ({X: AT}, "yesterday", False),
        ({X: AT}, "", False),
    ],
)
def test_an_entry_is_the_stacks_only_if_it_was_added_after_the_stack_claimed_the_number(
    since: dict[str, float], added_on: str | None, is_ours: bool
) -> None:
    assert History(since).is_ours(X, added_on) is is_ours


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(timezone.utc)))
def test_plivos_times_are_read_to_the_microsecond(moment: datetime) -> None:
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert seconds_of(text) == pytest.approx(moment.timestamp(), abs=1e-6)
    assert seconds_of(f" {text.removesuffix('Z')}z ") == seconds_of(text)


def test_what_was_added_while_nobody_claimed_the_number_is_not_the_stacks() -> None:
    def at(seconds: float) -> str:
        return datetime.fromtimestamp(AT + seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    dropped = History({X: AT}).followed_by([single("a", X)], [], AT + 10)
    assert [dropped.is_ours(X, at(seconds)) for seconds in (-5, 5, 15)] == [False, True, False]
    again = dropped.followed_by([], [single("b", X)], AT + 20)
    assert [again.is_ours(X, at(seconds)) for seconds in (-5, 5, 15, 25)] == [False, True, False, True]
    # A second gap begins with the first: what was between them is no longer known.
    twice = again.followed_by([single("b", X)], [], AT + 30)
    assert [twice.is_ours(X, at(seconds)) for seconds in (5, 25, 35)] == [True, False, False]
    adopted = twice.followed_by([], [single("c", X, is_adopting=True)], AT + 40)
    assert adopted.is_ours(X, at(15))


def test_what_was_adopted_once_is_not_the_stacks_once_it_was_given_up() -> None:
    dropped = History({X: 0.0}).followed_by([single("a", X)], [], AT)
    assert [dropped.is_ours(X, added_on) for added_on in (None, "2026-01-02T03:04:04Z", "2026-01-02T03:04:06Z")] == [
        False,
        True,
        False,
    ]
