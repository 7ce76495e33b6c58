"""Inputs are brought into one normal form, or refused by name."""

import re
import string
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.output import Unknown
from pulumi.runtime import rpc
from pulumi_plivo import inputs


@given(st.text() | st.text(alphabet=string.digits + "+ -.()", max_size=24))
def test_any_text_either_fails_or_becomes_the_digits_it_holds(text: str) -> None:
    try:
        digits = inputs.number(text)
    except ValueError:
        return
    assert digits == "".join(character for character in text if character.isdigit())
    assert re.fullmatch(r"[0-9]{7,15}", digits, re.ASCII)


@given(st.from_regex(r"\+?[0-9]{7,15}", fullmatch=True))
def test_a_normal_number_stays_as_it_is(text: str) -> None:
    once = inputs.number(text)
    assert inputs.number(once) == once


@pytest.mark.parametrize("text", ["+1 415-555-0100", "1.415.555.0100", "(1) (415) 555 0100", "14155550100"])
def test_separators_and_a_leading_plus_are_dropped(text: str) -> None:
    assert inputs.number(text) == "14155550100"


@pytest.mark.parametrize(
    "text",
    ["", "123456", "1234567890123456", "1+4155550100", "١٤١٥٥٥٥٠١٠٠", "1415555010O", "14155550100\n", "14155550100/x"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        inputs.number(text)


@pytest.mark.parametrize("value", [14155550100, 14155550100.0, True, ["14155550100"], {}])
def test_a_number_that_is_not_text_is_asked_for_in_quotes(value: object) -> None:
    with pytest.raises(ValueError, match="in quotes"):
        inputs.number(value)


@pytest.mark.parametrize("value", ["true", "false", 1, 0, "", None])
def test_a_flag_is_a_boolean_and_nothing_else(value: object) -> None:
    with pytest.raises(ValueError, match="neither True nor False"):
        inputs.flag(value)


def test_a_pool_is_a_uuid_in_lower_case() -> None:
    assert inputs.number_pool_uuid(" 7B1F5A0E-3c52-4c1e-9a4e-0d6a5f1b2c3d ") == "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"


@pytest.mark.parametrize(
    "text", ["", "otp", "7b1f5a0e3c524c1e9a4e0d6a5f1b2c3d", "../7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"]
)
def test_what_is_no_uuid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number pool"):
        inputs.number_pool_uuid(text)


@pytest.mark.parametrize("value", [cast(Callable[[], object], Unknown)(), rpc.UNKNOWN])
def test_both_forms_of_an_unknown_value_are_let_through(value: object) -> None:
    checked, failures = inputs.checked({"number": value}, {"number": inputs.number}, {})
    assert checked == {"number": value}
    assert failures == []


def test_a_missing_input_is_named_and_a_default_is_filled_in() -> None:
    checked, failures = inputs.checked({}, {"number": inputs.number, "unrent": inputs.flag}, {"unrent": False})
    assert [failure.property for failure in failures] == ["number"]
    assert checked == {"unrent": False}
