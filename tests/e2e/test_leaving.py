"""The ways out of a stack, after which all is at Plivo as it was."""

from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, TOLL_FREE, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_powerpacks import written

RETAINED = """
retained = ResourceOptions(retain_on_delete=True)
MessagingPool("letters", name="letters", numbers=[NUMBER, OTHER_NUMBER], toll_frees=[TOLL_FREE], unrent=True,
              unrent_numbers=True, opts=retained)
"""
KEPT = RETAINED.replace("retain_on_delete=True", "")


def assert_nothing_has_changed(account: Account, sandbox: RunningSandbox, pool: str) -> None:
    """Assert that no call has changed anything, and that all is where it was."""
    assert written(sandbox) == []
    assert account.numbers(pool) == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert account.toll_frees(pool) == {TOLL_FREE}
    assert account.unrented == []
    assert "letters" in [each.name for each in account.powerpacks]


def test_what_is_retained_leaves_with_the_program_and_nothing_changes(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(KEPT).succeeded
    pool = stack.resources["letters"]["outputs"]["number_pool_uuid"]
    sandbox.calls.clear()
    assert stack.up(RETAINED).succeeded
    outcome = stack.up("pulumi.export('x', 1)")
    assert outcome.succeeded, outcome.shown
    assert "given back" not in outcome.shown
    assert stack.resources == {}
    assert_nothing_has_changed(account, sandbox, pool)


def test_what_is_retained_leaves_with_a_destroy_and_nothing_changes(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(RETAINED).succeeded
    pool = stack.resources["letters"]["outputs"]["number_pool_uuid"]
    sandbox.calls.clear()
    assert stack.destroy().succeeded
    assert_nothing_has_changed(account, sandbox, pool)


def test_another_stack_takes_over_what_was_retained(stack: Stack, account: Account, sandbox: RunningSandbox) -> None:
    assert stack.up(RETAINED).succeeded
    pool = stack.resources["letters"]["outputs"]["number_pool_uuid"]
    assert stack.destroy().succeeded
    sandbox.calls.clear()
    outcome = stack.up(KEPT.replace("unrent=True,", "adopt=True,"))
    assert outcome.succeeded, outcome.shown
    assert_nothing_has_changed(account, sandbox, pool)
