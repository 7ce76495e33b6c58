"""Random programs on both engines, which must end alike: status, what is at Plivo, outputs, state and operations.

`SOAK_RUNS` sets how many histories of programs are tried, from new seeds; 2 without it, always the same ones.
What was ever found to differ is a case of its own in tests/engine/test_differences.py.
"""

import os
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import ACCOUNT, OTHER_POOL, POOL, TOLL_FREE
from tests.e2e.conftest import needs_cli
from tests.e2e.stacks import CRYPTER, LEDGER, CliStack, EmbeddedStack, Outcome, Stack
from tests.engine.comparison import comparable

RUNS = int(os.environ.get("SOAK_RUNS", "2"))
STEPS = 4
NAMES = ("a", "b", "c")
NUMBERS = tuple(f"1415555010{digit}" for digit in range(5))
OPTIONS = (
    "protect=True",
    "retain_on_delete=True",
    "delete_before_replace=True",
    'ignore_changes=["service"]',
    'hide_diffs=["service"]',
    'aliases=[Alias(name="a")]',
    'aliases=[Alias(name="b")]',
    'custom_timeouts=pulumi.CustomTimeouts(create="5m")',
    'custom_timeouts=pulumi.CustomTimeouts(update="soon")',
)
EXPORTS = ("1", "-0.0", "2.0**60", "float('inf')", "None", "pulumi.Output.secret('s')", "pulumi.StringAsset('x')")
ENDS = ("", "", "", "", "", "raise pulumi.RunError('no')", "pulumi.log.error('no')", "raise KeyError('no')")
#: The part of a list's id that is made up.
OWN_ID = re.compile(r"/[0-9a-f]{12}\b")
COMMANDS = ("up", "up", "up", "up", "preview", "refresh", "destroy")


class Choices:
    """The random choices of one history."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def command(self) -> str:
        return self._random.choice(COMMANDS)

    def program(self) -> str:
        """Choose a program whose resources follow one another: both engines then take them in one order."""
        numbers = self._random.sample(NUMBERS, len(NUMBERS))
        names = self._random.sample(NAMES, self._random.randint(0, len(NAMES)))
        lines = ["last = []"]
        for name, number in zip(names, numbers, strict=False):
            lines.append(f"{name} = {self._resource(name, number, numbers[-1])}")
            lines.append(f"last = [{name}]")
        lines += [f"pulumi.export({name!r}, {name}.id)" for name in names if self._random.random() < 0.5]
        lines.append(f"pulumi.export('x', {self._random.choice(EXPORTS)})")
        return "\n".join([*lines, self._random.choice(ENDS)])

    def _resource(self, name: str, number: str, other: str) -> str:
        options = ["depends_on=last"]
        if self._random.random() < 0.5:
            options.append(self._random.choice(OPTIONS))
        flags = [flag for flag in ("adopt=True", "unrent=True") if self._random.random() < 0.3]
        pool = self._random.choice((POOL, POOL, OTHER_POOL))
        kind = self._random.choice(("PoolNumber", "PoolNumber", "PoolNumbers", "PoolTollFree"))
        what = {
            "PoolNumber": f"number={number!r}",
            "PoolNumbers": f"numbers={[number, other]!r}",
            "PoolTollFree": f"number={TOLL_FREE!r}",
        }[kind]
        if kind != "PoolTollFree" and self._random.random() < 0.3:
            flags.append("service='mms'")
        arguments = [
            repr(name),
            f"number_pool_uuid={pool!r}",
            what,
            *flags,
            f"opts=ResourceOptions({', '.join(options)})",
        ]
        return f"{kind}({', '.join(arguments)})"


@pytest.fixture
def engines(tmp_path: Path, warm_engine: None) -> Iterator[tuple[list[Stack], list[RunningSandbox]]]:  # noqa: ARG001
    """The same empty stack on each engine, each with a local Plivo of its own."""
    with ExitStack() as opened:
        sandboxes = [opened.enter_context(RunningSandbox(tmp_path / f"{each}.sqlite3")) for each in ("one", "two")]
        for sandbox in sandboxes:
            sandbox.seed(ACCOUNT)
        stacks = [
            EmbeddedStack(tmp_path / "embedded", sandboxes[0].base_url),
            CliStack(tmp_path / "cli", sandboxes[1].base_url),
        ]
        yield stacks, sandboxes


@needs_cli
@pytest.mark.slow
@pytest.mark.parametrize("history", range(RUNS))
def test_random_programs_end_alike_on_both_engines(
    engines: tuple[list[Stack], list[RunningSandbox]], history: int
) -> None:
    stacks, sandboxes = engines
    seed = random.SystemRandom().randrange(2**32) if "SOAK_RUNS" in os.environ else history
    choices, told = Choices(seed), f"seed {seed}:"
    for step in range(STEPS):
        command, program = choices.command() if step else "up", choices.program()
        told += f"\n--- {command}\n{program}"
        outcomes = [_run(stack, command, program) for stack in stacks]
        told += "\n" + "\n".join(str(outcome.errors) for outcome in outcomes)
        assert outcomes[0].succeeded == outcomes[1].succeeded, told
        if outcomes[0].succeeded:
            done = [_operations(command, outcome) for outcome in outcomes]
            assert done[0] == done[1], told
        assert sandboxes[0].state() == sandboxes[1].state(), told
        if command != "preview":
            states = [_state(stack, sandbox) for stack, sandbox in zip(stacks, sandboxes, strict=True)]
            differing = {key for state in states for key in state if states[0].get(key) != states[1].get(key)}
            assert {key: [state.get(key) for state in states] for key in differing} == {}, told


def _run(stack: Stack, command: str, program: str) -> Outcome:
    if command in ("refresh", "destroy"):
        return stack.refresh() if command == "refresh" else stack.destroy()
    return stack.up(program) if command == "up" else stack.preview(program)


def _operations(command: str, outcome: Outcome) -> dict[str, Any]:
    if command != "refresh":
        return outcome.operations
    # There the CLI names what it does, not what it finds: that is in the summary.
    return {operation: count for operation, count in outcome.summary.items() if operation not in ("same", "refresh")}


def _state(stack: Stack, sandbox: RunningSandbox) -> dict[tuple[str, str, str], Any]:
    try:
        deployment = stack.deployment()
    except FileNotFoundError:
        # The embedded engine writes no state before the first step.
        return {}
    found = comparable(deployment, CRYPTER)
    # What the ledger keeps has the run's times and a key of its own.
    kept = {key: value for key, value in found.items() if LEDGER not in key[0] or key[2] not in ("inputs", "outputs")}
    return {_masked_key(key): _masked(value, sandbox.base_url) for key, value in kept.items()}


def _masked_key(key: tuple[str, str, str]) -> tuple[str, str, str]:
    return key[0], OWN_ID.sub("/own", key[1]), key[2]


def _masked(value: Any, url: str) -> Any:
    if isinstance(value, str):
        return OWN_ID.sub("/own", value.replace(url, "URL"))
    if isinstance(value, dict):
        return {key: _masked(item, url) for key, item in value.items()}
    return [_masked(item, url) for item in value] if isinstance(value, list) else value
