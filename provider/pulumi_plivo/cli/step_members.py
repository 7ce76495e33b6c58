"""What a step's state has of number pools, as far as a preview tells it: nothing that is a secret is ever shown."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pulumi_plivo import inputs
from pulumi_plivo.cli.exported_state import CLASSES, SIGNATURE
from pulumi_plivo.cli.preview_document import State
from pulumi_plivo.plans.claim import member, powerpack_member

#: What stands in the place of a secret.
BLINDED = "[secret]"
NOT_KNOWN = "not known yet"
SECRET = "a secret"  # noqa: S105 - what is shown in the place of one
POWERPACK = "Powerpack"


class Held(NamedTuple):
    """What a state has.

    Attributes:
        pool: The pool's uuid; `not known yet` or `a secret` where it is not told.
        services: Each member, with the service that is named for it; a Powerpack's is its name.
        doubt: Why these may not be all; "" where they are.
        unrent: Whether what leaves is given back; None where it is not told.
        adopts: Whether it takes over what is there.
        rents: Whether it rents what the account has not.
        owner: The resource that the state names as its own.
    """

    pool: str
    services: Mapping[str, str]
    doubt: str
    unrent: bool | None
    adopts: bool
    rents: bool
    owner: str | None

    @property
    def is_pool_known(self) -> bool:
        """Whether the pool is told."""
        return self.pool not in (NOT_KNOWN, SECRET)


def wanted_by(class_: str, state: State) -> Held:
    """Return what a program wants: the inputs say it."""
    return _held(class_, state.inputs, {}, state.id if "external" in state.flags else "")


def had_by(class_: str, state: State) -> Held:
    """Return what a state has: the outputs say it, and the inputs where these do not."""
    return _held(class_, state.outputs, state.inputs, state.id)


def pool_called(pool: str) -> str:
    """Return how a pool is called in a sentence."""
    return f"a pool that is {pool}" if pool in (NOT_KNOWN, SECRET) else f"pool {pool}"


def _held(class_: str, values: Mapping[str, Any], others: Mapping[str, Any], id_: str) -> Held:
    def value(key: str) -> Any:
        return values[key] if values.get(key) is not None else others.get(key)

    details = value("details")
    owner = (details if isinstance(details, Mapping) else values).get("owner")
    services, doubt = _members(class_, value, id_)
    return Held(
        _pool(value("number_pool_uuid")),
        services,
        doubt,
        _flag(value("unrent_numbers" if class_ == POWERPACK else "unrent")),
        value("adopt") is True,
        value("rent") is True,
        owner if isinstance(owner, str) else None,
    )


def _members(class_: str, value: Any, id_: str) -> tuple[dict[str, str], str]:
    """Return the members with their services, and why these may not be all."""
    if class_ not in CLASSES and class_ != POWERPACK:
        return {}, "it is of a class that is not known"
    key = "name" if class_ == POWERPACK else CLASSES[class_][1]
    told = value(key)
    # A `get` says by its id what it reads.
    told = id_ if told is None and key != "numbers" else told
    if is_secret(told):
        return {}, f"its {key} is a secret"
    if inputs.is_unknown(told):
        return {}, f"its {key} is not known yet"
    try:
        if key == "numbers":
            return _listed(told, value("service"), value("members"))
        if key == "name":
            return {powerpack_member(_text(told)): ""}, ""
        rule = inputs.shortcode if key == "shortcode" else inputs.number
        service = value("service")
        return {member(rule(told), is_shortcode=key == "shortcode"): service if isinstance(service, str) else ""}, ""
    except (TypeError, ValueError):
        return {}, f"its {key} can't be read"


def _listed(told: Any, service: Any, actual: Any) -> tuple[dict[str, str], str]:
    """Return the numbers of a list. Raises ValueError for what is none."""
    if told is None:
        raise ValueError
    named = told if isinstance(told, Mapping) else dict.fromkeys(told, "")
    actual = actual if isinstance(actual, Mapping) else {}
    general = service if isinstance(service, str) else ""
    found, doubt = {}, ""
    for number, own in named.items():
        if is_secret(number) or inputs.is_unknown(number):
            doubt = "some of its numbers are a secret, or not known yet"
            continue
        digits = inputs.number(number)
        found[digits] = str(actual.get(digits) or own or general)
    return found, doubt


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _pool(value: Any) -> str:
    return SECRET if is_secret(value) else inputs.known_pool(value) or NOT_KNOWN


def _flag(value: Any) -> bool | None:
    """Return a flag; what is left out is false, and what can't be read is not known."""
    return False if value is None else value if isinstance(value, bool) else None


def is_secret(value: object) -> bool:
    """Whether a value is one that a preview does not show."""
    return value == BLINDED or (isinstance(value, Mapping) and SIGNATURE in value)
