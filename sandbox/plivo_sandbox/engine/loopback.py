"""Processes of this machine talk to each other directly, whatever proxy the user needs for the rest of the world."""

from collections.abc import Mapping

GRPC_OPTIONS = [("grpc.max_receive_message_length", 400 * 1024 * 1024), ("grpc.enable_http_proxy", 0)]

ADDRESSES = ("127.0.0.1", "localhost")


def direct_on_loopback(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with this machine among the addresses that need no proxy, for gRPC and for HTTP."""
    exempt = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    names = ",".join([name for name in exempt.split(",") if name and name not in ADDRESSES] + list(ADDRESSES))
    return {**environment, "no_proxy": names, "NO_PROXY": names}
