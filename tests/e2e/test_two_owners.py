"""A number belongs to one resource: what would give it to two is refused, whatever decides about it."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import OTHER_POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import ALL, many, single, written

IGNORING = "ResourceOptions(ignore_changes=['numbers'])"


@pytest.mark.parametrize(
    ("other", "list_first"),
    [(single(ALL[0], opts="ResourceOptions(protect=True)"), True), (many("b", ALL[:1]), False)],
    ids=["a protected resource after it", "a list before it"],
)
def test_a_number_that_ignore_changes_keeps_in_a_list_is_no_other_resources(
    stack: Stack, account: Account, sandbox: RunningSandbox, other: str, list_first: bool
) -> None:
    stack.up(many("a", unrent="True"))
    sandbox.calls.clear()
    kept = many("a", ALL[1:], unrent="True", opts=IGNORING)
    program = kept + other if list_first else other + kept
    for outcome in (stack.preview(program), stack.up(program)):
        assert not outcome.succeeded
        assert ALL[0] in outcome.shown
        assert "drop ignore_changes" in outcome.shown
    assert written(sandbox) == []
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    # What the error says to do.
    assert stack.up(many("a", ALL[1:], unrent="True") + other).succeeded
    assert account.unrented == []
    assert account.numbers() == dict.fromkeys(ALL, "sms")


def transformed(change: str) -> str:
    """A stack transformation."""
    return f"""
def transform(resource):
    if resource.type_.endswith("Ledger") or resource.type_.startswith("pulumi:"):
        return None
    {change}
    return pulumi.ResourceTransformationResult(resource.props, resource.opts)

pulumi.runtime.register_stack_transformation(transform)
"""


def test_a_transformation_that_gives_a_number_to_a_second_resource_is_refused_at_preview(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    same = transformed('resource.props["number"] = NUMBER')
    outcome = stack.preview(same + declared("a") + declared("b", "OTHER_NUMBER"))
    assert not outcome.succeeded
    assert "a number belongs to one resource" in outcome.shown
    assert written(sandbox) == []


def test_a_transformation_that_changes_the_pool_moves_the_numbers_and_back(stack: Stack, account: Account) -> None:
    program = many("a", ALL[:2], unrent="True") + single(ALL[2], unrent="True")
    stack.up(program)
    moved = transformed('resource.props["number_pool_uuid"] = OTHER_POOL') + program
    assert stack.up(moved).succeeded
    assert (account.numbers(), set(account.numbers(OTHER_POOL))) == ({}, set(ALL[:3]))
    assert set(stack.preview(moved).summary) == {"same"}
    # One number leaves the list: that it is the ledger's of another pool does not matter.
    assert stack.up(moved.replace(f"'{ALL[1]}'", f"'{ALL[3]}'")).succeeded
    assert account.unrented == [ALL[1]]
    assert stack.up(program.replace(f"'{ALL[1]}'", f"'{ALL[3]}'")).succeeded
    assert (set(account.numbers()), account.numbers(OTHER_POOL)) == ({ALL[0], ALL[2], ALL[3]}, {})
    assert account.unrented == [ALL[1]]


def test_a_transformation_that_asks_for_another_plugin_is_refused(stack: Stack, sandbox: RunningSandbox) -> None:
    outcome = stack.preview(transformed('resource.opts.version = "3.200.0"') + declared())
    assert not outcome.succeeded
    # The embedded engine refuses such an option before the program can.
    assert "a transformation sets the option version" in outcome.shown or "uses version" in outcome.shown
    assert written(sandbox) == []
