"""What random programs have in common, whatever they declare: how they converge, and how many of them are run."""

import os
from collections.abc import Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.running_stack import CALM, Conditions

#: Runs without trouble after which a stack must have settled, if it follows what the errors say.
PATIENCE = 8
#: Which of what there is to choose from in a step: a step that finds nothing does nothing, but costs no run.
PICKS = st.integers(0, 11)

Option = TypeVar("Option")
#: What a machine declares.
Declared = TypeVar("Declared")


def chosen(pick: int, options: Iterable[Option]) -> Option:
    """Return one of the options."""
    listed = list(options)
    return listed[pick % len(listed)]


class NextTry(NamedTuple):
    """What the errors of an `up` make of its program.

    Attributes:
        program: The one that is wanted now.
        first: A program to run before, in an `up` of its own; None for none.
        limits: The environment and config of the next `up`.
        unprotects: Whether to run `pulumi state unprotect --all`.
    """

    program: Any
    first: Any
    limits: tuple[tuple[str, str], ...]
    unprotects: bool


class RandomRuns(RuleBasedStateMachine, Generic[Declared]):
    """A stack whose program, pools and luck change; `watched` judges each of its runs."""

    world: World
    stack: FastStack
    watched: Any
    is_destroyed: bool
    last: Conditions

    def teardown(self) -> None:
        """Without further trouble the stack converges, if its user does what the errors say."""
        if not hasattr(self, "watched"):
            return
        if self.is_destroyed:
            self.watched.destroy(self.last)
        self._restore()
        refreshed = self.watched.refresh(CALM)
        assert refreshed is not None
        assert refreshed.errors == []
        self._converge()
        self._assert_settled()
        if self.is_destroyed:
            self._unprotect()
            self._converge()
            result = self.watched.destroy()
            assert result is not None
            assert result.errors == []

    def _brought_about(self, program: Declared, depth: int = 0) -> Declared:
        """Run `up` for a program until it has no errors; return what the errors have made of it."""
        conditions, errors = CALM, [""]
        for _ in range(PATIENCE):
            result = self.watched.up(program, conditions)
            assert result is not None
            errors = result.errors
            if not errors:
                return program
            program, first, limits, unprotects = self._next_try(program, errors)
            conditions = Conditions(policy=limits)
            if unprotects:
                self.stack.unprotect()
            if first is not None:
                assert depth < PATIENCE, f"stuck: {errors}"
                unrented = len(self.world.unrented)
                self._brought_about(first, depth + 1)
                # What the program before gives up, with a warning, is not there for this one.
                for number in self.world.unrented[unrented:]:
                    self._drop_from(program, number)
        raise AssertionError(f"stuck: {errors}")

    def _then(self, then: Conditions | None) -> None:
        if then is not None:
            self.watched.up(self._declared, then)

    def _assert_quiet(self) -> None:
        """Assert that a further run finds nothing to do."""
        for looks in (True, False):
            result = self.watched.up(self._declared)
            assert result is not None
            assert result.errors == []
            # What a run that did not end well has left over is looked for once more; what is still there, each time.
            looks = looks or self.watched.looks_for_more
            assert all(looks and call.method == "GET" for call in self.world.sandbox.calls)

    @property
    def _declared(self) -> Declared:
        """The program as it is now."""
        raise NotImplementedError

    def _restore(self) -> None:
        """Let there be again what programs name."""
        raise NotImplementedError

    def _converge(self) -> None:
        """Run `up` until it has no errors, and do what these say."""
        raise NotImplementedError

    def _assert_settled(self) -> None:
        """Assert that all is as the program says, and that a further run finds nothing to do."""
        raise NotImplementedError

    def _unprotect(self) -> None:
        """Take `protect` out of the program."""
        raise NotImplementedError

    def _next_try(self, program: Declared, errors: Sequence[str]) -> NextTry:
        """Return what the errors of an `up` ask for."""
        raise NotImplementedError

    def _drop_from(self, program: Declared, number: str) -> None:
        """Take a number out of a program."""
        raise NotImplementedError


def run_random(machine: type[RandomRuns[Any]], world: World, stack: FastStack, *, runs: int, steps: int) -> None:
    """Run programs of a machine; always the same ones, unless SOAK_RUNS is set."""
    run_state_machine_as_test(
        type("InThisWorld", (machine,), {"world": world, "stack": stack}),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            derandomize="SOAK_RUNS" not in os.environ,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
