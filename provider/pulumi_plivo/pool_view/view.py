"""One look at a pool that serves every resource of a run, by single GETs or by the page, whichever is cheaper."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi_plivo.api import ApiError, MemberKind, PoolMember
from pulumi_plivo.pool_view.gate import PoolGate, is_writing
from pulumi_plivo.pool_view.memory import Listing, PoolMemory
from pulumi_plivo.pool_view.reads import PagesShiftedError, PoolReads, in_parallel

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

Result = TypeVar("Result")

#: Seconds for which a first page may be followed by the others.
YOUNG = 5.0
#: Readings of pages that shift, until the view does without.
READINGS = 4
THREADS = 4
#: The key of the flight that reads pages.
PAGES = "pages"


@dataclass(frozen=True)
class Sighting:
    """What a look-up found.

    Attributes:
        member: The member, None when it is not in the pool.
        is_fresh: Whether a GET during this look-up said so. Otherwise it was seen, or written, up to 30 seconds before.
    """

    member: PoolMember | None
    is_fresh: bool


class PoolView:
    """One kind of members of one pool, for all threads.

    The first look-up takes the first page, which tells the size; then single GETs until they would have cost as much
    as the remaining pages, then the pages. Whatever was seen is forgotten after 30 seconds. Look-ups raise ApiError,
    to all who wait for the call that failed; the next look-up tries again.

    Args:
        client: The account.
        kind: Which members.
        number_pool_uuid: The pool.
        threads: How many read pages at a time. Default 4.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        client: "Client",
        kind: MemberKind,
        number_pool_uuid: str,
        *,
        threads: int = THREADS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kind = kind
        self._reads = PoolReads(client, kind, number_pool_uuid)
        self._threads = threads
        self._clock = clock
        self._gate = PoolGate()
        self._lock = threading.Lock()
        self._flights: dict[object, Future[Any]] = {}
        self._memory = PoolMemory(kind)

    @property
    def pool_exists(self) -> bool:
        """Whether a call was answered that proves that the account has the pool."""
        return self._reads.was_answered

    def look_up(self, digits: str, *, with_service: bool = False, wanted: str | None = None) -> Sighting:
        """Tell whether a member is in the pool.

        Args:
            digits: The member.
            with_service: Ask for the `service` where it is not told; it stays None where no call tells it.
            wanted: The service whose entry is returned when the pool lists the member once for each.
        """
        began = self._clock()
        cost = self._usual_cost(with_service)
        while True:
            with self._lock:
                seen = self._memory.told(digits, began, with_service=with_service)
                if seen is not None:
                    return _sighting(seen.entries, wanted, is_fresh=False)
                by_the_page = not is_writing() and self._memory.wants_pages(began, cost)
                if not by_the_page:
                    self._memory.pay(cost)
            if not by_the_page:
                return self._single(digits, began, with_service, wanted)
            self._together(PAGES, partial(self._read, began, cost, self._threads))

    def look_up_all(
        self,
        digits: Iterable[str],
        *,
        with_service: bool = False,
        wanted: str | None = None,
        threads: int | None = None,
    ) -> dict[str, Sighting]:
        """Look up many at once, by so many threads (default: the view's), as `look_up` does each."""
        began = self._clock()
        threads = threads or self._threads
        found: dict[str, Sighting] = {}
        missing = list(dict.fromkeys(digits))
        while missing:
            with self._lock:
                for each in missing:
                    seen = self._memory.told(each, began, with_service=with_service)
                    if seen is not None:
                        found[each] = _sighting(seen.entries, wanted, is_fresh=False)
                missing = [each for each in missing if each not in found]
                cost = len(missing) * self._usual_cost(with_service)
                by_the_page = bool(missing) and not is_writing() and self._memory.wants_pages(began, cost)
                if not by_the_page:
                    self._memory.pay(cost)
            if by_the_page:
                self._together(PAGES, partial(self._read, began, cost, threads))
            else:
                sightings = in_parallel(lambda each: self._single(each, began, with_service, wanted), missing, threads)
                found.update(zip(missing, sightings, strict=True))
                missing = []
        return found

    def members(self, *, threads: int | None = None) -> dict[str, tuple[PoolMember, ...]] | None:
        """Return the entries of every member; None when the pages can't be read, because they keep shifting."""
        began = self._clock()
        while True:
            with self._lock:
                listing = self._memory.listing_at(began)
                if listing is not None and listing.is_complete:
                    return self._memory.members()
                if listing is not None and not listing.is_of_use:
                    return None
            self._together(PAGES, partial(self._read, began, math.inf, threads or self._threads))

    def confirmed(self, digits: str, *, with_service: bool = False, wanted: str | None = None) -> Sighting:
        """Ask Plivo about one member, whatever was seen before; arguments as of `look_up`."""
        entries, _ = self._ask(digits, with_service)
        return _sighting(entries, wanted, is_fresh=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write to the pool inside: meanwhile nobody reads pages, which a write would shift. Many may write at once.

        Look-ups inside go without pages.
        """
        with self._gate.writing():
            try:
                yield
            finally:
                with self._lock:
                    self._memory.may_have_shifted()

    def added(self, member: PoolMember) -> None:
        """Note that the member was added; called inside `writing`."""
        self._reads.was_answered = True
        with self._lock:
            self._memory.written(member.digits, (member,), self._clock())

    def removed(self, digits: str) -> None:
        """Note that the member was removed; called inside `writing`."""
        with self._lock:
            self._memory.written(digits, (), self._clock())

    def forget(self, digits: str) -> None:
        """Note that nobody knows what a write made of the member; called inside `writing`."""
        with self._lock:
            self._memory.written(digits, (), -math.inf)

    def _single(self, digits: str, began: float, with_service: bool, wanted: str | None) -> Sighting:
        """Ask about one member, for all who do meanwhile. What this usually costs was paid."""

        def ask() -> tuple[tuple[PoolMember, ...], int]:
            with self._lock:
                seen = self._memory.told(digits, began, with_service=with_service)
            return self._ask(digits, with_service) if seen is None else (seen.entries, 0)

        (entries, calls), is_own = self._together((digits, with_service), ask)
        with self._lock:
            self._memory.pay((calls if is_own else 0) - self._usual_cost(with_service))
        return _sighting(entries, wanted, is_fresh=is_own and calls > 0)

    def _ask(self, digits: str, with_service: bool) -> tuple[tuple[PoolMember, ...], int]:
        with self._lock:
            mark = self._memory.mark(digits)
        at = self._clock()
        entries, calls = self._reads.one(digits, with_service=with_service)
        with self._lock:
            self._memory.asked(digits, entries, at, mark, tells_service=with_service)
        return entries, calls

    def _usual_cost(self, with_service: bool) -> int:
        """Return the calls that ask about one member which is in the pool."""
        return 2 if with_service and self._kind is not MemberKind.SHORTCODE else 1

    def _together(self, key: object, work: Callable[[], Result]) -> tuple[Result, bool]:
        """Return what `work` returns, done once for all who ask meanwhile, and whether it was done by this call."""
        with self._lock:
            flight = self._flights.get(key)
            is_own = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not is_own:
            return flight.result(), False
        try:
            flight.set_result(work())
        except BaseException as error:
            flight.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._flights[key]
        return flight.result(), True

    def _read(self, began: float, singles: float, threads: int) -> None:
        """Read the first page, or all of them, if that is still wanted."""
        with self._gate.reading():
            with self._lock:
                if not self._memory.wants_pages(began, singles):
                    return
                listing = self._memory.listing_at(began)
            at = self._clock()
            try:
                if listing is None:
                    first = self._reads.page()
                    self._note(Listing(first, at), first.members)
                else:
                    self._read_all(listing, threads)
            except ApiError as error:
                # No list, no pages; what one GET says about each member counts.
                if not error.is_not_found:
                    raise
                self._note(Listing(None, at), ())

    def _read_all(self, listing: Listing, threads: int) -> None:
        first, at = listing.first, listing.at
        if listing.was_written_since or self._clock() - at > YOUNG:
            first = None
        for _ in range(READINGS):
            if first is None:
                at = self._clock()
                first = self._reads.page()
            try:
                members = self._reads.every(first, threads)
            except PagesShiftedError:
                first = None
            else:
                self._note(Listing(first, at, is_complete=True), members)
                return
        self._note(Listing(None, self._clock()), ())

    def _note(self, listing: Listing, members: Iterable[PoolMember]) -> None:
        with self._lock:
            self._memory.listed(listing, members)


class PoolViews:
    """The views of one account's pools, one for each pool and kind of members."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._views: dict[tuple[MemberKind, str], PoolView] = {}
        self._lock = threading.Lock()

    def of(self, kind: MemberKind, number_pool_uuid: str) -> PoolView:
        """Return the one view of these members."""
        key = (kind, number_pool_uuid.lower())
        with self._lock:
            if key not in self._views:
                self._views[key] = PoolView(self._client, kind, number_pool_uuid)
            return self._views[key]


def _sighting(entries: tuple[PoolMember, ...], wanted: str | None, *, is_fresh: bool) -> Sighting:
    member = next((entry for entry in entries if entry.service == wanted), entries[0] if entries else None)
    return Sighting(member, is_fresh)
