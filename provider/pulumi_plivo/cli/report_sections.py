"""What every form of a report holds: a table by pool, and lists that name each number."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pulumi_plivo.cli.preview_changes import Changes, Kind, Loss
from pulumi_plivo.cli.rent import money
from pulumi_plivo.cli.step_table import LEDGER
from pulumi_plivo.cli.told_lines import amount
from pulumi_plivo.errors import counted
from pulumi_plivo.plans.claim import digits_of, shown

#: The columns of the table, in its order.
COLUMNS = (Kind.ADDED, Kind.REMOVED, Kind.MOVED, Kind.CHANGED, Kind.UNRENTED, Kind.RENTED, Kind.ADOPTED)
#: What is told first.
ORDER = (
    Kind.UNRENTED,
    Kind.RENTED,
    Kind.REMOVED,
    Kind.MOVED,
    Kind.ADDED,
    Kind.ADOPTED,
    Kind.CHANGED,
    Kind.RETAINED,
    Kind.PROTECTED,
)
DOUBTS = {
    Loss.UNRENT: "could not be told, and counts as given back",
    Loss.RENT: "could not be told, and counts as rented",
    Loss.REMOVE: "could not be told, and counts as removed",
}


class Entry(NamedTuple):
    """Some members of which one thing is said."""

    resource: str
    pool: str
    note: str
    members: tuple[str, ...]


class Section(NamedTuple):
    """A list with its heading."""

    title: str
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """How many lines it would have, were each number on one."""
        return sum(max(1, len(each.members)) for each in self.entries)


class Row(NamedTuple):
    """A pool, with how many numbers each column counts, in the table's order."""

    pool: str
    title: str
    counts: tuple[int, ...]
    rent: str


def rows(changes: Changes) -> list[Row]:
    """Return the rows of the table, a pool each, with the monthly cost of what is rented as far as it is known."""
    counts = Counter((each.pool, each.kind) for each in changes.changes)
    pools = sorted({each.pool for each in changes.of(*COLUMNS)})
    costs: dict[str, list[Decimal | None]] = {}
    for each in changes.of(Kind.RENTED):
        costs.setdefault(each.pool, []).append(amount(each.note))
    return [
        Row(
            pool,
            changes.titles.get(pool, ""),
            tuple(counts[pool, kind] for kind in COLUMNS),
            _rent(costs.get(pool, [])),
        )
        for pool in pools
    ]


def _rent(costs: Sequence[Decimal | None]) -> str:
    known = [each for each in costs if each is not None]
    unknown = len(costs) - len(known)
    parts = [f"{money(sum(known, Decimal()))} a month"] if known else []
    return ", ".join(parts + ([f"{unknown} not told"] if unknown else []))


def sections(changes: Changes) -> Iterator[Section]:
    """Yield the lists that are not empty."""
    for kind in ORDER:
        if entries := _entries(changes, kind):
            yield Section(kind.value[0].upper() + kind.value[1:], entries)
    for loss, title in DOUBTS.items():
        doubts = [Entry(each.text, "", "", tuple(shown(each.members))) for each in changes.doubts if each.loss is loss]
        if doubts:
            yield Section(title[0].upper() + title[1:], tuple(doubts))
    for title, packs in (("Powerpacks made or taken over", changes.made), ("Powerpacks deleted", changes.deleted)):
        if packs:
            entries = tuple(Entry(each.resource, each.pool, f"named {each.name}", ()) for each in packs)
            yield Section(title, entries)
    if codes := [each for each in changes.of(Kind.REMOVED) if each.member != digits_of(each.member)]:
        entries = tuple(Entry(each.resource, each.pool, "", (digits_of(each.member),)) for each in codes)
        yield Section("Shortcodes that only Plivo's support can put back", entries)
    if changes.errors:
        yield Section("The preview failed", tuple(Entry(each, "", "", ()) for each in changes.errors))


def _entries(changes: Changes, kind: Kind) -> tuple[Entry, ...]:
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in changes.of(kind):
        resource = "by the word of the provider's ledger" if each.resource == LEDGER else each.resource
        members = found.setdefault((resource, each.pool, each.note), [])
        members += shown([each.member]) if each.member else []
    return tuple(Entry(*key, tuple(members)) for key, members in sorted(found.items()))


def heading(section: Section) -> str:
    """Return the heading of a section, with how much there is in it."""
    return f"{section.title} ({section.size})"


def summed(changes: Changes) -> str:
    """Return the counts of all pools in one line."""
    counts = Counter(each.kind for each in changes.changes)
    told = [f"{counts[kind]} {kind.value}" for kind in ORDER if counts[kind]]
    packs = [
        f"{counted(len(packs), 'Powerpack')} {what}"
        for packs, what in ((changes.made, "made"), (changes.deleted, "deleted"))
        if packs
    ]
    return ", ".join([*told, *packs]) or "no change of any number pool"
