"""The error a route raises; the answer is made from it, in the shape the quirks ask for."""


class PlivoError(Exception):
    """A refusal with an HTTP status and Plivo's text; the request then changes nothing."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class HalfDoneError(PlivoError):
    """A failure half-way: what the request has changed by then stays."""


def not_found() -> PlivoError:
    """Return the error for whatever is absent, or another account's."""
    return PlivoError(404, "not found")


def bad_request(text: str) -> PlivoError:
    """Return the error for a request that is wrong in itself or does not fit the state."""
    return PlivoError(400, text)
