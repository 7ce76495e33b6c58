"""A change of a list costs, and shows, what changes, not what the list holds."""

import re
from collections.abc import Iterable

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import Account
from tests.e2e.conftest import CLI
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import many, written

MANY = [str(14155590000 + each) for each in range(401)]
MOST_CALLS = 8


@pytest.mark.slow
@pytest.mark.parametrize("unrent", ["False", "True"])
def test_one_number_less_and_one_more_of_400_costs_at_most_eight_calls(
    stack: Stack, account: Account, sandbox: RunningSandbox, unrent: str
) -> None:
    account.rent(MANY)
    assert stack.up(many("a", MANY[:400], unrent=unrent)).succeeded
    sandbox.calls.clear()
    outcome = stack.up(many("a", MANY[1:], unrent=unrent))
    assert outcome.succeeded, outcome.errors
    assert len(sandbox.calls) <= MOST_CALLS
    assert len(written(sandbox)) == 2
    assert set(account.numbers()) == set(MANY[1:])


def named(lines: Iterable[str]) -> set[str]:
    """Return the numbers that lines name."""
    return {digits for line in lines for digits in re.findall(r"141555900\d\d", line)}


def test_one_number_less_of_150_is_all_that_a_preview_names(stack: Stack, account: Account) -> None:
    account.rent(MANY[:150])
    stack.up(many("a", MANY[:150]))
    outcome = stack.preview(many("a", MANY[1:150]))
    assert outcome.succeeded, outcome.errors
    assert named(outcome.shown.splitlines()) == {MANY[0]}


@pytest.mark.parametrize("stack", [CLI], indirect=True)
def test_one_number_less_of_150_is_one_changed_line_of_each_resource(stack: Stack, account: Account) -> None:
    account.rent(MANY[:150])
    stack.up(many("a", MANY[:150]))
    outcome = stack.preview(many("a", MANY[1:150]), diff=True)
    assert outcome.succeeded, outcome.errors
    changed = [line for line in outcome.shown.splitlines() if re.match(r"\s*[-+]\s", line)]
    assert named(changed) == {MANY[0]}
    assert len([line for line in changed if MANY[0] in line]) == 2
