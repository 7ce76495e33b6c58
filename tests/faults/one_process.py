"""The plugin in the test's own process: thousands of commands in the time of a few.

Planning, order, state and its file are the embedded engine's own, the plugin is the SDK's; what is simulated is the
processes, and their deaths.
"""

import ast
import contextvars
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NoReturn

import grpc
from pulumi_plivo.account import views_of
from pulumi_plivo.lifeline import lifeline
from pulumi_plivo.plugin import looking_ahead
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted


class PluginDiedError(BaseException):
    """The plugin's process died here."""


class EngineDiedError(BaseException):
    """The engine's process died here, and the plugin's with it."""


class Engine:
    """What the engine's own service keeps: whether the program has said that it has resources of the package."""

    announced = False


engine = Engine()


class Plugin:
    """The SDK's plugin as a new process would be: nothing is left of the run before."""

    parallel_calls = 4

    def __init__(self, _directory: Path, _environment: Mapping[str, str], on_line: Callable[[str], None]) -> None:
        forget_everything()
        engine.announced = False
        self.last_line = ""
        self._on_line = on_line
        self._module = ModuleType("pulumi.dynamic.__main__")
        exec(PLUGIN_CODE, vars(self._module))
        self._servicer = self._module.DynamicResourceProviderServicer()
        self._death: BaseException | None = None
        self._context = contextvars.copy_context()
        self._stderr, sys.stderr = sys.stderr, Lines(self._take)

    def stub(self) -> "Plugin":
        return self

    def end(self) -> None:
        sys.stderr = self._stderr

    def __getattr__(self, method: str) -> Callable[[Any], Any]:
        return lambda request: self._call(method, request)

    def _take(self, line: str) -> None:
        self.last_line = line
        self._on_line(line)

    def _call(self, method: str, request: Any) -> Any:
        if isinstance(self._death, EngineDiedError):
            raise self._death
        if self._death is not None:
            raise AbortedError(grpc.StatusCode.UNAVAILABLE, "connection refused")
        try:
            # Each call has a thread of its own, which begins with a copy of what the process has.
            return self._context.copy().run(getattr(self._servicer, method), request, Context())
        except EngineDiedError as death:
            self._death = death
            raise
        except PluginDiedError as death:
            self._death = death
            raise AbortedError(grpc.StatusCode.UNAVAILABLE, "socket closed") from death


def forget_everything() -> None:
    """Let a new process of the plugin begin; the account's client is as good as a new one."""
    held_and_wanted.forget()
    looking_ahead.forget()
    lifeline.reset()
    views_of.cache_clear()


class Lines:
    """Stands for standard error: hands on each line."""

    def __init__(self, take: Callable[[str], None]) -> None:
        self._take = take

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._take(line)
        return len(text)

    def flush(self) -> None:
        pass


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
