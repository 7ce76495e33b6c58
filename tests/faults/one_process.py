"""The embedded engine with plugin and program in this process: thousands of commands in the time of a few.

Planning, order, state and its file are the engine's own, the plugin is the SDK's; what is simulated is the processes,
and their deaths. Calls go one after the other, so that a run can be repeated.
"""

import ast
import contextlib
import contextvars
import importlib.util
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NoReturn

import grpc
from plivo_sandbox.engine.hosts import Hosts
from plivo_sandbox.engine.monitor import Monitor
from plivo_sandbox.engine.project import Project
from plivo_sandbox.engine.properties import from_struct, to_struct
from plivo_sandbox.engine.registrations import Registrations
from plivo_sandbox.engine.run import Run
from plivo_sandbox.engine.urns import STACK_TYPE
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import alias_pb2, resource_pb2
from pulumi_plivo.declared import declared_members
from pulumi_plivo.membership import views_of

NO_DEPENDENCIES = resource_pb2.RegisterResourceRequest.PropertyDependencies()


class PluginDiedError(BaseException):
    """The plugin's process died here."""


class EngineDiedError(BaseException):
    """The engine's process died here, and the plugin's with it."""


@dataclass(frozen=True)
class Declared:
    """One resource of a program."""

    type: str
    name: str
    provider: ResourceProvider
    inputs: Mapping[str, Any]
    deletes_first: bool = False
    aliases: tuple[str, ...] = ()


def one_process(program: Iterable[Declared]) -> Hosts:
    """Host the plugin in this process, and a program that declares these resources."""

    def run_program(run: Run, registrations: Registrations, project: Project, _: Mapping[str, str]) -> None:
        register(Monitor(run, registrations), f"{project.name}-{run.name.stack}", run, program)

    return Hosts(Plugin, run_program)


def register(monitor: Monitor, stack_name: str, run: Run, program: Iterable[Declared]) -> None:
    """Send what the SDK sends for a program with these resources."""
    context = Context()
    stack = resource_pb2.RegisterResourceRequest(type=STACK_TYPE, name=stack_name, supportsResultReporting=True)
    with contextlib.suppress(AbortedError):
        parent = monitor.RegisterResource(stack, context).urn
        unfinished = []
        for declared in program:
            if run.stopped.is_set():
                break
            inputs = {**declared.inputs, "__provider": serialize_provider(declared.provider)}
            request = resource_pb2.RegisterResourceRequest(
                type=declared.type,
                name=declared.name,
                parent=parent,
                custom=True,
                object=to_struct(inputs),
                propertyDependencies=dict.fromkeys(inputs, NO_DEPENDENCIES),
                supportsResultReporting=True,
                acceptSecrets=True,
                deleteBeforeReplace=declared.deletes_first,
                deleteBeforeReplaceDefined=declared.deletes_first,
                aliases=[alias_pb2.Alias(spec=alias_pb2.Alias.Spec(name=name)) for name in declared.aliases],
            )
            outputs = from_struct(monitor.RegisterResource(request, context).object)
            if outputs.get("unfinished"):
                kind = declared.type.rpartition(":")[2]
                unfinished.append(f"{kind} {declared.name}: {outputs['unfinished']}")
        for each in unfinished:
            # A `PoolNumbers` ends the program on this output, when all is registered.
            run.screen.error(each)
        monitor.RegisterResourceOutputs(resource_pb2.RegisterResourceOutputsRequest(urn=parent), context)


class Plugin:
    """The SDK's plugin as a new process would be: nothing is left of the run before."""

    parallel_calls = 1

    def __init__(self, _directory: Path, _environment: Mapping[str, str], on_warning: Callable[[str], None]) -> None:
        declared_members.forget()
        views_of.cache_clear()
        self.last_warning = ""
        self._on_warning = on_warning
        self._module = ModuleType("pulumi.dynamic.__main__")
        exec(PLUGIN_CODE, vars(self._module))
        self._servicer = self._module.DynamicResourceProviderServicer()
        self._death: BaseException | None = None
        self._context = contextvars.copy_context()

    def stub(self) -> "Plugin":
        return self

    def end(self) -> None:
        pass

    def __getattr__(self, method: str) -> Callable[[Any], Any]:
        return lambda request: self._call(method, request)

    def _call(self, method: str, request: Any) -> Any:
        if isinstance(self._death, EngineDiedError):
            raise self._death
        if self._death is not None:
            raise AbortedError(grpc.StatusCode.UNAVAILABLE, "connection refused")
        printed = io.StringIO()
        try:
            with contextlib.redirect_stderr(printed):
                return self._context.run(getattr(self._servicer, method), request, Context())
        except EngineDiedError as death:
            self._death = death
            raise
        except PluginDiedError as death:
            self._death = death
            raise AbortedError(grpc.StatusCode.UNAVAILABLE, "socket closed") from death
        finally:
            for line in printed.getvalue().splitlines():
                self.last_warning = line
                self._on_warning(line)


def _code_without_start() -> CodeType:
    """Compile the module of the SDK's plugin without its last line, which serves for ever."""
    spec = importlib.util.find_spec("pulumi.dynamic.__main__")
    assert spec is not None
    assert isinstance(spec.loader, importlib.abc.InspectLoader)
    tree = ast.parse(spec.loader.get_source(spec.name) or "")
    tree.body = [statement for statement in tree.body if not isinstance(statement, (ast.Expr, ast.If))]
    return compile(tree, spec.name, "exec")


PLUGIN_CODE = _code_without_start()


class AbortedError(grpc.RpcError):
    """A call that ended with an error."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self._code = code
        self._details = details

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details


class Context:
    """What a servicer is given with a call."""

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise AbortedError(code, details)
