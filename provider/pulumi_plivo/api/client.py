"""The client: an account at Plivo, and what can be asked of it."""

from collections.abc import Callable, Mapping
from typing import Any

from pulumi_plivo._version import __version__
from pulumi_plivo.api.account_numbers import AccountNumbers
from pulumi_plivo.api.defaults import DEFAULT_BASE_URL, DEFAULT_MAX_RETRIES, DEFAULT_RATE_LIMIT, DEFAULT_TIMEOUT
from pulumi_plivo.api.errors import ApiError
from pulumi_plivo.api.number_pools import NumberPools, PoolMembers
from pulumi_plivo.api.offers import Offers
from pulumi_plivo.api.pacing import Pacer
from pulumi_plivo.api.paths import checked_auth_id, checked_base_url, joined
from pulumi_plivo.api.powerpack_calls import Powerpacks
from pulumi_plivo.api.retries import retry_policy
from pulumi_plivo.api.transport import Answer, NoAnswerError, Transport
from pulumi_plivo.api.waiting import Waits


def _permit(method: str) -> None:
    """Let every call go."""


class Client:
    """An account at Plivo.

    Args:
        auth_id: The account, 20 characters that start with `MA` or `SA`.
        auth_token: Its token.
        base_url: Where Plivo is; https, or http to this machine. Default `https://api.plivo.com/v1`.
        timeout: Seconds that one try may take to connect, and to answer. Default 30.
        max_retries: Tries after the first. Default 4.
        backoff: Seconds of the first wait between tries, doubled each time. Default 0.5.
        rate_limit: Calls in any 5 seconds, of all threads together; 0 for no limit. Default 300.
        permission: Asked with the HTTP method before every try, and before every wait for one. It may raise
            NotSentError: then nothing more is sent, and the call ends as an ApiError. Default is to let all go.
        wait: Waits so many seconds, between tries and for the rate limit; it may raise NotSentError as well.
            Default `time.sleep`.
        say: Called with one line when a wait of more than 5 seconds begins that is not for the rate limit, once
            for all threads that wait for the same pause. Default is silence.

    Raises ValueError for an auth id or base URL that cannot be one.
    """

    def __init__(
        self,
        auth_id: str,
        auth_token: str,
        *,
        base_url: str = DEFAULT_BASE_URL,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        backoff: float = 0.5,
        rate_limit: int = DEFAULT_RATE_LIMIT,
        permission: Callable[[str], None] | None = None,
        wait: Callable[[float], None] | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.auth_id = checked_auth_id(auth_id)
        self.base_url = checked_base_url(base_url)
        self._account_url = f"{self.base_url}/Account/{self.auth_id}/"
        waits = Waits(wait, say)
        self._transport = Transport(
            account_url=self._account_url,
            auth_id=auth_id,
            auth_token=auth_token,
            timeout=timeout,
            policy=retry_policy(max_retries, backoff),
            pacer=Pacer(rate_limit, tell=waits.tell)
            if wait is None
            else Pacer(rate_limit, sleep=wait, tell=waits.tell),
            waits=waits,
            permission=permission or _permit,
            user_agent=f"pulumi-plivo/{__version__}",
        )
        self.number_pools = NumberPools(self)
        self.pool_members = PoolMembers(self)
        self.powerpacks = Powerpacks(self)
        self.account_numbers = AccountNumbers(self)
        self.offers = Offers(self)

    def __repr__(self) -> str:
        return f"Client({self._account_url!r})"

    def close(self) -> None:
        """Close the client's connections."""
        self._transport.close()

    def get(self, *parts: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """GET a path below the account and return its JSON object. Raises ApiError."""
        payload: dict[str, Any] = self._call("GET", parts, query=query).payload
        return payload

    def post(self, *parts: str, body: Mapping[str, Any], is_repeatable: bool = True) -> dict[str, Any]:
        """POST to a path below the account and return its JSON object.

        A call that is not repeatable is sent again only where Plivo has said that it did nothing. Raises ApiError.
        """
        payload: dict[str, Any] = self._call("POST", parts, body=body, is_repeatable=is_repeatable).payload
        return payload

    def delete(
        self, *parts: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> None:
        """DELETE a path below the account; a 2xx is a success, without a body or with one that tells no error.

        Raises ApiError.
        """
        answer = self._call("DELETE", parts, query=query, body=body, expects_json=False)
        tells_error = not isinstance(answer.payload, dict) or answer.payload.get("error")
        if answer.body.strip() and tells_error:
            raise ApiError(
                status=answer.status,
                text=_error_text(answer),
                api_id=_api_id(answer.payload),
                method="DELETE",
                path=joined(*parts),
                attempts=answer.attempts,
            )

    def _call(
        self,
        method: str,
        parts: tuple[str, ...],
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        expects_json: bool = True,
        is_repeatable: bool = True,
    ) -> Answer:
        path = joined(*parts)
        try:
            answer = self._transport.send(
                method,
                self._account_url + path,
                query=query,
                body=body,
                expects_json=expects_json,
                is_repeatable=is_repeatable,
            )
        except NoAnswerError as error:
            raise ApiError(
                status=error.status,
                text=error.reason,
                api_id=None,
                method=method,
                path=path,
                attempts=error.attempts,
            ) from error
        if not 200 <= answer.status < 300:
            raise ApiError(
                status=answer.status,
                text=_error_text(answer),
                api_id=_api_id(answer.payload),
                method=method,
                path=path,
                attempts=answer.attempts,
            )
        return answer


def _error_text(answer: Answer) -> str:
    """Find the sentence in any of the shapes that Plivo's services use for an error."""
    if 300 <= answer.status < 400:
        return "a redirect, which is not followed"
    found = answer.payload
    while isinstance(found, dict):
        found = next((found[key] for key in ("error", "message", "global_error") if found.get(key)), None)
    if found:
        return str(found)
    if answer.payload is None and answer.body.strip():
        return answer.body.decode("utf-8", "replace")
    return "no text"


def _api_id(payload: Any) -> str | None:
    value = payload.get("api_id") if isinstance(payload, dict) else None
    return value if isinstance(value, str) else None
