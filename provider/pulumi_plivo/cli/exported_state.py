"""What a stack has of number pools, by its exported state. Nothing that is a secret there is ever shown."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_plivo import inputs
from pulumi_plivo.api import MemberKind, harmless
from pulumi_plivo.cli.endings import WrongUsageError

VERSION = 3
TYPE = "pulumi-python:dynamic/plivo:"
#: The classes whose resources are members of pools, with the output that says which.
CLASSES = {
    "PoolNumber": (MemberKind.NUMBER, "number"),
    "PoolNumbers": (MemberKind.NUMBER, "numbers"),
    "PoolTollFree": (MemberKind.TOLL_FREE, "number"),
    "PoolShortcode": (MemberKind.SHORTCODE, "shortcode"),
}
# Pulumi's own marks (sdk/go/common/resource/sig).
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, and no secret
# Main accounts only: a subaccount's numbers may name the main one.
_ACCOUNT = re.compile(r"/Account/(MA[A-Z0-9]{18})/", re.ASCII)


@dataclass(frozen=True)
class StateMember:
    """A member of a pool, as a resource of the state has it.

    Attributes:
        resource: The resource, such as `PoolNumber otp`.
        pool: The pool's uuid.
        kind: What it is.
        digits: The number or shortcode.
        is_leaving: Whether the resource only waits to be deleted.
        is_read: Whether the stack reads it (`.get`), and does not own it.
    """

    resource: str
    pool: str
    kind: MemberKind
    digits: str
    is_leaving: bool
    is_read: bool


@dataclass
class ExportedState:
    """What one or several states have of pools.

    Attributes:
        members: All members.
        unreadable: Resources that can't be compared, each with the reason, as one line.
        accounts: The main accounts in which the resources were made, as far as the state tells.
    """

    members: list[StateMember] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)

    def add(self, content: bytes, source: str) -> None:
        """Read what `pulumi stack export` prints. Raises WrongUsageError for anything else."""
        how = "it is what `pulumi stack export --stack NAME` prints"
        try:
            export = json.loads(content)
        except (ValueError, RecursionError):
            raise WrongUsageError(f"{source} is no JSON that can be read; {how}") from None
        if not isinstance(export, dict) or not isinstance(export.get("deployment"), dict):
            raise WrongUsageError(f"{source} is no state of a stack; {how}")
        if export.get("version") != VERSION:
            version = harmless(str(export.get("version")))
            raise WrongUsageError(f"{source} is a state of version {version}; version {VERSION} is known here")
        resources = export["deployment"].get("resources") or []
        for resource in resources if isinstance(resources, list) else []:
            if isinstance(resource, dict):
                self._add_resource(resource)

    def _add_resource(self, resource: Mapping[str, Any]) -> None:
        class_ = str(resource.get("type")).removeprefix(TYPE)
        if class_ not in CLASSES or not str(resource.get("type")).startswith(TYPE):
            return
        kind, key = CLASSES[class_]
        outputs = resource.get("outputs")
        outputs = outputs if isinstance(outputs, dict) else {}
        name = harmless(f"{class_} {str(resource.get('urn')).split('::', 3)[-1]}")
        self.accounts |= set(_accounts(outputs))
        pool = inputs.known_pool(_clear(outputs.get("number_pool_uuid")))
        if pool is None:
            self.unreadable.append(f"{name}: {_why(outputs.get('number_pool_uuid'), 'number_pool_uuid')}")
            return
        rule = inputs.shortcode if kind is MemberKind.SHORTCODE else inputs.number
        try:
            members = [rule(each) for each in _digits(resource, outputs, key)]
        except ValueError:
            self.unreadable.append(f"{name}: {_why(outputs.get(key), key)}")
            return
        is_leaving, is_read = resource.get("delete") is True, resource.get("external") is True
        self.members += [StateMember(name, pool, kind, digits, is_leaving, is_read) for digits in members]


def _digits(resource: Mapping[str, Any], outputs: Mapping[str, Any], key: str) -> list[Any]:
    """Return the members of a resource. Raises ValueError where the state does not tell them in plain text."""
    if key == "numbers":
        for numbers in (_clear(outputs.get("numbers")), _clear(outputs.get("members"))):
            if isinstance(numbers, (dict, list)):
                return list(numbers)
        raise ValueError(key)
    value = _clear(outputs.get(key))
    # The id of a single member is its digits, and is never a secret.
    return [resource.get("id") if value is None else value]


def _clear(value: Any) -> Any:
    """Return a value in plain text, also out of an export with --show-secrets; None for one that is encrypted."""
    if not isinstance(value, dict) or SIGNATURE not in value:
        return value
    plain = value.get("plaintext")
    if value[SIGNATURE] != SECRET or not isinstance(plain, str):
        return None
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        return None


def _why(value: Any, key: str) -> str:
    if isinstance(value, dict) and SIGNATURE in value:
        return f"its {key} is a secret; `pulumi stack export --show-secrets` tells it"
    return f"the state does not tell its {key}"


def _accounts(outputs: Mapping[str, Any]) -> Iterator[str]:
    details = _clear(outputs.get("details"))
    path = details.get("account_phone_number_resource") if isinstance(details, dict) else None
    account = _clear(outputs.get("account"))
    for text in (f"/Account/{account}/", path):
        if isinstance(text, str) and (found := _ACCOUNT.search(text)):
            yield found[1]
