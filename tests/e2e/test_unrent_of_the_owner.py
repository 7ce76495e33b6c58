"""Whether a number may be given back says the resource whose state has it, whatever a failed run has claimed since."""

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
