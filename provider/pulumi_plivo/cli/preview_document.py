"""What a preview prints for machines: `pulumi preview --json`, in which all is one object, or its engine's events.

Of each step only what is of this package is kept: the document of 10,000 steps has some 60 MB.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pulumi_plivo.cli.endings import WrongUsageError
from pulumi_plivo.cli.exported_state import TYPE

#: Operations that take something out of the state.
DELETING = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
#: What is kept of a resource's state.
FLAGS = ("custom", "delete", "external", "protect", "retainOnDelete")
#: What is read of a state: half of what it has is nothing that is asked for.
_READ = ("type", "id", "inputs", "outputs", *FLAGS)
_BEGINNING = re.compile(r"^\{", re.MULTILINE)
#: Of the document of a whole preview, and of no event.
_PARTS = frozenset({"steps", "diagnostics", "duration", "changeSummary"})
#: What Pulumi writes for a terminal to colour.
_COLOURS = re.compile(r"<\{%[^%]*%\}>")


class State(NamedTuple):
    """What a step says of its resource, before or after it."""

    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    flags: frozenset[str]


class Step(NamedTuple):
    """A step for a resource of this package; `class_` is the resource's, such as `PoolNumber`."""

    operation: str
    urn: str
    class_: str
    old: State | None
    new: State | None

    @property
    def resource(self) -> str:
        """The resource as the ledger names it."""
        return f"{self.class_} {self.urn.rpartition('::')[2]}"


class Message(NamedTuple):
    """What the engine, a program or a provider has said."""

    severity: str
    urn: str
    text: str


@dataclass
class PreviewDocument:
    """A preview.

    Attributes:
        steps: Those for resources of this package.
        unreadable: What stands in the place of a step, and is none that is known.
        messages: What was said.
        config: The stack's config, secrets blinded.
        has_program: Whether a program ran: in a destroy nothing is but deleted.
        is_ended: Whether the engine came to its end.
    """

    steps: list[Step] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    config: dict[str, str] = field(default_factory=dict)
    has_program: bool = False
    is_ended: bool = False

    def add_step(self, step: object) -> None:
        """Add a step as either form has it: they differ in the names of the states only."""
        if not isinstance(step, Mapping) or not isinstance(step.get("op"), str):
            self.unreadable.append("a step without an operation")
            return
        operation, urn = step["op"], str(step.get("urn"))
        states = [step.get("oldState", step.get("old")), step.get("newState", step.get("new"))]
        types = {str(each.get("type")) for each in states if isinstance(each, Mapping)}
        # What a component has is `component$type` in its URN.
        types.add(urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 2 else "")
        self.has_program |= operation not in DELETING
        of_package = sorted(each for each in types if each.startswith(TYPE))
        if of_package:
            old, new = (_state(each) for each in states)
            self.steps.append(Step(operation, urn, of_package[0].removeprefix(TYPE), old, new))
        elif types == {""}:
            self.unreadable.append("a step without a resource")

    def add_message(self, message: object) -> None:
        """Add what was said."""
        if isinstance(message, Mapping) and message.get("severity") != "debug" and not message.get("ephemeral"):
            said = f"{message.get('prefix') or ''}{message.get('message') or ''}"
            text = _COLOURS.sub("", said).strip()
            self.messages.append(Message(str(message.get("severity")), str(message.get("urn") or ""), text))

    def add_config(self, config: object) -> None:
        """Add the stack's config."""
        if isinstance(config, Mapping):
            self.config.update({str(key): str(value) for key, value in config.items()})


def read_preview(text: str, source: str) -> PreviewDocument:
    """Read what `pulumi preview --json` prints, also behind other lines, or an event log. Raises WrongUsageError."""
    document = PreviewDocument()
    try:
        for each in _objects(text):
            _add(document, each)
    except (ValueError, RecursionError):
        document.is_ended = False
    if not document.is_ended:
        raise WrongUsageError(
            f"{source} is no preview that can be read, or not the whole of one; it is what `pulumi preview --json`"
            " prints"
        )
    return document


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects that begin a line. Raises ValueError for one that does not end."""
    decoder = json.JSONDecoder(object_hook=_lean)
    place = 0
    while (found := _BEGINNING.search(text, place)) is not None:
        value, place = decoder.raw_decode(text, found.start())
        yield value


def _lean(value: dict[str, Any]) -> dict[str, Any]:
    if "type" in value and "custom" in value:
        read = _READ if str(value["type"]).startswith(TYPE) else _READ[:1]
        return {key: value[key] for key in read if key in value}
    value.pop("__provider", None)
    return value


def _add(document: PreviewDocument, value: Mapping[str, Any]) -> None:
    if _PARTS & value.keys():
        for step in value.get("steps") or ():
            document.add_step(step)
        for message in value.get("diagnostics") or ():
            document.add_message(message)
        document.add_config(value.get("config"))
        document.is_ended = True
        return
    if isinstance(event := value.get("resourcePreEvent"), Mapping):
        document.add_step(event.get("metadata"))
    document.add_message(value.get("diagnosticEvent"))
    document.add_config((value.get("preludeEvent") or {}).get("config"))
    document.is_ended |= "summaryEvent" in value


def _state(value: object) -> State | None:
    if not isinstance(value, Mapping):
        return None
    inputs, outputs = (part if isinstance(part := value.get(key), Mapping) else {} for key in ("inputs", "outputs"))
    flags = frozenset(flag for flag in FLAGS if value.get(flag) is True)
    return State(str(value.get("id") or ""), inputs, outputs, flags)
