"""Taking over what is in a pool already: it stays as it is."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import many, written


@pytest.mark.parametrize("of", ["single", "list"])
def test_adopting_keeps_the_service_that_a_number_has_and_writes_nothing(
    stack: Stack, account: Account, sandbox: RunningSandbox, of: str
) -> None:
    account.add(POOL, NUMBER, "mms")
    account.add(POOL, OTHER_NUMBER, "sms")
    sandbox.calls.clear()
    if of == "list":
        program = many("a", [NUMBER, OTHER_NUMBER], adopt="True")
    else:
        program = declared(adopt="True") + declared("b", "OTHER_NUMBER", adopt="True")
    assert stack.up(program).succeeded
    assert written(sandbox) == []
    assert account.numbers() == {NUMBER: "mms", OTHER_NUMBER: "sms"}
    assert stack.refresh().succeeded
    assert set(stack.preview().summary) == {"same"}
    # A service that the program names is brought about, and said.
    outcome = stack.up(program.replace("adopt=True", 'adopt=True, service="sms"'))
    assert outcome.succeeded, outcome.errors
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}


def test_an_adopted_number_whose_service_differs_from_what_the_program_names_is_told(
    stack: Stack, account: Account
) -> None:
    account.add(POOL, NUMBER, "mms")
    outcome = stack.up(declared(adopt="True", service='"sms"'))
    assert outcome.succeeded, outcome.errors
    assert "its service changes from mms to sms" in outcome.shown
    assert account.numbers() == {NUMBER: "sms"}


@pytest.mark.parametrize("again", [declared("a"), declared("b"), many("b", [NUMBER])], ids=["same", "other", "list"])
def test_what_somebody_else_has_added_since_the_stack_gave_it_up_is_not_the_stacks(
    stack: Stack, account: Account, again: str
) -> None:
    rest = declared("rest", "OTHER_NUMBER")
    assert stack.up(declared() + rest).succeeded
    assert stack.up(rest).succeeded
    account.add(POOL, NUMBER, "mms")
    for outcome in (stack.preview(again + rest), stack.up(again + rest)):
        assert not outcome.succeeded
        assert "and not through this resource" in outcome.shown
    assert account.numbers() == {NUMBER: "mms", OTHER_NUMBER: "sms"}


def test_what_a_run_that_failed_left_in_the_pool_is_still_the_stacks(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    rest = declared("rest", "OTHER_NUMBER")
    assert stack.up(declared() + rest).succeeded
    sandbox.add_fault("DELETE * status=400 times=9")
    assert not stack.up(rest).succeeded
    sandbox.clear_faults()
    assert stack.up(declared("b") + rest).succeeded
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}


def test_a_number_that_adopting_takes_out_of_another_pool_is_warned_of(stack: Stack, account: Account) -> None:
    account.add(OTHER_POOL, NUMBER, "sms")
    outcome = stack.up(declared(adopt="True"))
    assert outcome.succeeded, outcome.errors
    assert f"number {NUMBER} is in pool {OTHER_POOL} by other hands: adopt=True moves it from there" in outcome.shown
    assert account.numbers() == {NUMBER: "sms"}


def test_a_number_that_moves_without_a_named_service_keeps_it(stack: Stack, account: Account) -> None:
    account.add(POOL, NUMBER, "mms")
    stack.up(declared(adopt="True"))
    assert stack.up(many("a", [NUMBER], "OTHER_POOL")).succeeded
    assert account.numbers(OTHER_POOL) == {NUMBER: "mms"}
