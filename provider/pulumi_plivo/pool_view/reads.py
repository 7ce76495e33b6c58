"""The calls that tell who is in a pool: one member, or all the pages, of which it is noticed when they shift."""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pulumi_plivo.api import ApiError, MemberKind, Page, PoolMember

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

Given = TypeVar("Given")
Result = TypeVar("Result")

PAGE_SIZE = 20
#: After ten single calls pages are read without knowing how many there are.
PAGES_OF_UNKNOWN_NUMBER = 11


class PagesShiftedError(Exception):
    """Members came or went while the pages were read, so that one may be missing or listed twice."""


class PoolReads:
    """Reads one kind of members of one pool. Every method raises ApiError."""

    def __init__(self, client: "Client", kind: MemberKind, number_pool_uuid: str) -> None:
        self._members = client.pool_members
        self._kind = kind
        self._pool = number_pool_uuid
        #: Whether a call was answered with a 2xx, which proves that the account has the pool.
        self.was_answered = False

    def one(self, digits: str, *, with_service: bool) -> tuple[tuple[PoolMember, ...], int]:
        """Return the entries of one member, none when it is not in the pool, and the number of calls it took.

        Plivo's SDKs disagree whether a look-up without a service covers the members for MMS, so these are asked for
        before a member counts as gone. Where the answer leaves out the service, `with_service` asks the list for it.
        """
        found = self._get(digits)
        if self._kind is MemberKind.SHORTCODE:
            return ((found,) if found else ()), 1
        if found is None:
            for_mms = self._get(digits, service="mms")
            return ((replace(for_mms, service=for_mms.service or "mms"),) if for_mms else ()), 2
        if not with_service or found.service is not None or found.country_iso2 is None:
            return (found,), 1
        # The filter wants the digits behind the calling code, which has one to three.
        prefixes = tuple(digits[length:] for length in range(4) if digits[length:])
        listed = self.page(starts_with=prefixes, country_iso2=found.country_iso2)
        return tuple(entry for entry in listed.members if entry.digits == digits) or (found,), 2

    def page(
        self,
        offset: int = 0,
        *,
        service: str | None = None,
        starts_with: tuple[str, ...] = (),
        country_iso2: str | None = None,
    ) -> Page:
        """Return one page."""
        page = self._members.page(
            self._kind,
            self._pool,
            limit=PAGE_SIZE,
            offset=offset,
            service=service,
            starts_with=starts_with,
            country_iso2=country_iso2,
        )
        self.was_answered = True
        return page

    def every(self, first: Page, threads: int) -> tuple[PoolMember, ...]:
        """Return every entry, of which `first` is the first page; the others are read by so many threads.

        A list without a service may leave out the members for MMS, as a look-up of one may: where it shows none, they
        are asked for. Raises PagesShiftedError.
        """
        members = self._listed(first, threads, None)
        if self._kind is MemberKind.SHORTCODE or any(member.service == "mms" for member in members):
            return members
        first_for_mms = self.page(service="mms")
        if first_for_mms.members == first.members:
            return members
        shown = {member.digits for member in members}
        for_mms = self._listed(first_for_mms, threads, "mms")
        return members + tuple(
            replace(member, service=member.service or "mms") for member in for_mms if member.digits not in shown
        )

    def _get(self, digits: str, *, service: str | None = None) -> PoolMember | None:
        try:
            member = self._members.get(self._kind, self._pool, digits, service=service)
        except ApiError as error:
            if error.is_not_found:
                return None
            raise
        self.was_answered = True
        return member

    def _listed(self, first: Page, threads: int, service: str | None) -> tuple[PoolMember, ...]:
        if first.total_count is None:
            return self._until_the_end(first, service)

        def next_page(offset: int) -> Page:
            page = self.page(offset, service=service)
            if page.total_count != first.total_count:
                raise PagesShiftedError
            return page

        offsets = range(PAGE_SIZE, first.total_count, PAGE_SIZE)
        pages = [first, *in_parallel(next_page, offsets, threads)]
        members = tuple(member for page in pages for member in page.members)
        if not len(members) == len(set(members)) == first.total_count:
            raise PagesShiftedError
        return members

    def _until_the_end(self, first: Page, service: str | None) -> tuple[PoolMember, ...]:
        members = dict.fromkeys(first.members)
        page, offset = first, 0
        while not is_the_last(page):
            offset += PAGE_SIZE
            page = self.page(offset, service=service)
            if not members.keys().isdisjoint(page.members):
                raise PagesShiftedError
            members.update(dict.fromkeys(page.members))
        return tuple(members)


def is_the_last(page: Page) -> bool:
    """Whether no page follows one that does not tell the total; a full one may have a next, whatever it says."""
    return page.is_last and len(page.members) < PAGE_SIZE


def pages_after(first: Page) -> int:
    """Return how many pages follow the first; where that is not told, what they are taken for."""
    if first.total_count is None:
        return 0 if is_the_last(first) else PAGES_OF_UNKNOWN_NUMBER
    return max(math.ceil(first.total_count / PAGE_SIZE) - 1, 0)


def in_parallel(work: Callable[[Given], Result], given: Iterable[Given], threads: int) -> Sequence[Result]:
    """Return what `work` makes of each, in order; the first error ends it and is raised."""
    items = list(given)
    if not items:
        return []
    with ThreadPoolExecutor(min(threads, len(items)), thread_name_prefix="plivo-reads") as executor:
        futures = [executor.submit(work, item) for item in items]
        ended, _ = wait(futures, return_when=FIRST_EXCEPTION)
        failures = [error for future in ended if (error := future.exception()) is not None]
        if failures:
            executor.shutdown(cancel_futures=True)
            raise failures[0]
        return [future.result() for future in futures]
