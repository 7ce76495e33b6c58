"""What a change of many numbers comes to, in one line."""

from typing import Any

import pytest
from pulumi_plivo.plans.summary import summary

A, B = "pool-a", "pool-b"
X, Y, Z = "14155550100", "14155550101", "14155550102"


def said(**changed: Any) -> str:
    """Say what becomes of a list of two numbers."""
    unchanged: dict[str, Any] = {
        "old_pool": A,
        "pool": A,
        "old": {X: "", Y: ""},
        "new": {X: "", Y: ""},
        "actual": {X: "sms", Y: "mms"},
        "taken_over": [],
        "gives_back": [],
        "handed_over": {},
        "strangers": [],
    }
    return summary(**{**unchanged, **changed})


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({}, ""),
        ({"new": {X: "sms", Y: "mms"}}, ""),
        ({"new": {X: "", Y: "", Z: ""}}, f"1 to add: {Z}"),
        ({"new": {X: "", Y: "", Z: ""}, "taken_over": [Z]}, f"1 to take over from another resource: {Z}"),
        ({"new": {X: "mms", Y: "sms"}}, f"2 to change to another service: {X}, {Y}"),
        ({"new": {Y: ""}}, f"1 to remove: {X}"),
        ({"new": {Y: ""}, "gives_back": [X]}, f"1 to give back for good: {X}"),
        ({"new": {Y: ""}, "handed_over": {X: "PoolNumber a"}}, f"1 to hand over to another resource: {X}"),
        ({"strangers": [Z]}, f"1 of others to remove, as exclusive=True says, still rented: {Z}"),
        ({"pool": B}, f"2 to move from pool {A}: {X}, {Y}"),
        ({"pool": B, "new": {}}, f"2 to remove from pool {A}: {X}, {Y}"),
        ({"pool": B, "new": {}, "gives_back": [X, Y]}, f"2 to give back for good from pool {A}: {X}, {Y}"),
    ],
)
def test_each_kind_of_change_is_said_with_its_numbers(changed: dict[str, Any], text: str) -> None:
    assert said(**changed) == (f"numbers of pool {changed.get('pool', A)}: {text}" if text else "")


def test_numbers_are_sorted_and_of_many_the_first_five_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    new = dict.fromkeys([f"1415555010{digit}" for digit in reversed(range(8))], "")
    monkeypatch.delenv("PLIVO_VERBOSE", raising=False)
    assert said(old={}, new=new).endswith(
        "8 to add: " + ", ".join(sorted(new)[:5]) + " and 3 more (PLIVO_VERBOSE=1 names all)"
    )
    monkeypatch.setenv("PLIVO_VERBOSE", "1")
    assert said(old={}, new=new).endswith("8 to add: " + ", ".join(sorted(new)))


def test_a_pool_that_is_not_known_yet_is_said_to_be_so() -> None:
    assert said(pool=None).startswith("numbers of pool that is not known yet: 2 to move")
