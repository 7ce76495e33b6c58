"""The program's side of a run: what the SDK sends for a program of these resources, the ledger first."""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any, NamedTuple

from plivo_sandbox.engine.monitor import Monitor
from plivo_sandbox.engine.project import Project
from plivo_sandbox.engine.properties import UNKNOWN, from_struct, to_struct
from plivo_sandbox.engine.registrations import Registrations
from plivo_sandbox.engine.run import Run
from plivo_sandbox.engine.urns import STACK_TYPE
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import alias_pb2, resource_pb2
from pulumi_plivo.ledger import NAME, LedgerProvider
from pulumi_plivo.plans.claim import Claim, digest, written
from pulumi_plivo.plugin.plivo_provider import RESOURCE

from tests.faults.one_process import AbortedError, Context, engine

TYPE = "pulumi-python:dynamic/plivo:"
LEDGER = f"{TYPE}Ledger"
NO_DEPENDENCIES = resource_pb2.RegisterResourceRequest.PropertyDependencies()


@dataclass(frozen=True)
class Declared:
    """One resource of a program.

    Attributes:
        claim: What the ledger is told of it.
        deletes_first: What a transformation may ask for; the program itself may not.
        ignored: The paths of `ignore_changes`.
        needs: The names of resources that it depends on, which are declared before it.
        pool_of: The name of a Powerpack, declared before it, whose output is its `number_pool_uuid`; "" for none.
        is_sent: Whether it is registered; with `--target` its claim may come alone.
    """

    kind: str
    name: str
    provider: ResourceProvider
    inputs: Mapping[str, Any]
    claim: Claim
    deletes_first: bool = False
    aliases: tuple[str, ...] = ()
    protect: bool = False
    ignored: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    pool_of: str = ""
    is_sent: bool = True

    @property
    def type(self) -> str:
        return f"{TYPE}{self.kind}"


class _Answer(NamedTuple):
    """What the program is told of a resource; "" where it was not registered."""

    urn: str = ""
    pool: str = UNKNOWN


RunProgram = Callable[[Run, Registrations, Project, Mapping[str, str]], None]


def declaring(program: Iterable[Declared], executor: Callable[[], Executor]) -> RunProgram:
    """Host a program that declares these resources, each in a task of the executor."""

    def run_program(run: Run, registrations: Registrations, project: Project, _: Mapping[str, str]) -> None:
        side = _ProgramSide(Monitor(run, registrations), run)
        with contextlib.suppress(AbortedError):
            side.register(f"{project.name}-{run.name.stack}", list(program), executor)

    return run_program


class _ProgramSide:
    def __init__(self, monitor: Monitor, run: Run) -> None:
        self._monitor = monitor
        self._run = run
        self._first: dict[str, str] = {}
        self._unfinished: list[str] = []

    def register(self, stack_name: str, program: list[Declared], executor: Callable[[], Executor]) -> None:
        stack = resource_pb2.RegisterResourceRequest(type=STACK_TYPE, name=stack_name, supportsResultReporting=True)
        parent = self._monitor.RegisterResource(stack, Context()).urn
        engine.announced = True
        claims: dict[str, Any] = {"claims": written(each.claim for each in program)}
        marks = {"is_preview": True} if self._run.preview else {}
        ledger = _request(
            LEDGER, NAME, LedgerProvider(), {**claims, **marks}, parent, additionalSecretOutputs=["claims"]
        )
        answer = self._monitor.RegisterResource(ledger, Context())
        self._first = {"depends_on": answer.urn}
        kept = from_struct(answer.object).get("digest")
        if kept not in (None, digest(claims["claims"])):
            # As the SDK's side of the ledger ends the program, when all is registered.
            self._unfinished.append("this run leaves the stack's ledger out")
        answers: dict[str, Future[_Answer]] = {}
        with executor() as threads:
            for each in program:
                if each.is_sent:
                    needed = {name: answers[name] for name in (*each.needs, each.pool_of) if name in answers}
                    answers[each.name] = threads.submit(self._declare, each, parent, needed)
        for task in answers.values():
            task.result()
        for line in self._unfinished:
            # A `PoolNumbers` ends the program on this output, when all is registered.
            self._run.screen.error(line)
        outputs = resource_pb2.RegisterResourceOutputsRequest(urn=parent)
        self._monitor.RegisterResourceOutputs(outputs, Context())

    def _declare(self, declared: Declared, parent: str, needed: Mapping[str, "Future[_Answer]"]) -> _Answer:
        known = {name: each.result() for name, each in needed.items()}
        needed_urns = [*self._first.values(), *(each.urn for each in known.values())]
        if self._run.stopped.is_set():
            return _Answer()
        late = known.get(declared.pool_of)
        request = _request(
            declared.type,
            declared.name,
            declared.provider,
            {
                **declared.inputs,
                RESOURCE: declared.claim.resource,
                **({} if late is None else {"number_pool_uuid": late.pool}),
            },
            parent,
            dependencies=[urn for urn in needed_urns if urn],
            deleteBeforeReplace=declared.deletes_first,
            deleteBeforeReplaceDefined=declared.deletes_first,
            aliases=[alias_pb2.Alias(spec=alias_pb2.Alias.Spec(name=name)) for name in declared.aliases],
            protect=declared.protect or None,
            ignoreChanges=declared.ignored,
        )
        if late is not None and late.urn:
            request.propertyDependencies["number_pool_uuid"].urns.append(late.urn)
        try:
            answer = self._monitor.RegisterResource(request, Context())
        except AbortedError:
            return _Answer()
        outputs = from_struct(answer.object)
        if unfinished := outputs.get("unfinished"):
            self._unfinished.append(f"{declared.kind} {declared.name}: {unfinished}")
        return _Answer(str(answer.urn), str(outputs.get("number_pool_uuid") or UNKNOWN))


_serialized_so_far: dict[str, str] = {}


def _serialized(provider: type[ResourceProvider]) -> str:
    if provider.__name__ not in _serialized_so_far:
        _serialized_so_far[provider.__name__] = str(serialize_provider(provider()))
    return _serialized_so_far[provider.__name__]


def _request(
    type_: str, name: str, provider: ResourceProvider, inputs: Mapping[str, Any], parent: str, **options: Any
) -> resource_pb2.RegisterResourceRequest:
    sent = {**inputs, "__provider": _serialized(type(provider))}
    return resource_pb2.RegisterResourceRequest(
        type=type_,
        name=name,
        parent=parent,
        custom=True,
        object=to_struct(sent),
        propertyDependencies=dict.fromkeys(sent, NO_DEPENDENCIES),
        supportsResultReporting=True,
        acceptSecrets=True,
        **options,
    )
