"""One exchange with Plivo: a request goes out with the credentials, and a whole answer comes in, or none in time."""

import contextlib
import json
import queue
import re
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as UrllibTimeoutError
from urllib3.response import BaseHTTPResponse

from pulumi_plivo.api.connections import BoundedAdapter
from pulumi_plivo.api.deadline import deadline

#: How urllib3 begins what it says of a connection.
_OF_A_CONNECTION = re.compile(r"^\w+\(host=[^()]*\): ")
LARGEST_BODY = 8 * 1024 * 1024


class ExchangeError(Exception):
    """No whole answer arrived; `is_final` where a second try would end alike."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        self.reason = reason
        self.is_final = is_final
        super().__init__(reason)


class Exchanges:
    """Makes exchanges of many threads; one that begins takes over a connection on which no other waits.

    Args:
        auth_id: The account.
        auth_token: Its token.
        timeout: Seconds for a whole exchange.
        user_agent: What the client calls itself.
        is_proxied: Whether the proxies of the environment are used.
    """

    def __init__(self, *, auth_id: str, auth_token: str, timeout: float, user_agent: str, is_proxied: bool) -> None:
        self._credentials = HTTPBasicAuth(auth_id, auth_token)
        self._timeout = timeout
        self._user_agent = user_agent
        self._is_proxied = is_proxied
        # The last one given back is the first to go out again: of many, those that are not needed stay idle.
        self._idle: queue.LifoQueue[requests.Session] = queue.LifoQueue()

    def close(self) -> None:
        """Close the connections, but for those of exchanges that are not over."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def make(
        self, method: str, url: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> tuple[BaseHTTPResponse, bytes]:
        """Send a request and return the response with its whole body. Raises ExchangeError."""
        try:
            with deadline(self._timeout):
                return self._made(method, url, query, body)
        except (requests.RequestException, HTTPError) as error:
            is_final = isinstance(error, requests.exceptions.SSLError | _BodyTooLargeError)
            raise ExchangeError(_reason(error), is_final=is_final) from error

    def _made(
        self, method: str, url: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> tuple[BaseHTTPResponse, bytes]:
        with (
            self._session() as session,
            session.request(
                method,
                url,
                params=query,
                data=None if body is None else json.dumps(body),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            content = bytearray()
            for chunk in response.iter_content(64 * 1024):
                content += chunk
                if len(content) > LARGEST_BODY:
                    raise _BodyTooLargeError("an answer larger than 8 MiB")
        raw: BaseHTTPResponse = response.raw
        return raw, bytes(content)

    @contextlib.contextmanager
    def _session(self) -> Iterator[requests.Session]:
        try:
            session = self._idle.get_nowait()
        except queue.Empty:
            session = self._new_session()
        try:
            yield session
        finally:
            self._idle.put(session)

    def _new_session(self) -> requests.Session:
        session = _Session()
        session.auth = self._credentials
        # Plain http is for this machine only: a proxy from the environment would read the credentials.
        session.trust_env = self._is_proxied
        adapter = BoundedAdapter(max_retries=0)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        session.headers.update(
            {
                "User-Agent": self._user_agent,
                "Accept": "application/json",
                "Content-Type": "application/json",
            }
        )
        return session


class _Session(requests.Session):
    """A session that does not look at where a redirect leads: it would read its whole body to find out."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return that there is none."""


class _BodyTooLargeError(requests.RequestException):
    """More bytes than any answer of Plivo has."""


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return f"the connection is not secure ({error})"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer broke off"
    # urllib3 wraps what happened into the address and its number of tries, which are said elsewhere.
    cause: object = error.args[0] if error.args else error
    cause = getattr(cause, "reason", cause)
    while isinstance(cause, Exception) and isinstance(cause.args[-1] if cause.args else None, Exception):
        cause = cause.args[-1]
    # To urllib3 a connection that was refused is one that took too long.
    is_refused = isinstance(cause, NewConnectionError)
    if isinstance(error, requests.Timeout) or (isinstance(cause, TimeoutError | UrllibTimeoutError) and not is_refused):
        return "no answer in time"
    said = _OF_A_CONNECTION.sub("", str(cause))
    return f"the connection failed ({said})" if isinstance(error, requests.ConnectionError) else str(error)
