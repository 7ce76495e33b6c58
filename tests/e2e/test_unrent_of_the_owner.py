"""Whether a number may be given back says the resource whose state has it, whatever a failed run has claimed since."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import ALL, many


def test_a_number_is_kept_by_its_owner_though_a_resource_that_never_got_it_would_have_given_it_back(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(many("a", ALL[:2], unrent="True")).succeeded
    sandbox.add_fault(f"GET */{POOL}/* status=500 times=99")
    assert not stack.up(many("b", ALL[1:3], unrent="True")).succeeded
    sandbox.clear_faults()
    outcome = stack.up(many("a", ALL[:1], pool="OTHER_POOL"))
    assert outcome.succeeded, outcome.shown
    assert account.unrented == []
    assert account.numbers(OTHER_POOL) == {ALL[0]: "sms"}
    assert ALL[1] in outcome.shown
    assert "still rented" in outcome.shown


def one(name: str, number: str, unrent: bool) -> str:
    """One line of a program."""
    return f'PoolNumber("{name}", number_pool_uuid=POOL, number="{number}", unrent={unrent})\n'


@pytest.mark.parametrize(
    ("held", "renamed", "dropped"),
    [
        (
            many("a", ALL[:2], unrent="True"),
            many("b", ALL[:3], unrent="True"),
            many("a", ALL[:1], pool="OTHER_POOL", unrent="False"),
        ),
        (one("a", ALL[1], unrent=True), one("b", ALL[1], unrent=True), one("a", ALL[0], unrent=False)),
    ],
    ids=["list", "single"],
)
def test_what_an_earlier_run_could_not_remove_is_kept_as_its_resource_says_though_another_claimed_it_since(
    stack: Stack, account: Account, sandbox: RunningSandbox, held: str, renamed: str, dropped: str
) -> None:
    assert stack.up(held).succeeded
    sandbox.add_fault("GET * status=500 times=99")
    assert not stack.up(renamed).succeeded
    sandbox.clear_faults()
    sandbox.add_fault(f"DELETE */{ALL[1]}/ status=400 times=99")
    assert not stack.up(dropped).succeeded
    sandbox.clear_faults()
    assert ALL[1] in account.numbers()
    outcome = stack.up(dropped)
    assert outcome.succeeded, outcome.shown
    assert account.unrented == []
    assert ALL[1] not in account.numbers()
    assert "still rented" in outcome.shown
