"""The provider as Pulumi's engine meets it: in a process of its own, over gRPC."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc
from pulumi_plivo.ledger import NAME, LedgerProvider
from pulumi_plivo.plans.claim import Claim, written
from pulumi_plivo.plugin.plivo_provider import RESOURCE

from tests.warm.processes import WarmProcess, WarmPython


@dataclass
class Checked:
    """The answer to a check."""

    inputs: dict[str, Any]
    failures: dict[str, str]


@dataclass
class Diffed:
    """The answer to a diff."""

    changes: bool
    replaces: list[str]


def details(error: grpc.RpcError) -> str:
    """Return the text of an error as the engine gets it."""
    assert isinstance(error, grpc.Call)
    return error.details() or ""


@dataclass
class Ledger:
    """What the state keeps of a ledger, and why its check failed, if it did."""

    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    refused: str = ""


class ProviderHost:
    """One provider class in a running plugin.

    Args:
        stub: The plugin.
        provider: The class.
        resource: The name under which the ledger has the claim of the resource that is checked; None for no ledger.
    """

    def __init__(
        self, stub: provider_pb2_grpc.ResourceProviderStub, provider: ResourceProvider, resource: str | None = None
    ) -> None:
        self._stub = stub
        self._blob = serialize_provider(provider)
        self._hidden = {} if resource is None else {RESOURCE: resource}

    def check(self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> Checked:
        """Call Check."""
        request = provider_pb2.CheckRequest(olds=self._struct(olds or {}), news=self._struct({**news, **self._hidden}))
        response = self._stub.Check(request)
        return Checked(_plain(response.inputs), {each.property: each.reason for each in response.failures})

    def diff(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Diffed:
        """Call Diff."""
        request = provider_pb2.DiffRequest(id=id_, olds=self._struct(olds), news=self._struct(news))
        response = self._stub.Diff(request)
        return Diffed(response.changes == provider_pb2.DiffResponse.DIFF_SOME, list(response.replaces))

    def create(self, news: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Call Check, then Create with what it returns; return the id and the outputs."""
        checked = self.check(news)
        assert not checked.failures
        return self.make(checked.inputs)

    def make(self, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Call Create alone."""
        response = self._stub.Create(provider_pb2.CreateRequest(properties=self._struct(inputs)))
        return response.id, _plain(response.properties)

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """Call Check, then Update; return the outputs."""
        return self.apply(id_, olds, self.check(news, olds).inputs)

    def apply(self, id_: str, olds: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Call Update alone."""
        request = provider_pb2.UpdateRequest(id=id_, olds=self._struct(olds), news=self._struct(inputs))
        return _plain(self._stub.Update(request).properties)

    def read(self, id_: str, properties: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """Call Read; return the id, outputs and inputs."""
        response = self._stub.Read(provider_pb2.ReadRequest(id=id_, properties=self._struct(properties)))
        return response.id, _plain(response.properties), _plain(response.inputs)

    def delete(self, id_: str, properties: Mapping[str, Any]) -> None:
        """Call Delete."""
        self._stub.Delete(provider_pb2.DeleteRequest(id=id_, properties=self._struct(properties)))

    def _struct(self, values: Mapping[str, Any]) -> Struct:
        struct = Struct()
        struct.update({**values, "__provider": self._blob})
        return struct


class Plugin:
    """A run of the plugin: one process, as one `pulumi` command has it."""

    def __init__(self, process: WarmProcess, channel: grpc.Channel, errors: Path) -> None:
        self.process = process
        self._stub = provider_pb2_grpc.ResourceProviderStub(channel)
        self._errors = errors

    def configure(self, config: Mapping[str, str]) -> None:
        """Hand over the stack's config."""
        args = Struct()
        args.update(dict(config))
        self._stub.Configure(provider_pb2.ConfigureRequest(args=args))

    def host(self, provider: ResourceProvider, resource: str | None = None) -> ProviderHost:
        """Return the calls of one provider class, for a resource that the ledger has under a name."""
        return ProviderHost(self._stub, provider, resource)

    @property
    def ledger(self) -> ProviderHost:
        """The calls of the ledger's provider."""
        return self.host(LedgerProvider())

    def open(self, now: Iterable[Claim], before: Ledger | None = None, *, is_preview: bool = False) -> Ledger:
        """Open the ledger of a program, as the engine does before all else; return what the state has of it then.

        Args:
            now: What the program claims.
            before: What the state has of the program before; None for a stack without.
            is_preview: Whether this is a preview, which leaves the state as it is.
        """
        ledger, before = self.ledger, before or Ledger()
        checked = ledger.check({"claims": written(now), "is_preview": is_preview or None}, before.inputs)
        if before.outputs:
            ledger.diff(NAME, before.outputs, checked.inputs)
        if is_preview or checked.failures:
            return Ledger(before.inputs, before.outputs, "".join(checked.failures.values()))
        if before.outputs:
            return Ledger(checked.inputs, ledger.apply(NAME, before.outputs, checked.inputs))
        return Ledger(checked.inputs, ledger.make(checked.inputs)[1])

    @property
    def warnings(self) -> str:
        """What the plugin wrote to stderr so far."""
        return self._errors.read_text()


@contextmanager
def running_plugin(
    warm: WarmPython, directory: Path, config: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[Plugin]:
    """Run `python -m pulumi.dynamic` with a stack's config."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PLIVO_")}
    errors = directory / f"plugin-{len(list(directory.iterdir()))}.stderr"
    with (
        errors.open("wb") as stderr,
        warm.start(
            [sys.executable, "-u", "-m", "pulumi.dynamic"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**inherited, **environment},
            start_new_session=True,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                plugin = Plugin(process, channel, errors)
                plugin.configure(config)
                yield plugin
        finally:
            process.kill()


def _plain(struct: Struct) -> dict[str, Any]:
    return {key: value for key, value in MessageToDict(struct).items() if key != "__provider"}
