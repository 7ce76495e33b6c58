"""What the user reads: warnings, errors of one line, and the report of a bug."""

import functools
import os
import sys
import traceback
from collections.abc import Callable, Collection
from typing import ParamSpec, TypeVar

from pulumi_plivo._version import __version__
from pulumi_plivo.api import ApiError

Parameters = ParamSpec("Parameters")
Outcome = TypeVar("Outcome")

ISSUES = "the issue tracker of pulumi-plivo"

#: Numbers that a line names before it only counts the rest.
LONGEST_LIST = 5


class PlivoError(Exception):
    """Something that the user can act upon: what was tried, how things stand now, and what to do next."""

    # Python prints the module before the name of any class but its own; to the user it is noise.
    __module__ = "builtins"


class ProviderBugError(Exception):
    """Something that should not have happened."""


def warn(text: str) -> None:
    """Show a warning: what a provider's process writes to stderr appears under Diagnostics."""
    tell(f"warning: {text}")


def tell(text: str) -> None:
    """Show a line in the same place."""
    # `print` writes the end of a line by itself, so that lines of several threads would run into one.
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def listed(digits: Collection[str], separator: str = ", ") -> str:
    """Write numbers, or what is wrong with them, one after the other.

    The first 5 and a count of the others, or all with PLIVO_VERBOSE in the environment.
    """
    longest = None if os.environ.get("PLIVO_VERBOSE") else LONGEST_LIST
    shown = list(digits)[:longest]
    rest = len(digits) - len(shown)
    return separator.join(shown) + (f" and {rest} more (PLIVO_VERBOSE=1 names all)" if rest else "")


def counted(count: int, noun: str) -> str:
    """Write a count with its noun, such as `1 number` or `2 numbers`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def called(noun: str, digits: Collection[str]) -> str:
    """Write numbers behind their noun, such as `number 1` or `numbers 1, 2`."""
    return f"{noun}{'' if len(digits) == 1 else 's'} {listed(digits)}"


def plainly_answered(error: ApiError) -> str:
    """Say what Plivo answered, for the middle of a sentence, and nothing of what it means."""
    if error.was_never_sent:
        return f"it was not sent: {error.text}"
    if error.status is None:
        tries = "" if error.attempts == 1 else f" in {error.attempts} tries"
        return f"Plivo gave no answer{tries} ({error.text})"
    identity = f" (api_id {error.api_id})" if error.api_id else ""
    return f'Plivo answered {error.status} "{error.text}"{identity}'


def answered(error: ApiError) -> str:
    """Say what Plivo answered the plugin, for the middle of a sentence."""
    text = plainly_answered(error)
    if error.is_unauthorized:
        text += "; the auth token is not this account's, or no longer" + (
            ": it came from PLIVO_AUTH_TOKEN, which wins over plivo:authToken; is it another account's?"
            if os.environ.get("PLIVO_AUTH_TOKEN")
            else ": a plain refresh or destroy takes it out of the state, as it was at the last `pulumi up`; after a"
            " rotation run `pulumi up`, or set PLIVO_AUTH_TOKEN to the new token"
        )
    elif error.is_rate_limited:
        text += "; the account makes more calls than Plivo allows"
    return text


def reported(operation: Callable[Parameters, Outcome]) -> Callable[Parameters, Outcome]:
    """Let a PlivoError leave as it is, and anything else as a bug with its traceback."""

    @functools.wraps(operation)
    def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Outcome:
        try:
            return operation(*args, **kwargs)
        except PlivoError as error:
            raise PlivoError(str(error)) from None
        except Exception as error:
            # An explicit limit: the process's own is 0, see `show_errors_in_one_line`.
            trace = "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=100))
            raise ProviderBugError(
                f"this is a bug in pulumi-plivo {__version__}; please report it, with these lines, to {ISSUES}:\n"
                f"{trace}"
            ) from None

    return wrapper


def show_errors_in_one_line() -> None:
    """Make the plugin's process print errors without the stack of calls, which says nothing to a user."""
    main = getattr(sys.modules.get("__main__"), "__spec__", None)
    if main is not None and main.name.startswith("pulumi.dynamic"):
        sys.tracebacklimit = 0
