"""What a preview comes to, number by number; and what of it can't be told, which counts as the worst that it can be."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from pulumi_plivo.errors import counted


class Kind(Enum):
    """What becomes of a number, as the columns of a report name it."""

    ADDED = "added"
    REMOVED = "removed, stays rented"
    MOVED = "moved"
    CHANGED = "changed"
    UNRENTED = "given back for good"
    RENTED = "rented"
    ADOPTED = "adopted"
    RETAINED = "left in its pool"
    PROTECTED = "kept by protect"


class Loss(Enum):
    """What a gate can stop: the values of `--fail-on`."""

    UNRENT = "unrent"
    RENT = "rent"
    REMOVE = "remove"
    POWERPACK_DELETE = "powerpack-delete"


class Change(NamedTuple):
    """What becomes of one member of a pool.

    Attributes:
        kind: That.
        member: The number, or the shortcode as claims name it; "" for a change of the resource itself.
        pool: The pool where it is afterwards, or was until then.
        resource: The resource that has it, such as `PoolNumber otp`.
        note: More of it: from where, for how much.
    """

    kind: Kind
    member: str
    pool: str
    resource: str
    note: str = ""


class Doubt(NamedTuple):
    """What can't be told, and counts as lost; `members` are those that it is about, where they are known."""

    loss: Loss
    text: str
    members: tuple[str, ...] = ()


class Pack(NamedTuple):
    """A Powerpack that is made or deleted."""

    name: str
    pool: str
    resource: str


@dataclass
class Changes:
    """What a preview comes to.

    Attributes:
        changes: Each change, in a stable order.
        doubts: What can't be told.
        made: Powerpacks that are made, or taken over.
        deleted: Powerpacks that are deleted, with their pools.
        errors: What the preview failed with, as the engine has said it.
        titles: The names of pools, where a Powerpack of the preview has them.
        is_done: Whether it was no preview: what it comes to has happened, as far as nothing failed.
    """

    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    made: list[Pack] = field(default_factory=list)
    deleted: list[Pack] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    is_done: bool = False

    def of(self, *kinds: Kind) -> list[Change]:
        """Return the changes of some kinds."""
        return [each for each in self.changes if each.kind in kinds]

    @property
    def given_back(self) -> list[str]:
        """The numbers that will be given back for good, each once."""
        return sorted({each.member for each in self.of(Kind.UNRENTED)})

    @property
    def losses_in_doubt(self) -> list[Doubt]:
        """What can't be told of numbers that may be given back."""
        return [each for each in self.doubts if each.loss is Loss.UNRENT]

    @property
    def is_untold(self) -> bool:
        """Whether what may be given back can't even be counted."""
        return any(not each.members for each in self.losses_in_doubt)

    @property
    def worst(self) -> int:
        """How many numbers may be given back for good; what can't be told counts as one."""
        named = {*self.given_back, *(member for each in self.losses_in_doubt for member in each.members)}
        return len(named) + sum(not each.members for each in self.losses_in_doubt)

    @property
    def verdict(self) -> str:
        """The whole in one line."""
        count, doubts = len(self.given_back), len(self.losses_in_doubt)
        verb = "was" if count == 1 else "were"
        tense = verb if self.is_done else "will be"
        at_most = "at most " if self.is_done and self.errors else ""
        parts = [f"{at_most}{counted(count, 'number')} {tense} given back to Plivo for good"] if count else []
        if doubts:
            parts.append(f"{counted(doubts, 'thing')} could not be told, and {_count(doubts)} as lost")
        if self.errors:
            parts.append("the run failed" if self.is_done else "the preview failed")
        if not (count or doubts):
            parts.insert(0, "Nothing was given back" if self.is_done else "Nothing is given back")
        return "; ".join(parts)

    def sort(self) -> None:
        """Bring all into one order, whatever the order of the steps was."""
        self.changes = sorted(set(self.changes), key=lambda each: (each.kind.name, *each[1:]))
        self.doubts = sorted(set(self.doubts), key=lambda each: (each.loss.name, *each[1:]))
        self.made, self.deleted = sorted(set(self.made)), sorted(set(self.deleted))
        self.errors = list(dict.fromkeys(self.errors))


def _count(number: int) -> str:
    return "counts" if number == 1 else "count"
