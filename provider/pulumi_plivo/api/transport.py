"""Sends one call and brings back one complete answer, trying again where that may help."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from urllib3.exceptions import MaxRetryError
from urllib3.response import BaseHTTPResponse

from pulumi_plivo.api.errors import NotSentError
from pulumi_plivo.api.exchanges import ExchangeError, Exchanges
from pulumi_plivo.api.pacing import Pacer
from pulumi_plivo.api.retries import RetryPolicy
from pulumi_plivo.api.waiting import Waits, asked_to_wait, before_the_next_try

LONGEST_WAIT = 120.0


@dataclass(frozen=True)
class Answer:
    """A complete answer: its status, its body both raw and decoded, and how many tries it took."""

    status: int
    body: bytes
    payload: Any
    attempts: int


class NoAnswerError(Exception):
    """No complete, readable answer arrived, however often the call was sent; `attempts` is 0 when it never was."""

    def __init__(self, reason: str, attempts: int, status: int | None = None) -> None:
        self.reason = reason
        self.attempts = attempts
        self.status = status
        super().__init__(reason)


class Transport:
    """Calls with all their tries.

    `pacer` lets every try go in its turn; `permission` is asked with the method before every try and every wait.
    """

    def __init__(
        self,
        *,
        account_url: str,
        auth_id: str,
        auth_token: str,
        timeout: float,
        policy: RetryPolicy,
        pacer: Pacer,
        waits: Waits,
        permission: Callable[[str], None],
        user_agent: str,
    ) -> None:
        self._account_url = account_url
        self._exchanges = Exchanges(
            auth_id=auth_id,
            auth_token=auth_token,
            timeout=timeout,
            user_agent=user_agent,
            is_proxied=account_url.startswith("https://"),
        )
        self._policy = policy
        self._pacer = pacer
        self._waits = waits
        self._permission = permission

    def close(self) -> None:
        """Close the connections of every thread."""
        self._exchanges.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        expects_json: bool = True,
        is_repeatable: bool = True,
    ) -> Answer:
        """Send a call until a complete answer arrives or the retries are used up.

        One that is not repeatable is sent again after a 429 alone, which says that nothing was done.

        Raises NoAnswerError when none arrives, or the call must not be sent. An answer with an error status is an
        answer.
        """
        policy, attempts = self._policy, 0
        permit = functools.partial(self._permission, method)
        name = f"{method} {url.removeprefix(self._account_url)}"
        try:
            while True:
                with self._pacer.turn(permit) as departed:
                    attempts += 1
                    outcome = self._try(method, url, query, body, expects_json, attempts)
                if outcome.status == 429:
                    self._slow_down(outcome, departed, name)
                may_repeat = is_repeatable or outcome.status == 429
                following = _following(policy, outcome, method, url) if may_repeat else None
                if following is None:
                    return outcome.result()
                policy = following
                self._wait(policy, outcome, permit, name)
        except NotSentError as error:
            raise NoAnswerError(error.reason, attempts) from error

    def _try(
        self,
        method: str,
        url: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        expects_json: bool,
        attempts: int,
    ) -> "_Outcome":
        try:
            response, content = self._exchanges.make(method, url, query, body)
        except ExchangeError as error:
            failure = NoAnswerError(error.reason, attempts)
            failure.__cause__ = error
            return _Outcome(failure, is_final=error.is_final)
        payload = _decoded(content)
        if 200 <= response.status < 300 and expects_json and not isinstance(payload, dict):
            return _Outcome(NoAnswerError("an answer without readable JSON", attempts, response.status))
        return _Outcome(Answer(response.status, content, payload, attempts), response)

    def _slow_down(self, outcome: "_Outcome", departed: float, name: str) -> None:
        policy = self._policy
        backoff = min(policy.backoff_factor * 2 ** (outcome.told.attempts - 1), policy.backoff_max)
        asked = outcome.asked_wait(policy)
        wait = asked or backoff
        if wait <= LONGEST_WAIT:
            line = asked_to_wait if asked else before_the_next_try
            self._pacer.slow_down(wait, departed, line(wait, outcome.trouble, name))

    def _wait(self, policy: RetryPolicy, outcome: "_Outcome", permit: Callable[[], None], name: str) -> None:
        if outcome.status == 429:
            # The pacer waits, for every thread.
            return
        asked = outcome.asked_wait(policy)
        wait = asked or policy.get_backoff_time()
        if wait > 0:
            permit()
            line = asked_to_wait if asked else before_the_next_try
            self._waits.wait(wait, line(wait, outcome.trouble, name))


@dataclass(frozen=True)
class _Outcome:
    """What one try brought: an answer with the response that it came in, or none."""

    told: Answer | NoAnswerError
    response: BaseHTTPResponse | None = None
    is_final: bool = False

    @property
    def status(self) -> int | None:
        return self.told.status

    @property
    def trouble(self) -> str:
        return self.told.reason if isinstance(self.told, NoAnswerError) else f"status {self.told.status}"

    def asked_wait(self, policy: RetryPolicy) -> float:
        """Return the seconds that the server asked to wait; 0 when it did not."""
        return 0.0 if self.response is None else policy.get_retry_after(self.response) or 0.0

    def result(self) -> Answer:
        """Return the answer. Raises NoAnswerError when there is none."""
        if isinstance(self.told, NoAnswerError):
            raise self.told
        return self.told


def _following(policy: RetryPolicy, outcome: _Outcome, method: str, url: str) -> RetryPolicy | None:
    """Return the policy of the tries that follow, None when none does."""
    told = outcome.told
    if isinstance(told, Answer) and not policy.is_retry(method, told.status):
        return None
    if outcome.is_final or outcome.asked_wait(policy) > LONGEST_WAIT:
        return None
    try:
        failure = told if isinstance(told, NoAnswerError) else None
        return policy.increment(method, url, response=outcome.response, error=failure)
    except MaxRetryError:
        return None


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
