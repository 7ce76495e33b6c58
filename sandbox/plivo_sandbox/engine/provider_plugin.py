"""The SDK's own plugin for dynamic providers, in a process of its own."""

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.lifeline import Child
from plivo_sandbox.engine.properties import Properties, from_struct, in_clear, keep_secret, to_struct
from plivo_sandbox.engine.urns import name_of, type_of

# As many as the plugin has threads.
PARALLEL_CALLS = 4

GRPC_OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024), ("grpc.enable_http_proxy", 0)]

_TRACEBACK = "Traceback (most recent call last):"


class ProviderError(Exception):
    """The provider raised; the text is its last line, class and message."""


@dataclass(frozen=True)
class Difference:
    """A provider's answer to diff; `changes` is None when it leaves the comparison to the engine."""

    changes: bool | None
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True)
class ReadAnswer:
    """A provider's answer to read; no id means that the resource is gone."""

    id: str
    outputs: Properties
    inputs: Properties | None = field(default=None)


class ProviderPlugin:
    """The provider of all resources of a run.

    Secrets go to it in clear, as it cannot take them otherwise, and what comes back under the same keys is secret
    again. Every method that calls it raises ProviderError when the provider does.
    """

    def __init__(self, directory: Path, environment: Mapping[str, str], on_warning: Callable[[str], None]) -> None:
        self._on_warning = on_warning
        self._last_warning = ""
        self._ports: queue.Queue[str] = queue.Queue()
        self._calls = threading.BoundedSemaphore(PARALLEL_CALLS)
        self._starting = threading.Lock()
        self._channel: grpc.Channel | None = None
        self._stub: Any = None
        self._configured = False
        self._child = Child(
            "plivo_sandbox.engine.plugin",
            [],
            directory,
            environment,
            on_output=self._take_output,
            on_error=self._warn,
        )

    def configure(self, config: Properties) -> None:
        """Hand the config to the plugin, once and before any other call; further ones do nothing."""
        if self._configured:
            return
        self._configured = True
        request = provider_pb2.ConfigureRequest(args=to_struct(config), acceptSecrets=True, acceptResources=True)
        self._call("Configure", request)

    def check(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[tuple[str, str]]]:
        """Return the checked inputs, and what is wrong with them as pairs of property and reason."""
        answer = self._call("Check", provider_pb2.CheckRequest(olds=_clear(olds), news=_clear(news), **_names(urn)))
        inputs = from_struct(answer.inputs)
        keep_secret(inputs, news)
        return inputs, [(failure.property, failure.reason) for failure in answer.failures]

    def diff(
        self, old: ResourceState, old_inputs: Properties, new_inputs: Properties, ignored: list[str]
    ) -> Difference:
        """Compare what exists with what is wanted."""
        answer = self._call(
            "Diff",
            provider_pb2.DiffRequest(
                id=old.id,
                olds=_clear(old.outputs),
                news=_clear(new_inputs),
                old_inputs=_clear(old_inputs),
                ignoreChanges=ignored,
                **_names(old.urn),
            ),
        )
        changes = {
            provider_pb2.DiffResponse.DIFF_SOME: True,
            provider_pb2.DiffResponse.DIFF_NONE: False,
        }.get(answer.changes)
        return Difference(changes, tuple(answer.replaces), answer.deleteBeforeReplace)

    def create(self, urn: str, inputs: Properties) -> tuple[str, Properties]:
        """Create; return id and outputs."""
        request = provider_pb2.CreateRequest(properties=_clear(inputs), **_names(urn))
        answer = self._call("Create", request)
        if not answer.id:
            raise ProviderError("the provider returned no id")
        outputs = from_struct(answer.properties)
        keep_secret(outputs, inputs)
        return answer.id, outputs

    def read(self, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> ReadAnswer:
        """Look up what exists."""
        answer = self._call(
            "Read",
            provider_pb2.ReadRequest(id=resource_id, inputs=_clear(inputs), properties=_clear(outputs), **_names(urn)),
        )
        new_outputs = from_struct(answer.properties)
        keep_secret(new_outputs, outputs)
        if not answer.HasField("inputs"):
            return ReadAnswer(answer.id, new_outputs)
        new_inputs = from_struct(answer.inputs)
        keep_secret(new_inputs, inputs)
        return ReadAnswer(answer.id, new_outputs, new_inputs)

    def update(self, old: ResourceState, urn: str, inputs: Properties, ignored: list[str]) -> Properties:
        """Change in place; return the outputs."""
        answer = self._call(
            "Update",
            provider_pb2.UpdateRequest(
                id=old.id,
                olds=_clear(old.outputs),
                news=_clear(inputs),
                old_inputs=_clear(old.inputs),
                ignoreChanges=ignored,
                **_names(urn),
            ),
        )
        outputs = from_struct(answer.properties)
        keep_secret(outputs, inputs)
        return outputs

    def delete(self, old: ResourceState) -> None:
        """Delete."""
        request = provider_pb2.DeleteRequest(
            id=old.id, properties=_clear(old.outputs), old_inputs=_clear(old.inputs), **_names(old.urn)
        )
        self._call("Delete", request)

    def end(self) -> None:
        """End the process; every line that it wrote has been forwarded when this returns."""
        self._child.end()
        if self._channel is not None:
            self._channel.close()

    def _call(self, method: str, request: Any) -> Any:
        with self._starting:
            if self._stub is None:
                self._connect()
        with self._calls:
            try:
                return getattr(self._stub, method)(request)
            except grpc.RpcError as error:
                if error.code() == grpc.StatusCode.UNAVAILABLE:
                    raise ProviderError(f"the provider's process has ended: {self._last_warning}") from error
                raise ProviderError(last_line(error.details() or str(error.code()))) from error

    def _connect(self) -> None:
        # The plugin prints its port when it is ready; when it ends before that, there is no port to wait for.
        threading.Thread(target=self._wait_for_end, daemon=True).start()
        port = self._ports.get()
        if not port.isdigit():
            raise EngineError(f"the provider plugin did not start: {self._last_warning or port}")
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=GRPC_OPTIONS)
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def _wait_for_end(self) -> None:
        self._child.wait()
        self._ports.put("")

    def _take_output(self, line: str) -> None:
        if self._stub is None and self._ports.empty():
            self._ports.put(line)
        else:
            self._warn(line)

    def _warn(self, line: str) -> None:
        self._last_warning = line
        self._on_warning(line)


def last_line(text: str) -> str:
    """Reduce a Python traceback to the exception's class and message, on one line."""
    lines = text.strip().splitlines()
    if _TRACEBACK in lines:
        start = len(lines) - lines[::-1].index(_TRACEBACK)
        lines = lines[start:]
        while len(lines) > 1 and lines[0].startswith(" "):
            del lines[0]
    return " ".join(line.strip() for line in lines if line.strip())


def _clear(properties: Properties) -> Any:
    return to_struct(in_clear(properties))


def _names(urn: str) -> dict[str, Any]:
    return {"urn": urn, "name": name_of(urn), "type": type_of(urn)}
