"""What is given back for good: said before, limited, and never more than the program asks for."""

from collections.abc import Callable

import pytest

from tests.conftest import NOT_RENTED, NUMBER, OTHER_NUMBER, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import ALL, many, single

TWELVE = [str(14155580000 + each) for each in range(12)]


def said(*numbers: str) -> str:
    """What is said of numbers that will be given back."""
    count = f"{len(numbers)} number{'s' if len(numbers) > 1 else ''}"
    return f"{count} will be given back to Plivo for good: {', '.join(numbers)}"


def singles(numbers: list[str]) -> str:
    """A resource for each number."""
    return "".join(f"PoolNumber('s{each}', number_pool_uuid=POOL, number='{each}', unrent=True)\n" for each in numbers)


def test_a_preview_says_what_the_up_gives_back(stack: Stack, account: Account) -> None:
    before = many("a", ALL[:2], unrent="True") + singles([*ALL[2:], "14155550104"])
    after = many("a", ALL[:1], unrent="True") + singles(ALL[2:])
    lost = [ALL[1], "14155550104"]
    stack.up(before)
    assert "given back" not in stack.preview(before).shown
    assert said(*lost) in stack.preview(after).shown
    assert account.unrented == []
    outcome = stack.up(after)
    assert outcome.succeeded, outcome.errors
    assert said(*lost) in outcome.shown
    assert sorted(account.unrented) == lost
    assert set(stack.preview().summary) == {"same"}


TEAM = """
class Team(pulumi.ComponentResource):
    def __init__(self, name, retained=None, opts=None):
        super().__init__("my:index:Team", name, None, opts)
        inner = pulumi.ComponentResource("my:index:Inner", f"{name}-inner", None, ResourceOptions(parent=self))
        PoolNumber(
            "a", number_pool_uuid=POOL, number=NUMBER, unrent=True,
            opts=ResourceOptions(parent=inner, retain_on_delete=retained),
        )
"""
RETAINED = "opts=ResourceOptions(retain_on_delete=True)"


def test_what_a_component_hands_down_as_retained_is_not_told_as_given_back(stack: Stack, account: Account) -> None:
    assert stack.up(f'{TEAM}Team("team", {RETAINED})').succeeded
    preview = stack.preview(TEAM)
    assert "given back" not in preview.shown
    outcome = stack.up(TEAM)
    assert outcome.succeeded, outcome.shown
    assert "given back" not in outcome.shown
    assert (account.numbers(), account.unrented) == ({NUMBER: "sms"}, [])


def test_a_child_that_is_not_retained_though_its_component_is_is_told_and_given_back(
    stack: Stack, account: Account
) -> None:
    assert stack.up(f'{TEAM}Team("team", retained=False, {RETAINED})').succeeded
    assert f"1 number will be given back to Plivo for good: {NUMBER}" in stack.preview(TEAM).shown
    assert stack.up(TEAM).succeeded
    assert account.unrented == [NUMBER]


def test_what_retain_on_delete_keeps_is_not_told_as_given_back(stack: Stack, account: Account) -> None:
    retained = declared(unrent="True", opts="ResourceOptions(retain_on_delete=True)")
    stays = single(ALL[2])
    stack.up(retained + declared("b", "OTHER_NUMBER", unrent="True") + stays)
    assert said(OTHER_NUMBER) in stack.preview(stays).shown
    assert stack.up(stays).succeeded
    assert account.unrented == [OTHER_NUMBER]
    assert set(account.numbers()) == {NUMBER, ALL[2]}


def test_a_number_that_is_dropped_together_with_unrent_stays_rented(stack: Stack, account: Account) -> None:
    stack.up(many("a", ALL[:2], unrent="True") + declared("s", f'"{ALL[2]}"', unrent="True"))
    after = many("a", ALL[:1], unrent="False") + declared("s", f'"{ALL[3]}"', unrent="False")
    assert "given back" not in stack.preview(after).shown
    outcome = stack.up(after)
    assert outcome.succeeded, outcome.errors
    assert account.unrented == []
    assert set(account.numbers()) == {ALL[0], ALL[3]}


@pytest.mark.parametrize("of", [lambda numbers: many("a", numbers, unrent="True"), singles], ids=["list", "singles"])
def test_more_than_the_limit_is_refused_at_preview_and_up_and_allowed_for_one_run(
    stack: Stack, account: Account, of: Callable[[list[str]], str]
) -> None:
    account.rent(TWELVE)
    stack.up(of(TWELVE))
    for outcome in (stack.preview(of(TWELVE[:1])), stack.up(of(TWELVE[:1]))):
        assert not outcome.succeeded
        assert "11 numbers would be given back to Plivo for good, more than the 10" in outcome.shown
    assert set(account.numbers()) == set(TWELVE)
    # What the error says to do.
    stack.environment["PLIVO_MAX_UNRENTS"] = "11"
    outcome = stack.up(of(TWELVE[:1]))
    assert outcome.succeeded, outcome.errors
    assert sorted(account.unrented) == TWELVE[1:]


def test_a_destroy_of_a_list_beyond_the_limit_gives_back_none(stack: Stack, account: Account) -> None:
    account.rent(TWELVE)
    stack.up(many("a", TWELVE, unrent="True"))
    outcome = stack.destroy()
    assert not outcome.succeeded
    assert "this run may give back 10" in outcome.shown
    assert account.unrented == []
    assert set(account.numbers()) == set(TWELVE)
    # What the error says to do.
    stack.environment["PLIVO_MAX_UNRENTS"] = "12"
    assert stack.destroy().succeeded
    assert sorted(account.unrented) == TWELVE


def test_a_destroy_of_single_numbers_beyond_the_limit_gives_back_so_many(stack: Stack, account: Account) -> None:
    account.rent(TWELVE)
    stack.up(singles(TWELVE))
    assert not stack.destroy().succeeded
    assert len(account.unrented) == 10
    assert stack.destroy().succeeded
    assert sorted(account.unrented) == TWELVE


def test_what_a_failed_run_did_not_give_back_is_still_told(stack: Stack, account: Account) -> None:
    before = many("a", ALL[:2], unrent="True") + singles(ALL[2:]) + many("b", ["14155550104"], unrent="True")
    after = many("a", ALL[:1], unrent="True") + singles(ALL[2:3])
    lost = [ALL[1], ALL[3], "14155550104"]
    stack.up(before)
    for _ in range(2):
        outcome = stack.up(after + declared("bad", f'"{NOT_RENTED}"'))
        assert not outcome.succeeded
        assert account.unrented == []
    stack.environment["PLIVO_MAX_UNRENTS"] = "2"
    stopped = stack.preview(after)
    assert not stopped.succeeded
    assert said(*lost) in stopped.shown
    del stack.environment["PLIVO_MAX_UNRENTS"]
    outcome = stack.up(after)
    assert outcome.succeeded, outcome.errors
    assert said(*lost) in outcome.shown
    assert sorted(account.unrented) == lost
    again = stack.preview()
    assert "given back" not in again.shown
    assert set(again.summary) == {"same"}


def test_what_a_failed_run_did_not_give_back_is_kept_by_a_program_that_wants_it_again(
    stack: Stack, account: Account
) -> None:
    before = many("a", ALL[:2], unrent="True")
    stack.up(before)
    assert not stack.up(many("a", ALL[:1], unrent="True") + declared("bad", f'"{NOT_RENTED}"')).succeeded
    outcome = stack.up(before)
    assert outcome.succeeded, outcome.errors
    assert "will be given back" not in outcome.shown
    assert account.unrented == []
    assert set(account.numbers()) == set(ALL[:2])
    assert "given back" not in stack.preview().shown
