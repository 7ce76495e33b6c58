"""What each operation of Pulumi's engine does with what a resource had, and with what the program wants of it."""

from typing import NamedTuple

from pulumi_plivo.cli.preview_document import PreviewDocument, Step
from pulumi_plivo.cli.step_members import Held, had_by, wanted_by

#: What the resource had goes with a delete: now, or as the half of a replacement.
LEAVING = frozenset({"delete", "delete-replaced", "replace", "discard", "discard-replaced"})
#: The program wants the resource.
WANTING = frozenset(
    {
        "create",
        "create-replacement",
        "import",
        "import-replacement",
        "read",
        "read-replacement",
        "replace",
        "same",
        "update",
    }
)
#: The resource stays, and what it had may leave it.
IN_PLACE = frozenset({"update"})
READING = frozenset({"read", "read-replacement"})
#: Nothing is done at Plivo, nor said of what the program wants.
IDLE = frozenset({"diff", "extend-parameterize", "refresh", "remove-pending-replace"})
LEDGER = "Ledger"


class Wanting(NamedTuple):
    """What a resource of the program wants; `had` is what its own state has."""

    step: Step
    new: Held
    had: Held | None


class Leaving(NamedTuple):
    """What a resource had, and is deleted."""

    step: Step
    old: Held


class Table(NamedTuple):
    """The steps of a preview by what they do; `unreadable` are those of which that can't be said."""

    wanting: list[Wanting]
    leaving: list[Leaving]
    unreadable: list[tuple[str, str]]
    is_ledger_checked: bool


def table_of(document: PreviewDocument) -> Table:
    """Sort the steps."""
    table = Table([], [], [("", each) for each in document.unreadable], _is_ledger_checked(document))
    seen: set[tuple[object, ...]] = set()
    for step in document.steps:
        if step.class_ == LEDGER or step.operation in IDLE:
            continue
        wants, leaves = step.operation in WANTING, step.operation in LEAVING
        if not (wants or leaves) or (wants and step.new is None) or (leaves and step.old is None):
            table.unreadable.append((step.resource, step.operation))
            continue
        had = had_by(step.class_, step.old) if step.old is not None else None
        if wants and step.new is not None:
            table.wanting.append(Wanting(step, wanted_by(step.class_, step.new), had))
        if leaves and step.old is not None and had is not None and "external" not in step.old.flags:
            # A replacement can be told in up to three steps.
            key = (step.urn, step.old.id, had.pool, tuple(had.services), had.doubt)
            if key not in seen:
                seen.add(key)
                table.leaving.append(Leaving(step, had))
    return table


def _is_ledger_checked(document: PreviewDocument) -> bool:
    return any(step.class_ == LEDGER and step.operation in WANTING for step in document.steps)
