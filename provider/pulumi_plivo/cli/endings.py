"""How a command ends: its exit status, and the one line that says why."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import PlivoError, answered


class Status(IntEnum):
    """The exit statuses of `plivo-numbers`."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    NOT_ALLOWED = 3
    NOT_ASKED = 4
    PULUMI_FAILED = 5
    BUG = 70
    INTERRUPTED = 130
    NOBODY_READS = 141


class WrongUsageError(PlivoError):
    """The command, its settings or a file can't be used as they are."""


class NotAskedError(PlivoError):
    """Plivo could not be asked, or did not answer."""


@contextmanager
def asking_for(what: str) -> Iterator[None]:
    """Turn the error of a call that is made inside into one line about what was asked for."""
    try:
        yield
    except ApiError as error:
        raise NotAskedError(f"could not read {what}: {answered(error)}") from error
