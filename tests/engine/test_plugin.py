"""The provider's process."""

import os
from pathlib import Path

import pytest
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.provider_plugin import last_line

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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TRACEBACK, "package.errors.PlivoError: the second, on two lines"),
        ("PlivoError: short\n", "PlivoError: short"),
    ],
)
def test_of_a_traceback_the_last_error_remains_on_one_line(text: str, line: str) -> None:
    assert last_line(text) == line


def test_a_plugin_that_does_not_start_is_one_clear_error(stack: ToyStack) -> None:
    broken = stack.directory / "broken"
    (broken / "dill").mkdir(parents=True)
    (broken / "dill" / "__init__.py").write_text("raise ImportError('dill is broken')")
    stack.up('Toy("a")')
    stack.environment["PYTHONPATH"] = f"{broken}{os.pathsep}{stack.environment['PYTHONPATH']}"

    with pytest.raises(EngineError, match="the provider plugin did not start: ImportError: dill is broken"):
        stack.run("destroy")


def test_a_plugin_that_dies_fails_the_step_and_what_needs_it(stack: ToyStack) -> None:
    stack.make("die-create-a")

    result = stack.up('a = Toy("a"); Toy("b", opts=ResourceOptions(depends_on=[a]))')

    assert not result.succeeded
    assert "the provider's process has ended" in result.errors[0]
    assert {step.name: step.operation for step in result.steps}["b"] == "skipped"


def test_four_calls_run_at_the_same_time_and_no_more(stack: ToyStack) -> None:
    names = [f"n{number}" for number in range(6)]
    stack.make("count-create")

    assert stack.up(f"for name in {names}: Toy(name)").succeeded

    assert int(Path(stack.world / "most-at-once").read_text()) == 4
