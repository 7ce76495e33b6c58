"""How a look-up asks: with the settings of the program's own stack; an error ends the program in one line."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from pulumi_plivo.account import client_for
from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import PlivoError, plainly_answered
from pulumi_plivo.settings import KEYS, read_settings

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

Result = TypeVar("Result")


def ask(what: str, question: Callable[["Client"], Result], *, absent: str | None = None) -> Result:
    """Return what the account of the program's stack answers.

    Args:
        what: What is looked up, for an error.
        question: Asks the client.
        absent: What it means that Plivo has no such thing, and what to do then.

    Ends the program in a RunError that says what was asked, what Plivo answered, and what to do.
    """
    try:
        return question(client_for(read_settings(config_of_program(), os.environ)))
    except PlivoError as error:
        raise pulumi.RunError(f"can't look up {what}: {error}") from None
    except ApiError as error:
        advice = absent if absent and error.is_not_found else _advice(error)
        raise pulumi.RunError(f"can't look up {what}: {plainly_answered(error)}; {advice}") from None


def as_output(look_up: Callable[..., Result], **arguments: Any) -> "pulumi.Output[Result]":
    """Return what a look-up returns for inputs: unknown, and without a call, while one of them is unknown.

    What is known already is looked up at once: so a failure ends the program itself, in one line, and the ledger knows
    what the program does with what was found.
    """
    if all(_is_plain(value) for value in arguments.values()):
        return pulumi.Output.from_input(look_up(**arguments))
    known: pulumi.Output[dict[str, Any]] = pulumi.Output.all(**arguments)
    return known.apply(lambda values: look_up(**values))


def config_of_program() -> dict[str, str]:
    """Return all the config of the stack whose program runs, secrets among it."""
    config = pulumi.Config("plivo")
    known = {key: config.get(key.partition(":")[2]) for key in KEYS}
    # What is misspelled can be asked for by no name.
    every_key = {**get_config_env(), **CONFIG.get(), **known}
    return {key: str(value) for key, value in every_key.items() if value is not None}


def _advice(error: ApiError) -> str:
    if error.is_unauthorized:
        token = "PLIVO_AUTH_TOKEN, which wins over plivo:authToken," if os.environ.get("PLIVO_AUTH_TOKEN") else ""
        return f"correct {token or 'plivo:authToken'} or the account (plivo:authId or PLIVO_AUTH_ID)"
    if error.is_rate_limited:
        return "the account makes more calls than Plivo allows: run it again later, or lower plivo:rateLimit"
    if error.is_refusal:
        return "correct the arguments"
    return "nothing was changed; run it again, and see the account in Plivo's console if it stays so"


def _is_plain(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_plain(each) for each in value)
    return value is None or isinstance(value, (str, bool, int, float))
