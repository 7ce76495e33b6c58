"""What has to be done for a resource that the program registers: nothing, create, update, replace or read.

The provider is asked as the CLI's engine asks it: check with the old inputs, diff, and for a replacement check again
with none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from plivo_sandbox.engine.aliases import Aliases
from plivo_sandbox.engine.dependence import dependents_in_order
from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.goals import Goal
from plivo_sandbox.engine.paths import covers, reset
from plivo_sandbox.engine.properties import (
    UNKNOWN,
    Properties,
    are_equal,
    changed_keys,
    has_unknown,
    in_clear,
)
from plivo_sandbox.engine.provider_plugin import Difference
from plivo_sandbox.engine.run import Run
from plivo_sandbox.engine.urns import STACK_REFERENCE, label_of


class PlanError(Exception):
    """Why nothing can be done for a resource; every reason is a line."""

    def __init__(self, operation: str, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.operation = operation
        self.reasons = reasons


@dataclass
class Plan:
    """What to do for one resource. `delete_first` goes before it, in this order; `old` afterwards if `keeps_old`."""

    operation: str
    new: ResourceState
    old: ResourceState | None = None
    changed: tuple[str, ...] = ()
    delete_first: list[ResourceState] = field(default_factory=list)
    keeps_old: bool = False


class Planner:
    """Plans resource by resource, in the order in which the program registers them; not to be used by two threads."""

    def __init__(self, run: Run, provider_reference: Callable[[], str]) -> None:
        self._run = run
        self._provider_reference = provider_reference
        self._olds = {old.urn: old for old in run.snapshot.base if not old.delete}
        self._aliases = Aliases(run.name)
        self._goals: dict[str, Goal] = {}
        # Deleted in this run because of a delete-before-replace; they may be registered again.
        self._deleted: dict[str, ResourceState] = {}

    @property
    def declared(self) -> set[str]:
        """What the program has registered so far."""
        return set(self._goals)

    def urn_of(self, goal: Goal) -> str:
        """Name the resource, and remember it.

        Raises:
            PlanError: the program has registered this name before.
        """
        urn = self._run.name.urn(goal.type, goal.name, goal.parent)
        if urn in self._goals:
            raise PlanError("register", "the program declares two resources of this type with this name")
        self._goals[urn] = goal
        return urn

    def plan(self, urn: str, goal: Goal) -> Plan:
        """Decide.

        Raises:
            PlanError: the inputs are not valid, or a protected resource would have to be replaced.
            ProviderError: the provider could not answer.
        """
        self._inherit(goal)
        old = self._find_old(urn, goal)
        new = _wanted_state(urn, goal, old)
        # A reference to another stack is the engine's own.
        if goal.custom and goal.type != STACK_REFERENCE:
            new.provider = self._provider_reference()
        if goal.read_id:
            return self._plan_read(new, old, goal)
        self._check(new, old, goal)
        if old is None:
            return Plan("create", new)
        if old.urn in self._deleted:
            del self._deleted[old.urn]
            return Plan("replace", new, old, changed_keys(old.inputs, new.inputs))
        if old.external:
            return Plan("replace", new, old, keeps_old=True)
        return self._plan_change(new, old, goal)

    def keep(self, urn: str, goal: Goal) -> Plan | None:
        """Leave a resource as it is, whatever the program says; None when it is not there yet.

        Raises:
            PlanError: another resource has its name.
        """
        old = self._find_old(urn, goal)
        return Plan("same", replace(old, urn=urn), old) if old else None

    def _inherit(self, goal: Goal) -> None:
        parent = self._goals.get(goal.parent)
        if parent is None:
            return
        if goal.protect is None:
            goal.protect = parent.protect
        if goal.retain_on_delete is None:
            goal.retain_on_delete = parent.retain_on_delete

    def _find_old(self, urn: str, goal: Goal) -> ResourceState | None:
        if self._aliases.is_claimed(urn):
            raise PlanError("register", "another resource has this name as an alias")
        if urn in self._olds:
            return self._olds[urn]
        for alias in self._aliases.of(goal):
            if alias in self._olds:
                if alias in self._goals or self._aliases.is_claimed(alias):
                    raise PlanError("register", f"its alias {alias} is the name of another resource")
                self._aliases.claim(alias, urn)
                self._run.snapshot.rename(alias, urn)
                return self._olds[alias]
        return None

    def _plan_read(self, new: ResourceState, old: ResourceState | None, goal: Goal) -> Plan:
        new.id = goal.read_id
        new.external = True
        replaces = old is not None and not old.external and old.id != new.id
        return Plan("read", new, old, keeps_old=replaces)

    def _check(self, new: ResourceState, old: ResourceState | None, goal: Goal) -> None:
        if not goal.custom:
            new.inputs = _with_ignored(goal, old)
            return
        anew = old is None or old.external or old.urn in self._deleted or self._is_forced(new, old)
        olds: Properties = {} if anew or old is None else old.inputs
        self._check_inputs(new, olds, goal.inputs if anew else _with_ignored(goal, old))

    def _check_inputs(self, new: ResourceState, olds: Properties, news: Properties) -> None:
        new.inputs, failures = self._run.plugin.check(new.urn, olds, news)
        if failures:
            raise PlanError("check", *(f"{name}: {reason}" if name else reason for name, reason in failures))

    def _plan_change(self, new: ResourceState, old: ResourceState, goal: Goal) -> Plan:
        difference = self._difference(new, old, goal)
        changed = changed_keys(old.inputs, new.inputs)
        changed = (*difference.replaces, *(key for key in changed if key not in difference.replaces))
        if not difference.changes and not old.pending_replacement:
            return Plan("same", new, old)
        if not difference.replaces and not old.pending_replacement:
            return Plan("update", new, old, changed)
        return self._plan_replacement(new, old, goal, difference, changed)

    def _is_forced(self, new: ResourceState, old: ResourceState) -> bool:
        return not self._run.forced_replacements.isdisjoint((new.urn, old.urn))

    def _difference(self, new: ResourceState, old: ResourceState, goal: Goal) -> Difference:
        if self._is_forced(new, old):
            return Difference(True, ("id",))
        if bool(old.provider) != bool(new.provider):
            return Difference(True, ("provider",))
        if not new.custom:
            return Difference(not are_equal(old.inputs, new.inputs))
        difference = self._run.plugin.diff(old, old.inputs, new.inputs, goal.ignore_changes)
        if difference.changes is not None:
            return difference
        # The provider has no diff of its own: the engine compares the inputs, and only then knows which have changed.
        wanted = reset(new.inputs, old.inputs, goal.ignore_changes)
        changed = changed_keys(in_clear(old.inputs), in_clear(wanted))
        if old.inputs.get("__provider") != wanted.get("__provider"):
            changed = (*changed, "__provider")
        replacing = [key for key in changed if covers(goal.replace_on_changes, key)]
        return Difference(bool(changed), (*difference.replaces, *replacing), difference.delete_before_replace)

    def _plan_replacement(
        self,
        new: ResourceState,
        old: ResourceState,
        goal: Goal,
        difference: Difference,
        changed: tuple[str, ...],
    ) -> Plan:
        if new.protect and old.protect:
            raise PlanError(
                "replace",
                f"it is protected, and {', '.join(changed) or 'the provider'} cannot change in place: "
                "remove protect from it in the program and run up first",
            )
        if goal.custom and not self._is_forced(new, old):
            self._check_inputs(new, {}, goal.inputs)
        first = difference.delete_before_replace
        if goal.delete_before_replace is not None:
            first = goal.delete_before_replace
        if not first:
            return Plan("replace", new, old, changed, keeps_old=True)
        condemned = self._dependents_to_replace(old)
        for dependent in condemned:
            if dependent.protect:
                raise PlanError(
                    "replace",
                    f"{label_of(dependent.urn)} would have to be deleted with it and is protected: "
                    "remove protect from that in the program and run up first",
                )
        for dependent in condemned:
            self._deleted[dependent.urn] = dependent
        if not old.pending_replacement:
            condemned.append(old)
        return Plan("replace", new, old, changed, delete_first=condemned)

    def _dependents_to_replace(self, root: ResourceState) -> list[ResourceState]:
        """Find what would be replaced too when `root` is; the last dependent comes first."""
        replaced = {root.urn}
        found = []
        for dependent in dependents_in_order(root, self._run.snapshot.base):
            if dependent.urn in self._goals or dependent.urn in self._deleted or dependent.delete:
                continue
            if self._follows(dependent, replaced):
                replaced.add(dependent.urn)
                found.append(dependent)
        return found[::-1]

    def _follows(self, dependent: ResourceState, replaced: set[str]) -> bool:
        if not dependent.custom or dependent.external:
            return False
        inputs = {
            key: UNKNOWN if replaced & set(dependent.property_dependencies.get(key, [])) else value
            for key, value in dependent.inputs.items()
        }
        if not has_unknown(inputs):
            return False
        difference = self._run.plugin.diff(dependent, dependent.inputs, inputs, dependent.ignore_changes)
        if difference.changes is None:
            changed = changed_keys(dependent.inputs, inputs)
            return any(covers(dependent.replace_on_changes, key) for key in changed)
        return bool(difference.changes and difference.replaces)


def _with_ignored(goal: Goal, old: ResourceState | None) -> Properties:
    return reset(goal.inputs, old.inputs, goal.ignore_changes) if old else goal.inputs


def _wanted_state(urn: str, goal: Goal, old: ResourceState | None) -> ResourceState:
    return ResourceState(
        urn,
        goal.type,
        goal.custom,
        inputs=goal.inputs,
        parent=goal.parent,
        dependencies=goal.dependencies,
        property_dependencies=goal.property_dependencies,
        protect=bool(goal.protect),
        retain_on_delete=bool(goal.retain_on_delete),
        additional_secret_outputs=goal.additional_secret_outputs,
        ignore_changes=goal.ignore_changes,
        replace_on_changes=goal.replace_on_changes,
        custom_timeouts=goal.custom_timeouts,
        hide_diffs=goal.hide_diffs,
        created=old.created if old else "",
        modified=old.modified if old else "",
    )
