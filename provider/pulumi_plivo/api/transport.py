"""Sends one call and brings back one complete answer, trying again where that may help."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from pulumi_plivo.api.pacing import Pacer

LARGEST_BODY = 8 * 1024 * 1024
LONGEST_WAIT = 120.0
RETRIED_STATUSES = frozenset({429, *range(500, 600)})


@dataclass(frozen=True)
class Answer:
    """A complete answer: its status, its body both raw and decoded, and how many tries it took."""

    status: int
    body: bytes
    payload: Any
    attempts: int


class NoAnswerError(Exception):
    """No complete, readable answer arrived, however often the call was sent."""

    def __init__(self, reason: str, attempts: int, status: int | None = None) -> None:
        self.reason = reason
        self.attempts = attempts
        self.status = status
        super().__init__(reason)


class RetryPolicy(Retry):
    """urllib3's retries: exponential with jitter, for any method, and a `Retry-After` that cannot break a run."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Return the seconds that the server asks to wait; None when it does not say, or says it unreadably."""
        try:
            return super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):
            return None

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait before the next try; after a 429 the pacer does, for every thread."""
        if response is None or response.status != 429:
            super().sleep(response)


def retry_policy(max_retries: int, backoff: float) -> Retry:
    """Return the policy: `max_retries` tries after the first, waits of `backoff` seconds that double."""
    return RetryPolicy(
        total=max_retries,
        allowed_methods=None,
        status_forcelist=RETRIED_STATUSES,
        backoff_factor=backoff,
        backoff_max=30.0,
        backoff_jitter=backoff,
        raise_on_status=False,
    )


class Transport:
    """HTTP with credentials, one `requests.Session` a thread; `pacer` lets every try go in its turn."""

    def __init__(
        self,
        *,
        auth_id: str,
        auth_token: str,
        timeout: float,
        policy: Retry,
        pacer: Pacer,
        user_agent: str,
        proxied: bool,
    ) -> None:
        self._credentials = HTTPBasicAuth(auth_id, auth_token)
        self._timeout = timeout
        self._policy = policy
        self._pacer = pacer
        self._user_agent = user_agent
        self._proxied = proxied
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()
        self._local = threading.local()

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        expects_json: bool = True,
    ) -> Answer:
        """Send a call until a complete answer arrives or the retries are used up.

        Raises NoAnswerError when none arrives. An answer with an error status is an answer.
        """
        policy = self._policy
        while True:
            attempts = len(policy.history) + 1
            raw: BaseHTTPResponse | None = None
            try:
                response, content = self._exchange_in_turn(method, url, query, body, attempts)
            except (requests.exceptions.SSLError, _BodyTooLargeError) as error:
                raise NoAnswerError(_reason(error), attempts) from error
            except requests.RequestException as error:
                failure: Exception = NoAnswerError(_reason(error), attempts)
            else:
                raw = response.raw
                payload = _decoded(content)
                complete = not (response.ok and expects_json and not isinstance(payload, dict))
                if complete and not policy.is_retry(method, response.status_code):
                    return Answer(response.status_code, content, payload, attempts)
                if not complete:
                    failure = NoAnswerError("an answer without readable JSON", attempts, response.status_code)
                    raw = None
                elif (policy.get_retry_after(response.raw) or 0.0) > LONGEST_WAIT:
                    return Answer(response.status_code, content, payload, attempts)
            try:
                policy = policy.increment(method, url, response=raw, error=None if raw else failure)
            except MaxRetryError:
                if raw is None:
                    raise failure from None
                return Answer(response.status_code, content, payload, attempts)
            policy.sleep(raw)

    def _exchange_in_turn(
        self, method: str, url: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None, attempts: int
    ) -> tuple[requests.Response, bytes]:
        with self._pacer.turn() as departed:
            response, content = self._exchange(method, url, query, body)
        if response.status_code == 429:
            policy = self._policy
            backoff = min(policy.backoff_factor * 2 ** (attempts - 1), policy.backoff_max)
            wait = policy.get_retry_after(response.raw) or backoff
            if wait <= LONGEST_WAIT:
                self._pacer.slow_down(wait, departed)
        return response, content

    def _exchange(
        self, method: str, url: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> tuple[requests.Response, bytes]:
        with self._session().request(
            method,
            url,
            params=query,
            data=None if body is None else json.dumps(body),
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            content = bytearray()
            for chunk in response.iter_content(64 * 1024):
                content += chunk
                if len(content) > LARGEST_BODY:
                    raise _BodyTooLargeError("an answer larger than 8 MiB")
        return response, bytes(content)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.auth = self._credentials
            # Plain http is for this machine only: a proxy from the environment would read the credentials.
            session.trust_env = self._proxied
            session.mount("http://", HTTPAdapter(max_retries=0))
            session.mount("https://", HTTPAdapter(max_retries=0))
            session.headers.update(
                {
                    "User-Agent": self._user_agent,
                    "Accept": "application/json",
                    "Content-Type": "application/json",
                }
            )
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session


class _BodyTooLargeError(requests.RequestException):
    """More bytes than any answer of Plivo has."""


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return f"the connection is not secure ({error})"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer broke off"
    if isinstance(error, requests.ConnectionError):
        # urllib3 wraps what happened into the address and its number of tries, which are said elsewhere.
        cause: object = error.args[0] if error.args else error
        cause = getattr(cause, "reason", cause)
        while isinstance(cause, Exception) and isinstance(cause.args[-1] if cause.args else None, Exception):
            cause = cause.args[-1]
        return f"the connection failed ({cause})"
    return str(error)
