"""The one error that a call to Plivo can end in, and what a caller raises to keep a call from being sent."""

from pulumi_plivo.api.paths import joined

LONGEST_TEXT = 300
#: Characters of a text that are looked at: what follows them is not worth reading millions of.
MOST_READ = 10 * LONGEST_TEXT


def harmless(text: str) -> str:
    """Return `text` on one line, without control characters and at most 300 characters long.

    What a server says is printed to a terminal, where an escape sequence could rewrite what the user reads.
    """
    one_line = " ".join(text[:MOST_READ].split())
    printable = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in one_line)
    is_whole = len(printable) <= LONGEST_TEXT and len(text) <= MOST_READ
    return printable if is_whole else printable[: LONGEST_TEXT - 1] + "…"


class NotSentError(Exception):
    """Raised by a client's `permission` or `wait`: the call must not be sent, or not once more, for this reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ApiError(Exception):
    """A call that Plivo refused, whose answer never arrived, or that was not sent.

    Attributes:
        status: The HTTP status; None when no complete answer arrived.
        text: What Plivo said, or what went wrong on the way; one harmless line.
        api_id: Plivo's id of the call, for its support; None when the answer had none.
        method: The HTTP method.
        path: The path below the account, such as `NumberPool/…/Number/14155550100/`.
        attempts: How often the call was sent; 0 when it never was.
    """

    def __init__(
        self, *, status: int | None, text: str, api_id: str | None, method: str, path: str, attempts: int = 1
    ) -> None:
        self.status = status
        self.text = harmless(text)
        self.api_id = None if api_id is None else harmless(api_id)
        self.method = method
        self.path = path
        self.attempts = attempts
        super().__init__(str(self))

    def __str__(self) -> str:
        if self.was_never_sent:
            return f"{self.method} {self.path}: not sent: {self.text}"
        outcome = "no answer" if self.status is None else f"status {self.status}"
        identity = f", api_id {self.api_id}" if self.api_id else ""
        tries = f", {self.attempts} tries" if self.attempts > 1 else ""
        return f"{self.method} {self.path}: {outcome}: {self.text}{identity}{tries}"

    @property
    def is_not_found(self) -> bool:
        """Whether Plivo knows no such thing (404)."""
        return self.status == 404

    @property
    def is_unauthorized(self) -> bool:
        """Whether Plivo refused the credentials (401)."""
        return self.status == 401

    @property
    def is_rate_limited(self) -> bool:
        """Whether the account made too many calls (429)."""
        return self.status == 429

    @property
    def was_never_sent(self) -> bool:
        """Whether nothing was sent at all, so that nothing can have changed at Plivo."""
        return self.attempts == 0

    @property
    def is_answer_lost(self) -> bool:
        """Whether the call may have worked all the same: no answer, an unreadable one, or a 5xx."""
        return not self.was_never_sent and (self.status is None or self.status < 300 or self.status >= 500)

    @property
    def is_refusal(self) -> bool:
        """Whether Plivo judged the call itself and refused it: a 4xx other than 401, 403 and 429."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in (401, 403, 429)


def odd_answer(text: str, method: str, *parts: str) -> ApiError:
    """Return the error for a 2xx that can't be the answer to the call at `parts`."""
    return ApiError(status=200, text=text, api_id=None, method=method, path=joined(*parts))
