"""Calls that steer a running sandbox, by hand or from any language: without credentials, and not recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from plivo_sandbox.server.faults import FaultError
from plivo_sandbox.server.quirks import QuirkError
from plivo_sandbox.server.state import read_state

if TYPE_CHECKING:
    from plivo_sandbox.server.application import Sandbox

PREFIX = "/_sandbox/"


def answer(sandbox: Sandbox, method: str, path: str, body: bytes) -> JSONResponse:
    """Return the answer to an admin call."""
    match method, path.removeprefix(PREFIX).rstrip("/"):
        case "GET", "calls":
            return JSONResponse([call.as_dict() for call in sandbox.calls])
        case "GET", "state":
            return JSONResponse(read_state(sandbox.connection) if sandbox.connection else {})
        case "GET", "faults":
            return JSONResponse(sandbox.faults.as_list())
        case "POST", "faults":
            return _set_fault(sandbox, body)
        case "DELETE", "faults":
            sandbox.faults.clear()
            return JSONResponse([])
        case "GET", "quirks":
            return JSONResponse(sandbox.quirks.as_dict())
        case "POST", "quirks":
            return _set_quirks(sandbox, body)
    return JSONResponse({"error": "no such admin call"}, 404)


def _set_fault(sandbox: Sandbox, body: bytes) -> JSONResponse:
    fault = _object(body).get("fault")
    if not isinstance(fault, str):
        return JSONResponse({"error": 'the body must be {"fault": "METHOD PATH … ACTION"}'}, 400)
    try:
        sandbox.faults.add(fault)
    except FaultError as error:
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse(sandbox.faults.as_list())


def _set_quirks(sandbox: Sandbox, body: bytes) -> JSONResponse:
    values = _object(body)
    if not values:
        return JSONResponse({"error": 'the body must be {"NAME": "VALUE", …}'}, 400)
    try:
        for name, value in values.items():
            sandbox.quirks.set(name, str(value))
    except QuirkError as error:
        return JSONResponse({"error": str(error)}, 400)
    return JSONResponse(sandbox.quirks.as_dict())


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
