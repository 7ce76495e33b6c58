"""The table of arrivals, over the full product of what it is decided from."""

import itertools
from typing import Any

import pytest
from pulumi_plivo.plans.arrival import Arrival, Step, arrival

HERE, ELSEWHERE, THIRD = "here", "elsewhere", "third"
INPUTS: dict[str, tuple[Any, ...]] = {
    "own": (None, HERE, ELSEWHERE),
    "is_live": (False, True),
    "is_ours": (False, True),
    "held_in": (None, ELSEWHERE, THIRD),
    "adopts": (False, True),
}
CASES = [dict(zip(INPUTS, values, strict=True)) for values in itertools.product(*INPUTS.values())]


def decided(case: dict[str, Any], **other: Any) -> Arrival:
    return arrival(pool=HERE, **{**case, **other})


def those(*steps: Step) -> list[dict[str, Any]]:
    """Return the cases that end in one of some steps, of which there must be some."""
    found = [case for case in CASES if decided(case).step in steps]
    assert found
    return found


def test_what_the_state_has_in_the_pool_is_kept_without_a_look() -> None:
    assert those(Step.KEEP) == [case for case in CASES if case["own"] == HERE]


def test_a_number_is_refused_just_when_it_is_there_by_other_hands_and_not_to_be_adopted() -> None:
    assert those(Step.REFUSE) == [
        case for case in CASES if case["own"] is None and case["is_live"] and not case["is_ours"] and not case["adopts"]
    ]


def test_nothing_is_adopted_unless_the_program_says_so() -> None:
    assert those(Step.ADOPT) == [
        case for case in CASES if case["own"] is None and case["is_live"] and not case["is_ours"] and case["adopts"]
    ]


def test_what_is_there_through_this_stack_is_taken_over_with_and_without_adopt() -> None:
    assert those(Step.TAKE_OVER) == [
        case for case in CASES if case["own"] is None and case["is_live"] and case["is_ours"]
    ]


def test_adopt_makes_of_a_refusal_an_adoption_and_changes_nothing_else() -> None:
    for case in CASES:
        without, with_ = decided(case, adopts=False), decided(case, adopts=True)
        assert with_ == without or (without.step, with_.step) == (Step.REFUSE, Step.ADOPT)


def test_a_number_is_added_only_where_it_is_nowhere_by_this_stack() -> None:
    assert those(Step.ADD) == [
        case for case in CASES if case["own"] is None and not case["is_live"] and case["held_in"] is None
    ]


def test_a_number_is_moved_out_of_where_the_resource_or_else_the_stack_has_it() -> None:
    for case in those(Step.MOVE):
        assert decided(case).source == (case["own"] or case["held_in"])
        assert decided(case).source not in (None, HERE)


def test_a_number_never_stays_behind_where_the_stack_held_it() -> None:
    for case in CASES:
        step, source = decided(case)
        if case["own"] is None and step is not Step.REFUSE:
            assert source == case["held_in"]


@pytest.mark.parametrize("step", [Step.KEEP, Step.ADD, Step.REFUSE])
def test_what_is_kept_added_or_refused_is_pulled_out_of_nowhere(step: Step) -> None:
    assert {decided(case).source for case in those(step)} == {None}
