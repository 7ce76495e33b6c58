"""The SDK's own plugin for dynamic providers, in a process of its own.

It is started and ended as the CLI does it: behind a shell, in a process group of its own, with pipes to the engine that
stay open for as long as the engine lives. Nothing ends it when the engine is killed: it has to notice by itself.
"""

import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from plivo_sandbox.engine.child_process import SECONDS_TO_END, Child
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.loopback import GRPC_OPTIONS

# A shell replaces itself with its last command: with one more, it stays between the engine and the plugin.
SCRIPT = '"$0" -u -m pulumi.dynamic "$1"; exit $?'


class PluginProcess:
    """Hosts the provider of one run in a child process, as the CLI does; what it prints goes to `on_line`.

    `engine` is the address of the engine's own service.
    """

    # As many as the plugin has threads.
    parallel_calls = 4

    def __init__(
        self, directory: Path, environment: Mapping[str, str], on_line: Callable[[str], None], engine: str
    ) -> None:
        self.last_line = ""
        self._on_line = on_line
        self._ports: queue.Queue[str] = queue.Queue()
        self._starting = threading.Lock()
        self._ending = threading.Lock()
        self._channel: grpc.Channel | None = None
        self._stub: Any = None
        self._child = Child(
            ["/bin/sh", "-c", SCRIPT, sys.executable, engine],
            directory,
            environment,
            on_output=self._take_output,
            on_error=self._warn,
        )

    def stub(self) -> Any:
        """Return the plugin's calls; wait for it to be ready.

        Raises:
            EngineError: it did not start.
        """
        with self._starting:
            if self._stub is None:
                self._connect()
            return self._stub

    def end(self) -> None:
        """Tell the plugin, then end it; every line that it wrote has been forwarded when this returns."""
        with self._ending:
            if self._channel is not None:
                # As the CLI does, after every run.
                with suppress(grpc.RpcError):
                    self._stub.Cancel(empty_pb2.Empty(), timeout=SECONDS_TO_END)
                self._channel.close()
                self._channel = None
            self._child.end(signal.SIGINT)

    def _connect(self) -> None:
        # The plugin prints its port when it is ready; when it ends before that, there is no port to wait for.
        threading.Thread(target=self._wait_for_end, daemon=True).start()
        port = self._ports.get()
        if not port.isdigit():
            raise EngineError(f"the provider plugin did not start: {self.last_line or port}")
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
        self.last_line = line
        self._on_line(line)
