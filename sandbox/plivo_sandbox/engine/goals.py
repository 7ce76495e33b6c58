"""What a program asks for when it registers or reads a resource."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plivo_sandbox.engine.assets import with_hashes
from plivo_sandbox.engine.durations import seconds_of
from plivo_sandbox.engine.errors import EngineError, UnsupportedError
from plivo_sandbox.engine.properties import Properties, from_struct
from plivo_sandbox.engine.urns import STACK_REFERENCE, STACK_TYPE

DYNAMIC_PACKAGE = "pulumi-python"


class RequestError(Exception):
    """A request cannot be understood: it fails, and the program goes on as it will."""


@dataclass(frozen=True)
class Alias:
    """An earlier name of a resource: a whole URN, or what differs from the name it has now."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclass
class Goal:
    """One resource as the program wants it; `read_id` is set for one that it only reads."""

    type: str
    name: str
    custom: bool
    inputs: Properties
    parent: str = ""
    read_id: str = ""
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    protect: bool | None = None
    retain_on_delete: bool | None = None
    delete_before_replace: bool | None = None
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    hide_diffs: list[str] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)

    def needed_urns(self) -> set[str]:
        """Name what the program says must exist before this resource."""
        return {self.parent, *self.dependencies}.union(*self.property_dependencies.values()) - {""}


# Options that would be ignored without this: a request field, and how a program spells it.
_UNSUPPORTED_OPTIONS: dict[str, Callable[[Any], bool]] = {
    "import_": lambda request: bool(request.importId),
    "deleted_with": lambda request: bool(request.deletedWith),
    "replace_with": lambda request: bool(getattr(request, "replace_with", None)),
    "replacement_trigger": lambda request: "replacement_trigger" in _present(request),
    "transforms": lambda request: bool(request.transforms),
    "hooks": lambda request: any(values for _, values in request.hooks.ListFields()),
    "provider": lambda request: bool(request.provider or request.providers),
    "version": lambda request: bool(request.version),
    "a remote component": lambda request: bool(request.remote),
}


def goal_of_registration(request: Any, directory: Path) -> Goal:
    """Read a RegisterResourceRequest of a program that runs in a directory.

    Raises:
        UnsupportedError: it asks for what the embedded engine does not do.
        RequestError: it has a timeout that is no duration, or an asset that cannot be read.
    """
    who = f"{request.type} {request.name}"
    if request.custom:
        _check_type(request.type, who)
    for option, is_used in _UNSUPPORTED_OPTIONS.items():
        if is_used(request):
            raise UnsupportedError(f"{who} uses {option}")
    defined = request.deleteBeforeReplaceDefined or request.deleteBeforeReplace
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=values_of(request.object, directory),
        parent=request.parent,
        dependencies=sorted(request.dependencies),
        property_dependencies={key: sorted(value.urns) for key, value in sorted(request.propertyDependencies.items())},
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        delete_before_replace=request.deleteBeforeReplace if defined else None,
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
        additional_secret_outputs=list(request.additionalSecretOutputs),
        custom_timeouts=_custom_timeouts(request),
        hide_diffs=list(getattr(request, "hideDiffs", ())),
        aliases=[*map(_alias, request.aliases), *(Alias(urn=urn) for urn in request.aliasURNs)],
    )


def goal_of_read(request: Any) -> Goal:
    """Read a ReadResourceRequest.

    Raises:
        UnsupportedError: it asks for what the embedded engine does not do.
        EngineError: it has no id.
    """
    who = f"{request.type} {request.name}"
    if request.type != STACK_REFERENCE:
        _check_type(request.type, who)
    if request.provider:
        raise UnsupportedError(f"{who} uses provider")
    if not request.id:
        raise EngineError(f"{who} is to be read, but its id is empty")
    return Goal(
        type=request.type,
        name=request.name,
        custom=True,
        inputs=from_struct(request.properties),
        parent=request.parent,
        read_id=request.id,
        dependencies=sorted(request.dependencies),
        additional_secret_outputs=list(request.additionalSecretOutputs),
    )


def _check_type(type_: str, who: str) -> None:
    if type_.split(":")[0] != DYNAMIC_PACKAGE:
        raise UnsupportedError(f"{who} is no resource of a Python dynamic provider")


def values_of(struct: Any, directory: Path) -> Properties:
    """Read properties that a program sends. Raises RequestError when an asset in them cannot be read."""
    try:
        return {key: with_hashes(value, directory) for key, value in from_struct(struct).items()}
    except OSError as error:
        raise RequestError(f"an asset cannot be read: {error}") from error


def _custom_timeouts(request: Any) -> dict[str, float]:
    found = {}
    for name in ("create", "update", "delete"):
        text = getattr(request.customTimeouts, name)
        try:
            seconds = seconds_of(text) if text else 0.0
        except ValueError as error:
            raise RequestError(
                f"{request.type} {request.name} has the custom timeout {text} for {name}: no duration such as 5m"
            ) from error
        if seconds:
            found[name] = int(seconds) if seconds.is_integer() else seconds
    return found


def _present(message: Any) -> set[str]:
    return {descriptor.name for descriptor, _ in message.ListFields()}


def _alias(alias: Any) -> Alias:
    if alias.WhichOneof("alias") == "urn":
        return Alias(urn=alias.urn)
    spec = alias.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn,
        no_parent=spec.noParent,
    )


def is_stack(type_: str) -> bool:
    """Whether this is the type of the stack itself, the root of its resources."""
    return type_ == STACK_TYPE
