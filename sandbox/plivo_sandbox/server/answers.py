"""What a route answers, and how that becomes an HTTP response under the quirks."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from plivo_sandbox.server.errors import PlivoError
from plivo_sandbox.server.quirks import Quirks

# The address that version 1 uuids carry; a fixed one, so that no answer holds the address of this machine.
NODE = 0x0242AC110007


@dataclass(frozen=True)
class Answer:
    """A JSON object without its `api_id`, and a status; None stands for no content."""

    body: Mapping[str, Any] | None
    status: int = 200


SUCCESS = Answer({"response": "success"})
NO_CONTENT = Answer(None, 204)


def response(answer: Answer, quirks: Quirks) -> Response:
    """Return the HTTP response for an answer."""
    if answer.body is None:
        if quirks["no-content-body"] == "none":
            return Response(status_code=answer.status)
        # A client that knows that a 204 has no body leaves it on the connection, where it would spoil the next answer.
        with_body = JSONResponse(_with_api_id(SUCCESS.body or {}, quirks), answer.status, {"Connection": "close"})
        with_body.headers["Content-Length"] = str(len(with_body.body))
        return with_body
    return JSONResponse(_with_api_id(answer.body, quirks), answer.status)


def error_response(error: PlivoError, quirks: Quirks) -> Response:
    """Return the HTTP response for an error."""
    headers = {}
    if error.status == 429 and quirks["retry-after"] != "none":
        headers["Retry-After"] = quirks["retry-after"]
    shape = quirks["error-shape"]
    if shape == "text" or (error.status == 401 and quirks["unauthorized-body"] == "text"):
        return PlainTextResponse(error.text, error.status, headers)
    if shape == "empty":
        return JSONResponse({}, error.status, headers)
    body = {"error": error.text if shape == "standard" else {"error": error.text}}
    if error.status == 401 and quirks["unauthorized-body"] == "no-api-id":
        return JSONResponse(body, error.status, headers)
    return JSONResponse(_with_api_id(body, quirks), error.status, headers)


def _with_api_id(body: Mapping[str, Any], quirks: Quirks) -> dict[str, Any]:
    return {**body} if quirks["api-id"] == "missing" else {"api_id": str(uuid.uuid1(NODE)), **body}
