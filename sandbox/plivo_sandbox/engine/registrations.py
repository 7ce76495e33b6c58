"""The resources that the program registers, taken one by one through planning and execution."""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from plivo_sandbox.engine.default_provider import DefaultProvider
from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.execution import DeletionError, Executor
from plivo_sandbox.engine.goals import Goal, is_stack
from plivo_sandbox.engine.planning import Plan, PlanError, Planner
from plivo_sandbox.engine.project import StackConfig
from plivo_sandbox.engine.properties import Properties, has_unknown
from plivo_sandbox.engine.provider_plugin import ProviderError
from plivo_sandbox.engine.run import Run, StoppedError, report_missing_targets
from plivo_sandbox.engine.urns import label_of, type_of


class UnknownError(Exception):
    """A resource needs a value that is not known."""


@dataclass(frozen=True)
class Registered:
    """What the program is told about its resource; without a state, it failed, or was skipped or left out."""

    urn: str
    state: ResourceState | None = None


@dataclass
class Registrations:
    """Everything that the program of one run registers."""

    run: Run
    config: StackConfig
    executor: Executor
    provider: DefaultProvider
    stack_outputs: Properties = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._planner = Planner(self.run, lambda: self.provider.reference_with(self.config))
        # Planning is one resource at a time, as the order of the provider's calls is part of Pulumi's contract;
        # what was planned is carried out at the same time.
        self._planning = threading.Lock()
        parallel = self.run.parallel
        self._steps: AbstractContextManager[object] = (
            threading.BoundedSemaphore(parallel) if parallel else nullcontext()
        )
        self._idle = threading.Condition()
        self._under_way = 0
        self._registered: dict[str, ResourceState] = {}
        self._stack: ResourceState | None = None

    def register(self, goal: Goal) -> Registered:
        """Bring one resource to what the program wants.

        Raises:
            StoppedError: the run is stopped, by this resource or by another one.
        """
        with self._idle:
            self._under_way += 1
        try:
            return self._register(goal)
        except EngineError as error:
            self.run.stop(str(error))
            raise StoppedError from error
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def set_outputs(self, urn: str, outputs: Properties) -> None:
        """Record the outputs of a component; those of the stack wait until the run is over.

        What comes after a failure is not taken.
        """
        if self.run.stopped.is_set():
            return
        if is_stack(type_of(urn)):
            self.stack_outputs = outputs
            return
        state = self._registered.get(urn)
        if state is not None:
            self.run.snapshot.change(lambda: setattr(state, "outputs", outputs), state)

    def wait(self) -> None:
        """Wait until nothing is under way."""
        with self._idle:
            self._idle.wait_for(lambda: self._under_way == 0)

    def refuse_missing_targets(self) -> None:
        """Report each target that is neither in the state nor declared."""
        known = {resource.urn for resource in self.run.snapshot.base}
        report_missing_targets(self.run, known | self._planner.declared)

    def finish_outputs(self) -> Mapping[str, object]:
        """Record the stack's outputs and return them; after a failure, what is missing keeps its old value."""
        if self._stack is None:
            return {}
        stack, outputs = self._stack, self.stack_outputs
        if self.run.has_failed:
            known = {key: value for key, value in outputs.items() if not has_unknown(value)}
            outputs = {**stack.outputs, **known}
        self.run.snapshot.change(lambda: setattr(stack, "outputs", outputs), stack)
        return outputs

    def _register(self, goal: Goal) -> Registered:
        with self._planning:
            self.run.permit()
            urn = self.run.name.urn(goal.type, goal.name, goal.parent)
            try:
                urn = self._planner.urn_of(goal)
                plan = self._plan(urn, goal)
                if plan is None:
                    self.run.targets.left_out.add(urn)
                    return Registered(urn)
            except UnknownError:
                return self._skip(urn, "it needs a value that is not known")
            except PlanError as error:
                return self._fail(urn, error.operation, *error.reasons)
            except ProviderError as error:
                return self._fail(urn, "check", str(error))
        try:
            with self._steps:
                state = self.executor.carry_out(plan)
        except ProviderError as error:
            return self._fail(urn, plan.operation, str(error))
        except DeletionError as error:
            return self._skip(urn, f"{label_of(str(error))} could not be deleted before it")
        if is_stack(goal.type):
            self._stack = state
        self._registered[urn] = state
        return Registered(urn, state)

    def _plan(self, urn: str, goal: Goal) -> Plan | None:
        """Plan a resource; None when it is to be left out."""
        targets = self.run.targets
        if not (targets.include(urn, goal.needed_urns()) or goal.read_id or is_stack(goal.type)):
            return self._planner.keep(urn, goal)
        left_out = targets.left_out & goal.needed_urns()
        if left_out:
            names = ", ".join(map(label_of, sorted(left_out)))
            raise PlanError("check", f"it needs {names}, which is not there yet and not among the targets")
        if not self.run.preview and has_unknown([goal.inputs, goal.read_id]):
            raise UnknownError
        return self._planner.plan(urn, goal)

    def _fail(self, urn: str, operation: str, *reasons: str) -> Registered:
        """Report a failure; as with the CLI, what the program registers from now on is not taken."""
        for reason in reasons:
            self.run.fail(urn, operation, reason)
        self.run.stop()
        return Registered(urn)

    def _skip(self, urn: str, reason: str) -> Registered:
        self.run.failed.add(urn)
        self.run.screen.skipped(urn, reason)
        self.run.stop()
        return Registered(urn)
