"""Which tries are made again, and after which wait."""

from urllib3.exceptions import InvalidHeader
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

RETRIED_STATUSES = frozenset({429, *range(500, 600)})


class RetryPolicy(Retry):
    """urllib3's retries: exponential with jitter, for any method, and a `Retry-After` that cannot break a run."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Return the seconds that the server asks to wait; None when it does not say, or says it unreadably."""
        try:
            return super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):
            return None


def retry_policy(max_retries: int, backoff: float) -> RetryPolicy:
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
