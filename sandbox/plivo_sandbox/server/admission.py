"""Who is let in: programs on this machine, and no web page, whose requests a browser sends from this machine too.

A browser names the page's site in `Origin`, or in `Sec-Fetch-Site`, and the host that it believes to talk to in `Host`;
a script cannot change them. Other clients send no more than the `Host` that they were told to call.

| who calls | Host | Origin | Sec-Fetch-Site | let in |
|---|---|---|---|---|
| the provider, an SDK, curl, an admin client | this sandbox | none | none | yes |
| a browser's address line | this sandbox | none | `none` | yes |
| a page's form, fetch or preflight | this sandbox | the page's, or `null` | `cross-site`, `same-site` | no |
| a page's link, image, script or frame | this sandbox | none | `cross-site`, `same-site` | no |
| a page whose name was made to lead here (DNS rebinding) | the page's | none, or the page's | `same-origin` | no |
"""

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

# The names under which a client on this machine finds it.
NAMES = ("127.0.0.1", "localhost", "[::1]")
HTTP_PORT = 80

#: The most bytes of a body; no call of Plivo's that the sandbox knows has a thousandth of it.
MOST_BYTES = 256 * 1024


class RefusedError(Exception):
    """Why a request is not let in: the status, and one line for whoever sent it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def admit(scope: Scope) -> None:
    """Let a request in by its headers alone; raises `RefusedError` for what a web page could have sent."""
    port = scope["server"][1]
    headers = Headers(scope=scope)
    hosts = [host.lower() for host in headers.getlist("host")]
    own = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == HTTP_PORT else set())
    if len(hosts) != 1 or hosts[0] not in own:
        raise RefusedError(403, f"this is the plivo-sandbox of 127.0.0.1:{port}, and the request's Host is another")
    if any(origin.lower() != f"http://{hosts[0]}" for origin in headers.getlist("origin")):
        raise RefusedError(403, "a web page's request is refused: its Origin is not the sandbox's own")
    if not set(headers.getlist("sec-fetch-site")) <= {"none", "same-origin"}:
        raise RefusedError(403, "a web page's request is refused: type the address into the browser to look at it")


async def bounded_body(receive: Receive) -> bytes | None:
    """Return a request's body, None when the client has left; raises `RefusedError` once it is too long."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise RefusedError(413, f"the body is longer than {MOST_BYTES} bytes")
        if not message.get("more_body", False):
            return bytes(body)
