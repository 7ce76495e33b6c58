"""Many numbers as an input come into one normal form, or are refused by name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc
from pulumi_plivo.plans import number_list

X, Y = "14155550100", "14155550101"
DIGITS = st.lists(st.from_regex(r"[0-9]{7,15}", fullmatch=True), max_size=6, unique=True)


@pytest.mark.parametrize(
    ("value", "normal"),
    [
        ([], {}),
        (["+1 415-555-0100", Y], {X: "", Y: ""}),
        ({"+1 (415) 555-0100": "MMS", Y: ""}, {X: "mms", Y: ""}),
        ({X: None, Y: "sms"}, {X: "", Y: "sms"}),
        ({X: rpc.UNKNOWN}, {X: rpc.UNKNOWN}),
        ([X, rpc.UNKNOWN], rpc.UNKNOWN),
    ],
)
def test_a_list_and_a_mapping_become_a_mapping_of_number_to_service(value: object, normal: object) -> None:
    assert number_list.numbers(value) == normal


@given(DIGITS, st.sampled_from(["", "sms", "mms"]))
def test_the_normal_form_stays_as_it_is(digits: list[str], service: str) -> None:
    once = number_list.numbers(dict.fromkeys(digits, service))
    assert number_list.numbers(once) == once == dict.fromkeys(digits, service)
    assert number_list.numbers(digits) == dict.fromkeys(digits, "")


def test_everything_that_is_wrong_is_named_with_its_place_and_the_rest_is_counted() -> None:
    with pytest.raises(ValueError, match=r"\[0\]: .*\[2\]: 14155550100 is there twice") as raised:
        number_list.numbers(["x", X, "+1 415 555 0100"])
    assert X in str(raised.value)
    with pytest.raises(ValueError, match="and 3 more"):
        number_list.numbers(["x"] * 8)


@pytest.mark.parametrize("value", [X, 14155550100, None, True])
def test_what_is_neither_a_list_nor_a_mapping_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="neither a list of numbers nor a mapping"):
        number_list.numbers(value)


@given(DIGITS, st.lists(st.sampled_from(["x", rpc.UNKNOWN, 5, None]), max_size=3))
def test_what_is_known_of_an_input_are_its_numbers_and_no_more(digits: list[str], others: list[Any]) -> None:
    assert number_list.known([*digits, *others]) == digits
    assert number_list.known(dict.fromkeys(digits, rpc.UNKNOWN)) == digits
    assert number_list.known(rpc.UNKNOWN) == []


def test_a_number_without_a_service_has_that_of_the_whole_list_and_all_are_sorted() -> None:
    services = {Y: "", X: "mms"}
    assert list(number_list.named(services, "sms").items()) == [(X, "mms"), (Y, "sms")]
    assert number_list.named(services, None) == {X: "mms", Y: ""}
