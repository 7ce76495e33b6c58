"""The local Plivo without a server: each call is answered where it is made, in a tenth of the time.

What HTTP does with calls and with faults is tested on the server; here a fault is what a client makes of it.
"""

import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from plivo_sandbox.server import powerpacks
from plivo_sandbox.server.application import Sandbox
from plivo_sandbox.server.calls import Call
from plivo_sandbox.server.database import SCHEMA, transaction
from plivo_sandbox.server.faults import Fault
from plivo_sandbox.server.seed import add_seed
from plivo_sandbox.server.state import read_state
from pulumi_plivo.api.exchanges import ExchangeError, Exchanges
from requests.auth import _basic_auth_str
from starlette.requests import Request
from starlette.responses import Response
from urllib3 import HTTPResponse

BASE_URL = "http://127.0.0.1:9/v1"


RENTING_PATH = re.compile(r"/Account/(\w+)/NumberPool/[^/]+/(?:Number|Tollfree)/(\d+)/")


class Renting(NamedTuple):
    """A call that asked to rent a number, and that Plivo got; whether the account rented that before."""

    number: str
    was_rented: bool


class DirectPlivo:
    """What `RunningSandbox` is, without its server.

    Attributes:
        rentings: The calls so far that asked to rent a number and that had their effect, in order.
    """

    base_url = BASE_URL

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(SCHEMA)
        self._sandbox = Sandbox(connection=self._connection)
        self._faults = self._sandbox.faults
        self.rentings: list[Renting] = []

    def close(self) -> None:
        self._connection.close()

    def saved(self) -> sqlite3.Connection:
        """Return a copy of all that it holds."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.backup(copy)
        return copy

    def restore(self, saved: sqlite3.Connection) -> None:
        """Hold again what it did."""
        saved.backup(self._connection)
        self.calls.clear()
        self.rentings.clear()

    @property
    def calls(self) -> list[Call]:
        return self._sandbox.calls

    def seed(self, accounts: Mapping[str, Any]) -> None:
        with transaction(self._connection):
            add_seed(self._connection, accounts)

    def set_quirk(self, name: str, value: str) -> None:
        self._sandbox.quirks.set(name, value)

    def add_fault(self, spec: str) -> None:
        self._faults.add(spec)

    def clear_faults(self) -> None:
        self._faults.clear()

    def state(self) -> dict[str, Any]:
        return read_state(self._connection)

    def powerpacks(self, auth_id: str) -> dict[str, tuple[str, str]]:
        """Return the Powerpacks of an account: the name and the pool of each, by its uuid."""
        rows = powerpacks.every(self._connection, auth_id)
        return {row["uuid"]: (row["name"], row["number_pool_uuid"]) for row in rows}

    def exchange(
        self,
        exchanges: Exchanges,
        method: str,
        url: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> tuple[HTTPResponse, bytes]:
        """Do what `Exchanges.make` does. Raises ExchangeError where no answer arrives."""
        path, asked = urlsplit(url).path, urlencode(query or {})
        content = b"" if body is None else json.dumps(body).encode()
        call = Call(method, path, asked, content)
        self.calls.append(call)
        credentials = exchanges._credentials
        headers = [(b"authorization", _basic_auth_str(credentials.username, credentials.password).encode())]
        scope = {"type": "http", "method": method, "path": path, "query_string": asked.encode(), "headers": headers}
        fault = self._faults.for_call(method, path)
        answer: Response | None = None
        if fault is None or fault.committed:
            self._note_renting(path, body)
            answer = self._sandbox.answer(Request(scope), path, content)
        if fault is not None:
            answer = _gone_wrong(fault, answer)
        if answer is None:
            raise ExchangeError("the connection was closed", is_final=False)
        call.status = answer.status_code
        if fault is not None and fault.action == "truncate":
            raise ExchangeError("the answer broke off", is_final=False)
        return HTTPResponse(headers=dict(answer.headers), status=answer.status_code), bytes(answer.body)

    def _note_renting(self, path: str, body: Mapping[str, Any] | None) -> None:
        found = RENTING_PATH.search(path) if body and body.get("rent") else None
        if found:
            auth_id, number = found.groups()
            self.rentings.append(Renting(number, number in self.state()["accounts"][auth_id]["numbers"]))


def _gone_wrong(fault: Fault, answer: Response | None) -> Response | None:
    if fault.action == "empty":
        return Response()
    if fault.status:
        response = Response(fault.body or "", fault.status)
        for name, value in fault.headers:
            response.headers[name] = value
        return response
    return None if fault.action == "drop-answer" else answer
