"""The calls of the engine to the provider of a run."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any, Protocol

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.properties import Properties, from_struct, in_clear, keep_secret, to_struct
from plivo_sandbox.engine.urns import name_of, type_of

# As long as the CLI waits for an answer to it.
CANCEL_SECONDS = 30

_TRACEBACK = "Traceback (most recent call last):"
_LINKS = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)


class ProviderError(Exception):
    """The provider raised; the text is class and message."""


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


class PluginHost(Protocol):
    """Where the SDK's plugin for dynamic providers runs.

    Attributes:
        parallel_calls: How many calls it takes at a time.
        last_line: The last line that it printed, or nothing.
    """

    parallel_calls: int
    last_line: str

    def stub(self) -> Any:
        """Return the plugin's calls, which raise grpc.RpcError. Raises EngineError when it did not start."""

    def end(self) -> None:
        """End the plugin."""


class ProviderPlugin:
    """The provider of all resources of a run.

    Secrets go to it in clear, as it cannot take them otherwise, and what comes back under the same keys is secret
    again. Every method that calls it raises ProviderError when the provider does.
    """

    def __init__(self, host: PluginHost) -> None:
        self.parallel_calls = host.parallel_calls
        self._host = host
        self._calls = threading.BoundedSemaphore(host.parallel_calls)
        self._configured = False
        self._is_ended = False

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

    def cancel(self) -> None:
        """Tell the plugin that the run is cancelled; what it does about it is its own business."""
        # Advice only: a plugin that did not start, or is busy, is left alone.
        with suppress(EngineError, grpc.RpcError):
            self._host.stub().Cancel(empty_pb2.Empty(), timeout=CANCEL_SECONDS)

    def listen_no_more(self) -> None:
        """Take every answer from now on for none: as with the CLI, it is not recorded."""
        self._is_ended = True

    def end(self) -> None:
        """End the plugin; every line that it wrote has been forwarded when this returns."""
        self.listen_no_more()
        self._host.end()

    def _call(self, method: str, request: Any) -> Any:
        stub = self._host.stub()
        with self._calls:
            try:
                answer = getattr(stub, method)(request)
            except grpc.RpcError as error:
                if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                    raise ProviderError(f"the provider's process has ended: {self._host.last_line}") from error
                raise ProviderError(without_stack(error.details() or str(error.code()))) from error
            except ValueError as error:
                # gRPC's word for a channel that has been closed.
                raise ProviderError("the provider's process has been ended") from error
        if self._is_ended:
            raise ProviderError("the provider's process has been ended")
        return answer


def without_stack(text: str) -> str:
    """Reduce a Python traceback to the last exception's class and message, on one line.

    A message that holds a traceback itself is meant to be seen: it is kept as it is.
    """
    lines = text.strip().splitlines()
    while True:
        if lines[:1] == [_TRACEBACK]:
            lines = list(dropwhile(lambda line: line.startswith(" "), lines[1:]))
        mark = next((index for index, line in enumerate(lines) if line in (_TRACEBACK, *_LINKS)), None)
        if mark is None:
            return " ".join(line.strip() for line in lines if line.strip())
        if lines[mark] == _TRACEBACK:
            return "\n".join(lines)
        lines = list(dropwhile(lambda line: not line, lines[mark + 1 :]))


def _clear(properties: Properties) -> Any:
    return to_struct(in_clear(properties))


def _names(urn: str) -> dict[str, Any]:
    return {"urn": urn, "name": name_of(urn), "type": type_of(urn)}
