"""The server's connections, in a form that lets a fault close one in the middle of an answer."""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "plivo_sandbox.transport"


class SandboxProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which puts the connection's transport into the scope of every request."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["state"][TRANSPORT] = self.transport


async def close(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer."""
    _transport(scope).abort()
    await _closed(receive)


async def send_half(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the response with only half of its body, then close the connection."""
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    half = bytes(response.body)[: len(response.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    _transport(scope).close()
    await _closed(receive)


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport = scope["state"][TRANSPORT]
    return transport


async def _closed(receive: Receive) -> None:
    # uvicorn answers 500 to a request that ends without an answer, unless it knows that the connection is gone.
    while (await receive())["type"] != "http.disconnect":
        continue
