"""The order of calls of Pulumi's engine, without its processes: thousands of runs in the time of one.

Whole stacks on the real order of processes are in `tests/e2e`; here each run has new providers in this process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic import Config, ConfigureRequest
from pulumi_plivo.declared import declared_members
from pulumi_plivo.diagnostics import PlivoError
from pulumi_plivo.membership import views_of
from pulumi_plivo.numbers_lifecycle import NumbersProvider
from pulumi_plivo.planned_numbers import DECLARED_ELSEWHERE
from pulumi_plivo.plivo_provider import PlivoProvider

Inputs = Mapping[str, Any]
Program = Mapping[str, tuple[type[PlivoProvider], Inputs]]


class KilledError(BaseException):
    """The process died here."""


def numbers_of(inputs: Inputs) -> list[str]:
    """Return what a resource declares, be it one number, many or a shortcode."""
    return list(inputs["numbers"]) if "numbers" in inputs else [inputs.get("number") or inputs["shortcode"]]


@dataclass
class Resource:
    """One resource in the state."""

    provider: type[PlivoProvider]
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


@dataclass
class SmallEngine:
    """A state, and the commands on it. A command returns the errors of the resources that failed."""

    config: Mapping[str, str]
    state: dict[str, Resource] = field(default_factory=dict)
    pending: list[Resource] = field(default_factory=list)
    providers: dict[type[PlivoProvider], PlivoProvider] = field(default_factory=dict)
    #: Called before each resource's step with how many came before it in this command.
    before_step: Callable[[int], None] = lambda _: None

    def up(self, program: Program, *, replace: bool = False, die_before_saving: bool = False) -> list[str]:
        """Create, update, replace; then, if nothing failed, delete what was replaced or left the program."""
        self._new_process()
        errors: list[str] = []

        def attempt(step: Callable[[], None]) -> None:
            try:
                step()
            except PlivoError as error:
                errors.append(str(error))

        for position, (name, (provider, inputs)) in enumerate(_as_sent(program).items()):
            self.before_step(position)
            attempt(lambda: self._step(name, provider, inputs, replace, die_before_saving))  # noqa: B023 - called at once
        for resource in [] if errors else list(self.pending):
            attempt(lambda: self._delete(resource, self.pending.remove))  # noqa: B023 - called at once
        for name in [] if errors else reversed([name for name in self.state if name not in program]):
            attempt(lambda: self._delete(self.state[name], lambda _: self.state.pop(name)))  # noqa: B023 - called at once
        return errors

    def refresh(self) -> list[str]:
        """Read every resource; those that are gone leave the state."""
        self._new_process()
        errors = []
        for position, (name, resource) in enumerate(list(self.state.items())):
            self.before_step(position)
            try:
                live = self._provider(resource.provider).read(resource.id, dict(resource.outputs))
            except PlivoError as error:
                errors.append(str(error))
                continue
            if live.id:
                resource.outputs, resource.inputs = dict(live.outs or {}), dict(live.inputs or {})
            else:
                del self.state[name]
        return errors

    def _step(
        self, name: str, kind: type[PlivoProvider], inputs: Inputs, replace: bool, die_before_saving: bool
    ) -> None:
        provider = self._provider(kind)
        old = self.state.get(name)
        checked = provider.check({} if old is None or replace else dict(old.inputs), dict(inputs))
        if checked.failures:
            raise PlivoError("; ".join(f"{each.property}: {each.reason}" for each in checked.failures))
        if old is not None and not replace:
            difference = provider.diff(old.id, dict(old.outputs), checked.inputs)
            if not difference.changes:
                return
            if not difference.replaces:
                outputs = provider.update(old.id, dict(old.outputs), checked.inputs).outs or {}
                if die_before_saving:
                    raise KilledError
                self._save(name, Resource(kind, old.id, checked.inputs, outputs))
                return
            provider.check({}, dict(inputs))
        created = provider.create(checked.inputs)
        if die_before_saving:
            raise KilledError
        if old is not None:
            self.pending.append(old)
        self._save(name, Resource(kind, created.id, checked.inputs, created.outs or {}))

    def _save(self, name: str, resource: Resource) -> None:
        """Keep a resource; the program fails on what it has left unfinished."""
        self.state[name] = resource
        if resource.outputs.get("unfinished"):
            raise PlivoError(resource.outputs["unfinished"])

    def _delete(self, resource: Resource, forget: Callable[[Resource], object]) -> None:
        self._provider(resource.provider).delete(resource.id, dict(resource.outputs))
        forget(resource)

    def _new_process(self) -> None:
        declared_members.forget()
        views_of.cache_clear()
        self.providers.clear()

    def _provider(self, kind: type[PlivoProvider]) -> PlivoProvider:
        if kind not in self.providers:
            self.providers[kind] = kind()
            self.providers[kind].configure(ConfigureRequest(Config(dict(self.config), "test")))
        return self.providers[kind]


def _as_sent(program: Program) -> Program:
    """Add to a resource of many numbers what its constructor adds: what the others declare."""
    sent: dict[str, tuple[type[PlivoProvider], Inputs]] = dict(program)
    for name, (kind, inputs) in program.items():
        if issubclass(kind, NumbersProvider):
            others = {
                digits: other["number_pool_uuid"]
                for each, (_, other) in program.items()
                for digits in numbers_of(other)
                if each != name
            }
            sent[name] = (kind, {**inputs, DECLARED_ELSEWHERE: others})
    return sent
