"""Lists, page by page: we count the offset of the next one ourselves, as Plivo's `next` comes in several forms."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pulumi_plivo.api.errors import ApiError, odd_answer
from pulumi_plivo.api.fields import count
from pulumi_plivo.api.paths import joined

Item = TypeVar("Item")

LARGEST_PAGE = 20
#: Pages after which a list counts as one without end.
MOST_PAGES = 5_000
LARGEST_OFFSET = MOST_PAGES * LARGEST_PAGE


@dataclass(frozen=True)
class Listed(Generic[Item]):
    """One page of a list.

    Attributes:
        items: What could be understood.
        entries: How many entries the page has, with those that could not: by these the next page's offset counts.
        total_count: Entries on all pages; None where Plivo does not tell, or tells what can't be.
        is_last: Whether no page follows, as far as this one tells.
    """

    items: tuple[Item, ...]
    entries: int
    total_count: int | None
    is_last: bool


def listed(payload: Mapping[str, Any], limit: int, read: Callable[[Mapping[str, Any]], Item | None]) -> Listed[Item]:
    """Read a page of at most `limit` entries; `next` may be an empty string, null or missing at the end."""
    meta = payload.get("meta")
    objects = payload.get("objects")
    entries = objects if isinstance(objects, list) else []
    found = (read(entry) for entry in entries if isinstance(entry, dict))
    total = count(meta, "total_count") if isinstance(meta, dict) else None
    has_next = isinstance(meta, dict) and bool(meta.get("next"))
    return Listed(
        items=tuple(item for item in found if item is not None),
        entries=len(entries),
        total_count=total,
        is_last=not entries or (not has_next and (total is None or len(entries) < limit)),
    )


def paged(limit: int, offset: int, *parts: str) -> dict[str, str]:
    """Return the query for a page of the list at `parts`.

    Raises ValueError for what Plivo would refuse, and ApiError for a page that no list gets to: the list before it
    has no end.
    """
    if not 1 <= limit <= LARGEST_PAGE or offset < 0:
        raise ValueError(f"limit is 1 to {LARGEST_PAGE} and offset at least 0, not {limit} and {offset}")
    if offset > LARGEST_OFFSET:
        text = f"the list has no end: {LARGEST_OFFSET:,} entries were passed"
        raise ApiError(status=None, text=text, api_id=None, method="GET", path=joined(*parts), attempts=0)
    return {"limit": str(limit), "offset": str(offset)}


def every(read: Callable[[int], Listed[Item]], limit: int, *parts: str) -> Iterator[Item]:
    """Yield what is on all the pages of the list at `parts`; `read` reads the page at an offset.

    Raises ApiError where a list comes back to the page before, or has not ended after 5,000 pages.
    """
    offset, before = 0, None
    for _ in range(MOST_PAGES):
        found = read(offset)
        if found.items and found.items == before:
            raise odd_answer("a list that repeats itself", "GET", *parts)
        yield from found.items
        offset, before = offset + found.entries, found.items
        # A full page that tells no total may have a next, whatever it says.
        is_over = found.is_last and (found.total_count is not None or found.entries != limit)
        if not found.entries or is_over or (found.total_count is not None and offset >= found.total_count):
            return
    raise odd_answer(f"a list without end: {MOST_PAGES:,} pages were read", "GET", *parts)
