"""The ASGI application: from a request to its answer, in one transaction, through the faults."""

import asyncio
import re
import sqlite3
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from plivo_sandbox.server import admin, connections
from plivo_sandbox.server.accounts import authenticate
from plivo_sandbox.server.admission import RefusedError, admit, bounded_body
from plivo_sandbox.server.answers import error_response, response
from plivo_sandbox.server.calls import Call
from plivo_sandbox.server.database import transaction
from plivo_sandbox.server.errors import HalfDoneError, PlivoError, not_found
from plivo_sandbox.server.faults import Fault, Faults
from plivo_sandbox.server.quirks import Quirks
from plivo_sandbox.server.rate_limit import RateLimit
from plivo_sandbox.server.requests import PlivoRequest
from plivo_sandbox.server.routes import route

ACCOUNT_PATH = re.compile(r"/v1/Account/([^/]+)(/.*)", re.DOTALL)
SLASHES = re.compile("//+")


@dataclass
class Sandbox:
    """The settings of a running sandbox, and the calls it received; as an ASGI application it answers them."""

    quirks: Quirks = field(default_factory=Quirks)
    faults: Faults = field(default_factory=Faults)
    rate_limit: RateLimit | None = None
    calls: list[Call] = field(default_factory=list)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    connection: sqlite3.Connection | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; requests are acted on one after the other, each in a transaction of its own."""
        try:
            admit(scope)
            body = await bounded_body(receive)
        except RefusedError as refused:
            await JSONResponse({"error": refused.text}, refused.status)(scope, receive, send)
            return
        if body is None:
            return
        request = Request(scope, receive)
        path = SLASHES.sub("/", scope["path"])
        if path.startswith(admin.PREFIX):
            await admin.answer(self, request, path, body)(scope, receive, send)
            return
        query = scope["query_string"].decode(errors="replace")
        call = Call(request.method, scope["raw_path"].decode(errors="replace"), query, body)
        self.calls.append(call)
        fault = self.faults.for_call(request.method, path if path.endswith("/") else path + "/")
        if fault is None:
            answer = self.answer(request, path, body)
            call.status = answer.status_code
            await answer(scope, receive, send)
        else:
            await self._go_wrong(fault, call, request, path, send)

    def answer(self, request: Request, path: str, body: bytes) -> Response:
        """Return the answer to a request, and make it last; an error changes nothing, but for one half-way."""
        assert self.connection is not None, "the application runs inside a server that opened the database"  # noqa: S101
        try:
            with transaction(self.connection):
                try:
                    return self._routed(self.connection, request, path, body)
                except HalfDoneError as error:
                    return error_response(error, self.quirks)
        except PlivoError as error:
            return error_response(error, self.quirks)

    def _routed(self, connection: sqlite3.Connection, request: Request, path: str, body: bytes) -> Response:
        if not path.endswith("/") and self.quirks["missing-slash"] == "accept":
            path += "/"
        match = ACCOUNT_PATH.fullmatch(path)
        if match is None:
            raise not_found()
        auth_id = authenticate(connection, request.headers.get("authorization"))
        if match[1] != auth_id:
            raise PlivoError(int(self.quirks["wrong-account"]), "authentication failed")
        if self.rate_limit is not None:
            self.rate_limit.count(auth_id)
        endpoint, parameters = route(request.method, match[2])
        if (
            auth_id.startswith("SA")
            and match[2].startswith(("/Powerpack/", "/NumberPool/"))
            and self.quirks["subaccount-access"] == "reject"
        ):
            raise PlivoError(403, "forbidden")
        plivo_request = PlivoRequest(connection, self.quirks, auth_id, parameters, request.query_params, body)
        return response(endpoint(plivo_request), self.quirks)

    async def _go_wrong(self, fault: Fault, call: Call, request: Request, path: str, send: Send) -> None:
        scope, receive = request.scope, request.receive
        if fault.action == "delay":
            await self._wait(fault.seconds)
        answer = self.answer(request, path, call.body) if fault.committed else None
        if fault.action == "delay-answer":
            await self._wait(fault.seconds)
        if fault.action == "empty":
            answer = Response()
        elif fault.status:
            answer = _answer_of(fault)
        if answer is None or fault.action == "drop-answer":
            await connections.close(scope, receive)
            return
        call.status = answer.status_code
        if fault.action == "truncate":
            await connections.send_half(answer, scope, receive, send)
        else:
            await answer(scope, receive, send)

    def release(self) -> None:
        """Let every call that a fault holds back go on."""
        self._released.set()
        self._released = asyncio.Event()

    def stop(self) -> None:
        """End; a server that is asked to does not wait for its slowest fault."""
        self.stopping.set()
        self.release()

    async def _wait(self, seconds: float) -> None:
        if self.stopping.is_set():
            return
        try:
            await asyncio.wait_for(self._released.wait(), seconds)
        except asyncio.TimeoutError:
            return


def _answer_of(fault: Fault) -> Response:
    answer = Response(fault.body or "", fault.status)
    if fault.body is not None:
        answer.headers["Content-Type"] = "application/json"
    for name, value in fault.headers:
        answer.headers[name] = value
    return answer
