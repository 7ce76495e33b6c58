"""A state that several people and machines share: one changes the stack at a time, and the others are told who."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, POOL, Account
from tests.e2e import postgres
from tests.e2e.conftest import EMBEDDED, needs_cli
from tests.e2e.stacks import CliStack, EmbeddedStack, Outcome, Stack
from tests.e2e.test_killed import LONGEST_WAIT, wait_for

ONE = f'PoolNumber("a", number_pool_uuid="{POOL}", number="{NUMBER}")\n'
TWO = ONE + f'PoolNumber("b", number_pool_uuid="{POOL}", number="{OTHER_NUMBER}")\n'


#: How each engine names who holds a stack.
HOLDER: dict[type[Stack], str] = {
    EmbeddedStack: r"stack stack is being changed by another run \(process \d+\): wait for it to end",
    CliStack: r"the stack is currently locked by 1 lock\(s\)[\s\S]*: created by \S+@\S+ \(pid \d+\) at ",
}


@pytest.fixture(scope="module")
def new_database() -> Iterator[Callable[[], str]]:
    """Makes databases on a Postgres of its own."""
    with postgres.running() as make:
        yield make


on_the_cli = [needs_cli, pytest.mark.slow]


@pytest.fixture(
    params=[EMBEDDED, pytest.param("files", marks=on_the_cli), pytest.param("postgres", marks=on_the_cli)],
)
def stack(request: pytest.FixtureRequest, tmp_path: Path, sandbox: RunningSandbox) -> Stack:
    """A stack whose state is in a file of the embedded engine, in files of the CLI, or in Postgres."""
    if request.param == EMBEDDED:
        request.getfixturevalue("warm_engine")
        return EmbeddedStack(tmp_path / "project", sandbox.base_url)
    url = request.getfixturevalue("new_database")() if request.param == "postgres" else None
    return CliStack(tmp_path / "project", sandbox.base_url, url)


def while_another_runs(
    stack: Stack,
    sandbox: RunningSandbox,
    second: Callable[[], object],
    program: str = TWO,
    held: str = "delay-answer",
) -> None:
    """Do something while an `up` of the stack waits for an answer of Plivo; let that end then."""
    sandbox.add_fault(f"POST * nth=1 {held}=600")
    first = stack.start_up(program)
    try:
        wait_for(lambda: any(call.method == "POST" for call in list(sandbox.calls)))
        second()
    finally:
        sandbox.clear_faults()
        sandbox.release()
        first.wait(LONGEST_WAIT)
    assert first.returncode == 0


def shown_by(run: Callable[[], Outcome]) -> str:
    """Return what a run shows, which must fail."""
    try:
        outcome = run()
    except EngineError as error:
        return str(error)
    assert not outcome.succeeded
    return outcome.shown


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_of_two_at_once_the_second_is_refused_is_told_who_holds_the_stack_and_sends_nothing(
    stack: Stack, sandbox: RunningSandbox, account: Account, command: str
) -> None:
    told: list[str] = []
    calls: list[str] = []

    def second() -> None:
        before = len(sandbox.calls)
        told.append(shown_by(getattr(stack, command)))
        calls.extend(call.method for call in sandbox.calls[before:])

    while_another_runs(stack, sandbox, second)
    assert re.search(HOLDER[type(stack)], told[0]), told[0]
    # The first run goes on with its other number.
    assert "DELETE" not in calls
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert stack.resources.keys() == {"a", "b"}


def test_the_refused_one_works_when_the_first_has_ended(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    while_another_runs(stack, sandbox, lambda: shown_by(stack.up))
    outcome = stack.up(ONE)
    assert outcome.succeeded, outcome.shown
    assert outcome.operations == {"a": "same", "b": "delete"}
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_a_preview_needs_no_lock(stack: Stack, sandbox: RunningSandbox) -> None:
    previews: list[Outcome] = []
    while_another_runs(stack, sandbox, lambda: previews.append(stack.preview()), ONE, "delay")
    assert previews[0].succeeded, previews[0].shown
    assert previews[0].operations == {"a": "create"}
