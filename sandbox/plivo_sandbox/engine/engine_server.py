"""The engine's own service, to which the program and the plugin of a run both talk."""

from concurrent import futures
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from plivo_sandbox.engine.errors import UnsupportedError
from plivo_sandbox.engine.loopback import GRPC_OPTIONS
from plivo_sandbox.engine.run import Run

SERVER_THREADS = 16


class Engine(engine_pb2_grpc.EngineServicer):
    """Takes messages, and keeps one text for all who ask."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._root = ""

    def attend(self, run: Run) -> None:
        """Show the messages of this run."""
        self._run = run

    def GetRootResource(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002 - gRPC's names
        """Return what was set."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Keep what the program says."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Show a message; what the program says because the run was stopped is no news."""
        if self._run is not None:
            screen = self._run.screen
            if request.severity == engine_pb2.ERROR and not self._run.stopped.is_set():
                screen.logged_error(request.message, request.urn)
            elif request.severity == engine_pb2.WARNING:
                screen.warn(request.message, request.urn)
            elif request.severity == engine_pb2.INFO and not request.ephemeral:
                screen.info(request.message, request.urn)
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse: this is no version of the CLI."""
        error = UnsupportedError(f"requiring the Pulumi version {request.pulumi_version_range}")
        if self._run is not None:
            self._run.stop(str(error))
        context.abort(grpc.StatusCode.UNAVAILABLE, str(error))


class EngineServer:
    """The service on a free port of the loopback interface, for as long as it is entered."""

    def __init__(self) -> None:
        self._server = grpc.server(futures.ThreadPoolExecutor(SERVER_THREADS), options=GRPC_OPTIONS)
        self.engine = Engine()
        engine_pb2_grpc.add_EngineServicer_to_server(self.engine, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> "EngineServer":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()
