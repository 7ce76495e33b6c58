"""The provider's process."""

import os
from pathlib import Path

import pytest
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.provider_plugin import without_stack

from tests.engine.toy_stack import ToyStack

TRACEBACK = """Traceback (most recent call last):
  File "a.py", line 1, in create
    first()
ValueError: the first

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 2, in create
    second()
    ^^^^^^^^
package.errors.PlivoError: the second,
  on two lines
"""
BUG = """package.errors.BugError: this is a bug, please report these lines:
Traceback (most recent call last):
  File "a.py", line 1, in create
    first()
KeyError: 'first'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "b.py", line 2, in create
    second()
ValueError: the second"""


@pytest.fixture
def stack(tmp_path: Path) -> ToyStack:
    """An empty stack whose processes import the SDK themselves."""
    return ToyStack(tmp_path / "embedded")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TRACEBACK, "package.errors.PlivoError: the second, on two lines"),
        ("PlivoError: short\n", "PlivoError: short"),
        ("KeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nE: two\n", "E: two"),
    ],
)
def test_of_a_traceback_the_last_error_remains_on_one_line(text: str, line: str) -> None:
    assert without_stack(text) == line


@pytest.mark.parametrize(
    "first_lines", ["", 'Traceback (most recent call last):\n  File "plugin.py", line 3, in call\n    x()\n']
)
def test_an_error_whose_message_holds_a_traceback_is_kept_whole(first_lines: str) -> None:
    assert without_stack(first_lines + BUG + "\n") == BUG


def test_a_bug_of_a_provider_is_shown_with_all_its_lines(stack: ToyStack) -> None:
    stack.make("bug-create-a")

    [error] = stack.up('Toy("a")').errors

    assert error.startswith("Toy a: create failed: RuntimeError: please report these lines:\nTraceback (")
    assert error.endswith("KeyError: 'create'")
    assert error.splitlines()[-1] in stack.screen.splitlines()


def test_a_plugin_that_does_not_start_is_one_clear_error(stack: ToyStack) -> None:
    broken = stack.directory / "broken"
    (broken / "dill").mkdir(parents=True)
    (broken / "dill" / "__init__.py").write_text("raise ImportError('dill is broken')")
    stack.up('Toy("a")')
    stack.environment["PYTHONPATH"] = f"{broken}{os.pathsep}{stack.environment['PYTHONPATH']}"

    with pytest.raises(EngineError, match="the provider plugin did not start: ImportError: dill is broken"):
        stack.run("destroy")


def test_a_plugin_that_dies_fails_the_step_and_ends_the_run(stack: ToyStack) -> None:
    stack.make("die-create-a")

    result = stack.up('a = Toy("a"); Toy("b", opts=ResourceOptions(depends_on=[a]))')

    assert not result.succeeded
    assert "the provider's process has ended" in result.errors[0]
    assert "b" not in {step.name for step in result.steps}


def test_four_calls_run_at_the_same_time_and_no_more(stack: ToyStack) -> None:
    names = [f"n{number}" for number in range(6)]
    stack.make("count-create")
    stack.write("world/at-once", "4 7")

    assert stack.up(f"for name in {names}: Toy(name)").succeeded

    assert int(Path(stack.world / "most-at-once").read_text()) == 4


def test_no_more_steps_are_done_at_a_time_than_asked_for(stack: ToyStack) -> None:
    names = [f"n{number}" for number in range(6)]
    stack.make("count-create")
    stack.write("world/at-once", "2 6")

    assert stack.up(f"for name in {names}: Toy(name)", parallel=1).succeeded

    assert int(Path(stack.world / "most-at-once").read_text()) == 1
