"""The engine's side of Pulumi's protocol: what the program's SDK talks to over gRPC."""

from collections.abc import Callable
from concurrent import futures
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc

from plivo_sandbox.engine.errors import EngineError, UnsupportedError
from plivo_sandbox.engine.goals import RequestError, goal_of_read, goal_of_registration, values_of
from plivo_sandbox.engine.loopback import GRPC_OPTIONS
from plivo_sandbox.engine.properties import to_struct
from plivo_sandbox.engine.registrations import Registrations
from plivo_sandbox.engine.run import Run, StoppedError

# What is not supported is claimed too where the SDK would otherwise tell the user to update the CLI: the request
# that follows gets an answer that is of use.
FEATURES = {
    "secrets",
    "aliasSpecs",
    "deletedWith",
    "replaceWith",
    "transforms",
    "invokeTransforms",
    "parameterization",
    "resourceHooks",
    "errorHooks",
}

# Registrations that wait for one another must not keep messages of the program from being taken.
SERVER_THREADS = 48


Taken = TypeVar("Taken")


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Takes the program's resources."""

    def __init__(self, run: Run, registrations: Registrations) -> None:
        self._run = run
        self._registrations = registrations

    def GetDeploymentInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002 - gRPC's names
        """Let newer SDKs ask as older ones do, feature by feature."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not implemented")

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Say what this engine knows of."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in FEATURES)

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Create, change or keep a resource."""
        registered = self._take(
            lambda: self._registrations.register(goal_of_registration(request, self._run.directory)), context
        )
        state = registered.state
        if state is None:
            if not request.supportsResultReporting:
                self._refuse(UnsupportedError("a program with this version of the Pulumi SDK"), context)
            return resource_pb2.RegisterResourceResponse(urn=registered.urn, result=resource_pb2.Result.FAIL)
        outputs = to_struct(state.outputs) if state.custom else None
        return resource_pb2.RegisterResourceResponse(urn=state.urn, id=state.id, object=outputs)

    def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Look up a resource that the stack does not own."""
        registered = self._take(lambda: self._registrations.register(goal_of_read(request)), context)
        state = registered.state
        if state is not None:
            found = resource_pb2.ReadResourceResponse(urn=state.urn, properties=to_struct(state.outputs))
            return _with_known_fields(found, id=state.id)
        failed = resource_pb2.ReadResourceResponse(urn=registered.urn)
        if "result" not in failed.DESCRIPTOR.fields_by_name:
            # Older SDKs would take the answer for a success.
            self._run.stopped.set()
            context.abort(grpc.StatusCode.UNAVAILABLE, "the run is stopped")
        return _with_known_fields(failed, result=resource_pb2.Result.FAIL)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take the outputs of a component or of the stack."""
        self._take(
            lambda: self._registrations.set_outputs(request.urn, values_of(request.outputs, self._run.directory)),
            context,
        )
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Let the program end: nothing that it holds is needed any more."""
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse a function of a provider."""
        self._refuse(UnsupportedError(f"calling {request.tok}"), context)

    def Call(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse a method of a resource."""
        self._refuse(UnsupportedError(f"calling {request.tok}"), context)

    def RegisterPackage(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse a parameterized provider."""
        self._refuse(UnsupportedError(f"the package {request.name}"), context)

    def RegisterStackTransform(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Refuse a transform."""
        self._refuse(UnsupportedError("a transform"), context)

    def RegisterStackInvokeTransform(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Refuse a transform."""
        self._refuse(UnsupportedError("a transform"), context)

    def RegisterResourceHook(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse a hook."""
        self._refuse(UnsupportedError(f"the resource hook {request.name}"), context)

    def RegisterErrorHook(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse a hook."""
        self._refuse(UnsupportedError(f"the error hook {request.name}"), context)

    def _take(self, take: Callable[[], Taken], context: Any) -> Taken:
        try:
            return take()
        except EngineError as error:
            self._refuse(error, context)
        except RequestError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except StoppedError:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the run is stopped")
        except Exception as error:
            self._run.stop(f"the engine failed: {type(error).__name__}: {error}")
            raise
        raise AssertionError  # abort raises

    def _refuse(self, error: EngineError, context: Any) -> NoReturn:
        self._run.stop(str(error))
        context.abort(grpc.StatusCode.UNAVAILABLE, str(error))
        raise AssertionError  # abort raises


def _with_known_fields(message: Any, **fields: Any) -> Any:
    """Set the fields that this version of the SDK has."""
    for name, value in fields.items():
        if name in message.DESCRIPTOR.fields_by_name:
            setattr(message, name, value)
    return message


class MonitorServer:
    """The monitor on a free port of the loopback interface, for as long as it is entered."""

    def __init__(self, run: Run, registrations: Registrations) -> None:
        self._server = grpc.server(futures.ThreadPoolExecutor(SERVER_THREADS), options=GRPC_OPTIONS)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(run, registrations), self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> "MonitorServer":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()
