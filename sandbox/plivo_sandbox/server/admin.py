"""Calls that steer a running sandbox, by hand or from any language: without credentials, and not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from plivo_sandbox.server.accounts import rotate_token
from plivo_sandbox.server.database import transaction
from plivo_sandbox.server.errors import PlivoError, bad_request
from plivo_sandbox.server.faults import FaultError
from plivo_sandbox.server.quirks import QuirkError
from plivo_sandbox.server.requests import json_object
from plivo_sandbox.server.state import read_state

if TYPE_CHECKING:
    from plivo_sandbox.server.application import Sandbox

PREFIX = "/_sandbox/"


def answer(sandbox: Sandbox, request: Request, path: str, body: bytes) -> JSONResponse:
    """Return the answer to an admin call."""
    try:
        if body or request.method == "POST":
            _refuse_but_json(request.headers.get("content-type"))
        return _answer(sandbox, request.method, path.removeprefix(PREFIX).rstrip("/"), body)
    except (FaultError, QuirkError) as error:
        return JSONResponse({"error": str(error)}, 400)
    except PlivoError as error:
        return JSONResponse({"error": error.text}, error.status)


def _refuse_but_json(content_type: str | None) -> None:
    # A page can send any other type without asking first.
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise PlivoError(415, "an admin call's body is sent with Content-Type: application/json")


def _answer(sandbox: Sandbox, method: str, name: str, body: bytes) -> JSONResponse:
    match method, name:
        case "GET", "calls":
            return JSONResponse([call.as_dict() for call in sandbox.calls])
        case "GET", "state":
            return JSONResponse(read_state(sandbox.connection) if sandbox.connection else {})
        case "GET", "faults":
            return JSONResponse(sandbox.faults.as_list())
        case "POST", "faults":
            return _set_fault(sandbox, json_object(body))
        case "DELETE", "faults":
            sandbox.faults.clear()
            return JSONResponse([])
        case "GET", "quirks":
            return JSONResponse(sandbox.quirks.as_dict())
        case "POST", "quirks":
            return _set_quirks(sandbox, json_object(body))
        case "POST", "tokens":
            return _rotate_tokens(sandbox, json_object(body))
        case "POST", "release":
            sandbox.release()
            return JSONResponse([])
    raise PlivoError(404, "no such admin call")


def _set_fault(sandbox: Sandbox, content: dict[str, Any]) -> JSONResponse:
    fault = content.get("fault")
    if not isinstance(fault, str):
        raise bad_request('the body must be {"fault": "METHOD PATH … ACTION"}')
    sandbox.faults.add(fault)
    return JSONResponse(sandbox.faults.as_list())


def _rotate_tokens(sandbox: Sandbox, tokens: dict[str, Any]) -> JSONResponse:
    if not tokens or not all(isinstance(token, str) and token for token in tokens.values()):
        raise bad_request('the body must be {"AUTH_ID": "TOKEN", …}')
    if sandbox.connection is not None:
        with transaction(sandbox.connection):
            for auth_id, token in tokens.items():
                rotate_token(sandbox.connection, auth_id, token)
    return JSONResponse(sorted(tokens))


def _set_quirks(sandbox: Sandbox, values: dict[str, Any]) -> JSONResponse:
    if not values:
        raise bad_request('the body must be {"NAME": "VALUE", …}')
    for name, value in values.items():
        sandbox.quirks.set(name, str(value))
    return JSONResponse(sandbox.quirks.as_dict())
