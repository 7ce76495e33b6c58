"""The table of departures, over the full product of what it is decided from."""

import itertools
from typing import Any

import pytest
from pulumi_plivo.plans.departure import Departure, Knowledge, departure

HERE, ELSEWHERE = "here", "elsewhere"
INPUTS: dict[str, tuple[Any, ...]] = {
    "unrents": (False, True),
    "knowledge": tuple(Knowledge),
    "awaits_creation": (False, True),
    "is_wanted": (False, True),
    "wanted_in": (None, HERE, ELSEWHERE),
    "newest_unrent": (None, False, True),
    "allows_unrent": (False, True),
}
CASES = [dict(zip(INPUTS, values, strict=True)) for values in itertools.product(*INPUTS.values())]
#: What leaves the number in its pool, and sends nothing.
LEFT_ALONE = {Departure.STAY, Departure.TOO_EARLY, Departure.NOT_KNOWN, Departure.FORBIDDEN}


def decided(case: dict[str, Any], **other: Any) -> Departure:
    return departure(pool=HERE, **{**case, **other})


def those(**fixed: Any) -> list[dict[str, Any]]:
    """Return the cases with some inputs as given, of which there must be some."""
    found = [case for case in CASES if all(case[name] == value for name, value in fixed.items())]
    assert found
    return found


def test_nothing_is_given_back_unless_every_yes_is_there() -> None:
    given_back = [case for case in CASES if decided(case) is Departure.GIVE_BACK]
    assert given_back == [
        case
        for case in CASES
        if case["unrents"]
        and case["newest_unrent"] is not False
        and not case["is_wanted"]
        and not case["awaits_creation"]
        and case["knowledge"] is not Knowledge.PART
        and case["allows_unrent"]
    ]


@pytest.mark.parametrize(
    ("no", "instead"),
    [
        ({"unrents": False}, Departure.REMOVE),
        ({"newest_unrent": False}, Departure.KEEP_RENTED),
        ({"is_wanted": True, "wanted_in": HERE}, Departure.STAY),
        ({"is_wanted": True, "wanted_in": ELSEWHERE}, Departure.MAKE_ROOM),
        ({"is_wanted": True, "wanted_in": None}, Departure.NOT_KNOWN),
        ({"awaits_creation": True}, Departure.TOO_EARLY),
        ({"knowledge": Knowledge.PART}, Departure.NOT_KNOWN),
        ({"allows_unrent": False}, Departure.FORBIDDEN),
    ],
)
def test_each_no_alone_keeps_a_number_rented(no: dict[str, Any], instead: Departure) -> None:
    every_yes = [case for case in CASES if decided(case) is Departure.GIVE_BACK]
    assert every_yes
    assert {decided(case, **no) for case in every_yes} == {instead}


def test_nothing_leaves_before_what_is_awaited_was_created() -> None:
    assert {decided(case) for case in those(awaits_creation=True)} == {Departure.TOO_EARLY}
    assert Departure.TOO_EARLY not in {decided(case) for case in those(awaits_creation=False)}


def test_what_the_program_wants_where_it_is_stays_there() -> None:
    wanted_here = those(is_wanted=True, wanted_in=HERE, awaits_creation=False)
    assert {decided(case) for case in wanted_here} == {Departure.STAY}
    assert all(case["is_wanted"] and case["wanted_in"] == HERE for case in CASES if decided(case) is Departure.STAY)


def test_what_the_program_wants_elsewhere_makes_room_and_no_more() -> None:
    wanted_elsewhere = those(is_wanted=True, wanted_in=ELSEWHERE, awaits_creation=False)
    assert {decided(case) for case in wanted_elsewhere} == {Departure.MAKE_ROOM}
    assert all(
        case["is_wanted"] and case["wanted_in"] == ELSEWHERE for case in CASES if decided(case) is Departure.MAKE_ROOM
    )


def test_what_the_program_wants_in_a_pool_that_is_not_known_is_left_alone() -> None:
    assert {decided(case) for case in those(is_wanted=True, wanted_in=None)} <= LEFT_ALONE


def test_what_the_program_may_want_is_left_alone() -> None:
    assert {decided(case) for case in those(knowledge=Knowledge.PART, is_wanted=False)} <= LEFT_ALONE


def test_what_nobody_wants_leaves_once_all_is_known_unless_it_would_be_given_back_against_the_settings() -> None:
    for knowledge in (Knowledge.ALL, Knowledge.NOTHING):
        unwanted = those(knowledge=knowledge, is_wanted=False, awaits_creation=False)
        assert {decided(case) for case in unwanted} & LEFT_ALONE == {Departure.FORBIDDEN}


def test_the_settings_stop_what_would_be_given_back_and_nothing_else() -> None:
    for case in those(allows_unrent=True):
        forbidden = decided(case, allows_unrent=False)
        expected = Departure.FORBIDDEN if decided(case) is Departure.GIVE_BACK else decided(case)
        assert forbidden is expected


def test_what_the_newest_program_says_of_unrent_can_only_keep_a_number_rented() -> None:
    for case in CASES:
        said = decided(case, newest_unrent=False)
        unsaid = decided(case, newest_unrent=None)
        assert decided(case, newest_unrent=True) is unsaid
        assert said is unsaid or (
            said is Departure.KEEP_RENTED and unsaid in (Departure.GIVE_BACK, Departure.FORBIDDEN)
        )


def test_where_a_number_is_wanted_is_no_matter_where_nobody_wants_it() -> None:
    for case in those(is_wanted=False):
        assert decided(case, wanted_in=HERE) is decided(case, wanted_in=ELSEWHERE) is decided(case, wanted_in=None)
