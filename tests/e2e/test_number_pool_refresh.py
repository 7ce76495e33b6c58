"""A number that Plivo may have replaced by itself: a refresh says so, with what came, and nothing is given back."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, POOL, TOLL_FREE, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import written

THIRD = "14155550102"
SINGLE = f'PoolNumber("a", number_pool_uuid=POOL, number="{NUMBER}", unrent=True)\n'
LISTED = f'PoolNumbers("a", number_pool_uuid=POOL, numbers=["{NUMBER}", "{THIRD}"], unrent=True)\n'
ANOTHER = f'PoolNumber("b", number_pool_uuid=POOL, number="{OTHER_NUMBER}")\n'
TOLL_FREES = f'PoolTollFree("a", number_pool_uuid=POOL, number="{TOLL_FREE}")\n'
#: What a refresh says of it.
EXPLAINED = "Plivo may replace a number that delivers badly by itself (Number Pool Refresh)"


@pytest.mark.parametrize("program", [SINGLE, LISTED], ids=["single", "list"])
def test_a_refresh_says_what_vanished_and_what_came_and_gives_nothing_back(
    stack: Stack, account: Account, sandbox: RunningSandbox, program: str
) -> None:
    assert stack.up(program).succeeded
    account.remove(POOL, NUMBER)
    account.add(POOL, OTHER_NUMBER)
    sandbox.calls.clear()
    outcome = stack.refresh()
    assert outcome.succeeded, outcome.shown
    assert (
        f"number {NUMBER}: no longer in pool {POOL}, which has number {OTHER_NUMBER}, that no resource of the stack"
        f" claims; {EXPLAINED}" in outcome.shown
    )
    assert "write it into the program in the other's place, with adopt=True" in outcome.shown
    assert written(sandbox) == []
    replaced = program.replace(NUMBER, OTHER_NUMBER).replace("unrent", "adopt=True, unrent")
    assert stack.up(replaced).succeeded
    assert account.unrented == []
    assert {NUMBER, OTHER_NUMBER} <= account.rented


@pytest.mark.parametrize("program", [SINGLE + ANOTHER, LISTED + ANOTHER], ids=["single", "list"])
def test_what_another_resource_of_the_stack_has_is_no_stranger(stack: Stack, account: Account, program: str) -> None:
    assert stack.up(program).succeeded
    account.remove(POOL, NUMBER)
    assert EXPLAINED not in stack.refresh().shown


def test_what_only_came_is_not_said_to_be_a_replacement(stack: Stack, account: Account) -> None:
    assert stack.up(LISTED).succeeded
    account.add(POOL, OTHER_NUMBER)
    assert EXPLAINED not in stack.refresh().shown


def test_what_came_is_looked_for_among_those_of_its_kind(stack: Stack, account: Account) -> None:
    assert stack.up(TOLL_FREES + ANOTHER).succeeded
    account.remove(POOL, OTHER_NUMBER)
    assert EXPLAINED not in stack.refresh().shown
