"""`kill -9` of the engine or of the plugin while Plivo is at work: the next `up` converges, and nothing is lost."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared

LONGEST_WAIT = 30.0
Kill = Callable[["subprocess.Popen[bytes]"], None]


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is true, for a minute at most."""
    pause = threading.Event()
    for _ in range(int(LONGEST_WAIT / 0.02)):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("what the test waits for did not come")


def descendants(ancestor: int) -> list[tuple[int, bytes]]:
    """Return the processes that a process has started, and those that these have, with their command lines."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            parents[int(folder.name)] = (parent, (folder / "cmdline").read_bytes())
    found: list[tuple[int, bytes]] = []
    wanted = {ancestor}
    while wanted:
        children = {pid: words for pid, (parent, words) in parents.items() if parent in wanted}
        found += children.items()
        wanted = set(children)
    return found


def kill_everything(process: "subprocess.Popen[bytes]") -> None:
    """Kill the engine, and all that it has started."""
    for pid in [process.pid, *(pid for pid, _ in descendants(process.pid))]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(LONGEST_WAIT)


def kill_the_plugin(process: "subprocess.Popen[bytes]") -> None:
    """Kill the provider's process alone; the engine ends by itself."""
    plugins = [
        pid for pid, words in descendants(process.pid) if b"pulumi.dynamic" in words or b"engine.plugin" in words
    ]
    assert plugins
    for pid in plugins:
        os.kill(pid, signal.SIGKILL)
    process.wait(LONGEST_WAIT)


@pytest.fixture(params=[kill_everything, kill_the_plugin])
def kill(request: pytest.FixtureRequest) -> Kill:
    """Both ways to die."""
    chosen: Kill = request.param
    return chosen


def killed_during(
    stack: Stack, sandbox: RunningSandbox, program: str, method: str, kill: Kill, *, held: str = "delay-answer"
) -> None:
    """Run `up` until Plivo has acted on the first call of this method, and kill it before the answer arrives.

    With `held="delay"` Plivo has the call, but did not act on it.
    """
    sandbox.calls.clear()
    sandbox.add_fault(f"{method} * {held}=600")
    process = stack.start_up(program)
    wait_for(lambda: any(call.method == method for call in list(sandbox.calls)))
    kill(process)
    sandbox.clear_faults()
    stack.unlock()


def test_killed_while_a_number_is_added(stack: Stack, sandbox: RunningSandbox, account: Account, kill: Kill) -> None:
    killed_during(stack, sandbox, declared(), "POST", kill)
    assert account.numbers() == {NUMBER: "sms"}
    outcome = stack.up()
    assert not outcome.succeeded
    assert "adopt=True" in outcome.shown
    assert NUMBER in outcome.shown
    assert stack.up(declared(adopt="True")).succeeded
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_killed_while_a_number_is_given_back(
    stack: Stack, sandbox: RunningSandbox, account: Account, kill: Kill
) -> None:
    stack.up(declared(unrent="True"))
    killed_during(stack, sandbox, "", "DELETE", kill)
    assert stack.up().succeeded
    assert stack.resources == {}
    assert account.unrented == [NUMBER]


def test_killed_in_the_middle_of_a_move(stack: Stack, sandbox: RunningSandbox, account: Account, kill: Kill) -> None:
    sandbox.set_quirk("add-in-other-pool", "accept")
    stack.up(declared(unrent="True"))
    killed_during(stack, sandbox, declared(pool="OTHER_POOL", unrent="True"), "POST", kill)
    assert stack.up().succeeded
    assert (account.numbers(POOL), account.numbers(OTHER_POOL)) == ({}, {NUMBER: "sms"})
    assert account.unrented == []


def test_killed_between_the_two_halves_of_a_replacement(
    stack: Stack, sandbox: RunningSandbox, account: Account, kill: Kill
) -> None:
    stack.up(declared(unrent="True"))
    killed_during(stack, sandbox, declared(number="OTHER_NUMBER", unrent="True"), "DELETE", kill)
    assert stack.up().succeeded
    assert account.numbers() == {OTHER_NUMBER: "sms"}
    assert account.unrented == [NUMBER]
    assert stack.resources["a"]["id"] == OTHER_NUMBER


def test_killed_between_the_halves_of_a_replacement_and_then_wanted_again(
    stack: Stack, sandbox: RunningSandbox, account: Account, kill: Kill
) -> None:
    stack.up(declared(unrent="True"))
    killed_during(stack, sandbox, declared(number="OTHER_NUMBER", unrent="True"), "DELETE", kill, held="delay")
    outcome = stack.up(declared(number="OTHER_NUMBER", unrent="True") + declared("b", adopt="True"))
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert account.unrented == []
