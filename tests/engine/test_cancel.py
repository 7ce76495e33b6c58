"""Ctrl-C, SIGTERM and the engine's death, on both engines: what is under way, and who gets to know."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from tests.engine.terminal import CTRL_C, Terminal
from tests.engine.toy_stack import ToyStack

ONE_AFTER_THE_OTHER = 'a = Toy("a"); Toy("b", opts=ResourceOptions(depends_on=[a]))'
Cancel = Callable[[Terminal], None]


def ctrl_c(terminal: Terminal) -> None:
    terminal.press(CTRL_C)


def sigterm(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)


def run(stack: ToyStack, operation: str) -> Terminal:
    return Terminal(stack.command(operation), stack.directory, stack.environment)


@pytest.mark.parametrize(
    ("either", "cancel"), [("embedded", ctrl_c), ("embedded", sigterm), ("cli", ctrl_c)], indirect=["either"]
)
def test_a_cancelled_run_tells_the_plugin_finishes_and_records_what_is_under_way_and_begins_nothing(
    either: ToyStack, cancel: Cancel
) -> None:
    either.up('Toy("old")')
    either.make("log-cancel")
    either.pause("create-a")
    either.pause("cancel-provider")
    either.declare(ONE_AFTER_THE_OTHER)
    either.calls()

    with run(either, "up") as terminal:
        either.wait_for("create-a")
        cancel(terminal)
        terminal.wait_for("cancelling")
        either.wait_for("cancel-provider")
        either.go_on("cancel-provider")
        either.go_on("create-a")

    assert terminal.process.returncode == 1
    assert "update canceled" in terminal.shown or "cancelled: what was under way has been" in terminal.shown
    # The second time is at the end of every run.
    assert either.calls("create", "delete", "cancel") == ["create a", "cancel provider", "cancel provider"]
    assert either.live == {"old", "a"}
    assert {"old", "a"} == {name for name, entry in either.resources.items() if "Toy" in entry["type"]}


def test_the_second_ctrl_c_ends_the_run_and_what_is_under_way_is_not_recorded(stack: ToyStack) -> None:
    stack.pause("create-a")
    stack.declare(ONE_AFTER_THE_OTHER)

    with run(stack, "up") as terminal:
        stack.wait_for("create-a")
        terminal.press(CTRL_C)
        terminal.wait_for("cancelling")
        terminal.press(CTRL_C)
        terminal.wait_for("ending at once")
        stack.go_on("create-a")

    assert terminal.process.returncode == 1
    assert stack.live == {"a"}
    assert "a" not in stack.resources


def test_a_cancelled_run_of_the_embedded_engine_shows_a_few_lines_and_no_traceback(stack: ToyStack) -> None:
    stack.pause("create-a")
    stack.declare(ONE_AFTER_THE_OTHER)

    with run(stack, "up") as terminal:
        stack.wait_for("create-a")
        terminal.press(CTRL_C)
        terminal.wait_for("cancelling")
        stack.go_on("create-a")

    lines = [line.partition(" (")[0] for line in terminal.shown.splitlines()]
    assert [line.partition(":")[0].strip() for line in lines] == [
        "+  create   Stack toys-dev",
        "^C   Ctrl-C",
        "+  create   Toy a",
        "error",
        "up cancelled",
    ]


def test_a_cancelled_destroy_keeps_what_it_has_not_begun(stack: ToyStack) -> None:
    stack.up(ONE_AFTER_THE_OTHER)
    stack.pause("delete-b")

    with run(stack, "destroy") as terminal:
        stack.wait_for("delete-b")
        terminal.press(CTRL_C)
        terminal.wait_for("cancelling")
        stack.go_on("delete-b")

    assert terminal.process.returncode == 1
    assert stack.live == {"a"}
    assert "a" in stack.resources
    assert "b" not in stack.resources


def test_what_is_only_being_checked_when_the_run_is_cancelled_is_not_created(stack: ToyStack) -> None:
    stack.declare('Toy("a")')
    stack.pause("check-a")

    with run(stack, "up") as terminal:
        stack.wait_for("check-a")
        terminal.press(CTRL_C)
        terminal.wait_for("cancelling")
        stack.go_on("check-a")

    assert stack.live == set()


def test_a_run_that_is_cancelled_while_it_looks_ahead_begins_nothing(stack: ToyStack) -> None:
    stack.up('Toy("a", opts=ResourceOptions(protect=True))')
    stack.declare('Toy("a", size=1, opts=ResourceOptions(protect=True)); Toy("b")')
    stack.pause("check-a")

    with run(stack, "up") as terminal:
        stack.wait_for("check-a")
        terminal.press(CTRL_C)
        terminal.wait_for("cancelling")
        stack.go_on("check-a")

    assert terminal.process.returncode == 1
    assert "nothing was begun" in terminal.shown
    assert stack.live == {"a"}
    assert "size" not in stack.resources["a"]["inputs"]


@pytest.mark.parametrize(
    ("either", "number"),
    [("embedded", signal.SIGKILL), ("embedded", signal.SIGHUP), ("cli", signal.SIGKILL)],
    indirect=["either"],
)
def test_an_engine_that_dies_leaves_a_plugin_that_can_notice_it_by_its_output(
    either: ToyStack, number: signal.Signals
) -> None:
    os.mkfifo(either.world / "heard")
    either.pause("check-a")
    either.pause("create-a")
    either.declare('Toy("a")')

    process = either.start("up")
    either.wait_for("check-a")
    either.go_on("check-a")
    assert (either.world / "heard").read_text() == "yes"
    either.wait_for("create-a")
    started = psutil.Process(process.pid).children(recursive=True)
    [plugin] = [each for each in started if "pulumi.dynamic" in each.cmdline()]
    try:
        with process:
            process.send_signal(number)
        either.go_on("create-a")

        assert (either.world / "heard").read_text() == "no"
        assert plugin.status() != psutil.STATUS_ZOMBIE
    finally:
        for each in started:
            with suppress(psutil.NoSuchProcess):
                each.kill()
