"""What was seen of a pool, which is told for 30 seconds, and what it cost. It knows no threads and makes no calls."""

from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_plivo.api import MemberKind, Page, PoolMember
from pulumi_plivo.pool_view.reads import pages_after

#: Seconds for which what was seen may be told.
LIFE = 30.0
TOLL_FREE_TYPES = ("tollfree", "toll-free")

Entries = tuple[PoolMember, ...]


@dataclass(frozen=True)
class Seen:
    """The entries of one member, none when it was absent, and when they were asked for or written."""

    entries: Entries
    at: float
    tells_service: bool
    is_written: bool = False


@dataclass
class Listing:
    """What is known of a list: its first page, None when its pages are of no use, and whether all were read.

    Attributes:
        rent: The single calls since the first page.
        was_written_since: Whether a write may have shifted the pages since the first was read.
        doubtful: Listed members that a GET of this kind may not find.
    """

    first: Page | None
    at: float
    is_complete: bool = False
    rent: int = 0
    was_written_since: bool = False
    doubtful: frozenset[str] = frozenset()

    @property
    def is_of_use(self) -> bool:
        """Whether the list has pages that can be read."""
        return self.first is not None

    def is_due(self, singles: float) -> bool:
        """Whether so many single calls more would cost as much as the pages that were not read yet."""
        return self.first is not None and not self.is_complete and self.rent + singles >= pages_after(self.first)


class PoolMemory:
    """What was seen of one kind of members of a pool. `began` is when the look-up began that wants to know."""

    def __init__(self, kind: MemberKind) -> None:
        self._kind = kind
        self._seen: dict[str, Seen] = {}
        self._listing: Listing | None = None

    def told(self, digits: str, began: float, *, with_service: bool) -> Seen | None:
        """Return what is known of a member; None when it must be asked for."""
        seen = self._seen.get(digits)
        if seen is not None:
            return seen if began - seen.at <= LIFE and (seen.tells_service or not with_service) else None
        listing = self.listing_at(began)
        if listing is None or not listing.is_complete or digits in listing.doubtful:
            return None
        return Seen((), listing.at, tells_service=True)

    def listing_at(self, began: float) -> Listing | None:
        """Return the list, None when it is not known or too old."""
        return self._listing if self._listing is not None and began - self._listing.at <= LIFE else None

    def wants_pages(self, began: float, singles: float) -> bool:
        """Whether a page is to be read before so many single calls: the first, or all of them."""
        listing = self.listing_at(began)
        return listing is None or listing.is_due(singles)

    def members(self) -> dict[str, Entries]:
        """Return the entries of every member that was seen."""
        return {digits: seen.entries for digits, seen in self._seen.items() if seen.entries}

    def pay(self, calls: int) -> None:
        """Count single calls as rent."""
        if self._listing is not None:
            self._listing.rent += calls

    def mark(self, digits: str) -> Seen | None:
        """Return what `asked` takes to notice a write between the question and the answer."""
        return self._seen.get(digits)

    def asked(self, digits: str, entries: Entries, at: float, mark: Seen | None, *, tells_service: bool) -> None:
        """Note the answer about one member that was asked for `at` that time, unless something newer is known."""
        now = self._seen.get(digits)
        if now is mark or now is None or (not now.is_written and now.at <= at):
            self._seen[digits] = Seen(entries, at, tells_service or self._tell_service(entries))

    def written(self, digits: str, entries: Entries, at: float) -> None:
        """Note what a write made of a member."""
        self._seen[digits] = Seen(entries, at, self._tell_service(entries), is_written=True)

    def may_have_shifted(self) -> None:
        """Note that the pages may be others than those that were read."""
        if self._listing is not None:
            self._listing.was_written_since = True

    def listed(self, listing: Listing, members: Iterable[PoolMember]) -> None:
        """Note the members on pages that were read; what was written before wins, as lists may lag behind."""
        entries: dict[str, Entries] = {}
        for member in members:
            entries[member.digits] = (*entries.get(member.digits, ()), member)
        # The list of numbers may hold toll-frees, which a GET of a number may not find.
        listing.doubtful = frozenset(
            digits
            for digits, (entry, *_) in entries.items()
            if self._kind is MemberKind.NUMBER and entry.type in TOLL_FREE_TYPES
        )
        alive = {digits: seen for digits, seen in self._seen.items() if listing.at - seen.at <= LIFE}
        self._seen = {
            **({} if listing.is_complete else alive),
            **{
                digits: Seen(found, listing.at, tells_service=True)
                for digits, found in entries.items()
                if digits not in listing.doubtful
            },
            **{digits: seen for digits, seen in alive.items() if seen.is_written},
        }
        self._listing = listing

    def _tell_service(self, entries: Entries) -> bool:
        return self._kind is MemberKind.SHORTCODE or all(entry.service is not None for entry in entries)
