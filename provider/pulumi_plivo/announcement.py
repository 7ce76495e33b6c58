"""Whether this run has a program: the program says so to Pulumi's engine, and the plugin asks the engine.

A delete before which nothing was checked is one of a destroy, or of an `up` whose targets leave out the ledger and all
that may want the number. Pulumi's engine keeps one text for both sides, the root resource, which Python programs leave
empty.
"""

import functools
import re
import sys
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc
from pulumi.runtime.settings import get_engine

#: What the program says.
ANNOUNCED = "plivo:Ledger"
ADDRESS = re.compile(r"\S+:\d+")
#: Seconds for which the engine, a process of the same machine, is waited for.
PATIENCE = 10


def announce() -> None:
    """Tell the engine of this program; mocks have no engine."""
    engine: Any = get_engine()
    if hasattr(engine, "SetRootResource"):
        engine.SetRootResource(engine_pb2.SetRootResourceRequest(urn=ANNOUNCED))


def was_announced() -> bool:
    """Ask the engine of this plugin whether a program has said that it has resources of this package.

    An engine that does not answer may have one.
    """
    engine = _engine_of_plugin()
    if engine is None:
        return False
    try:
        answer = engine.GetRootResource(engine_pb2.GetRootResourceRequest(), timeout=PATIENCE)
    except grpc.RpcError as error:
        # An engine that does not know the question has been given no answer either.
        return not (isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.UNIMPLEMENTED)
    return bool(answer.urn == ANNOUNCED)


@functools.cache
def _engine_of_plugin() -> Any:
    """Return the calls of the engine that started this process; None where it is no plugin."""
    is_plugin = hasattr(sys.modules.get("__main__"), "DynamicResourceProviderServicer")
    addresses = [argument for argument in sys.argv[1:] if ADDRESS.fullmatch(argument)]
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(addresses[-1])) if is_plugin and addresses else None
