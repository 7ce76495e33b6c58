"""A whole list, of which nothing is missing and nothing listed twice: a program may declare all that it finds."""

from collections.abc import Callable
from typing import TypeVar

from pulumi_plivo.api.lists import LARGEST_OFFSET, LARGEST_PAGE, Listed, every
from pulumi_plivo.errors import PlivoError
from pulumi_plivo.pool_view.reads import PagesShiftedError, in_parallel

Item = TypeVar("Item")

#: Readings of a list that changes meanwhile, until it counts as one that can't be read.
READINGS = 4
#: Pages that are read at a time.
THREADS = 4


def whole_list(read: Callable[[int], Listed[Item]], *path: str) -> list[Item]:
    """Return all the entries of the list at a path below the account, in Plivo's order; `read` reads one page.

    Raises PlivoError where entries can't be understood, or the list changes each time that it is read, and ApiError,
    also for a list without end.
    """
    for _ in range(READINGS):
        try:
            return _entries(read, path)
        except PagesShiftedError:
            continue
    raise PlivoError(f"the list has changed each of the {READINGS} times that it was read; run it again")


def _entries(read: Callable[[int], Listed[Item]], path: tuple[str, ...]) -> list[Item]:
    first = read(0)
    _refuse_left_out(first)

    def page_at(offset: int) -> Listed[Item]:
        page = first if offset == 0 else read(offset)
        _refuse_left_out(page)
        if page.total_count != first.total_count:
            raise PagesShiftedError
        return page

    if first.total_count is None:
        found = list(every(page_at, LARGEST_PAGE, *path))
    else:
        if first.total_count > LARGEST_OFFSET + LARGEST_PAGE:
            # Ends in the error of a list without end, before all the pages up to there are read.
            read(first.total_count)
        pages = [first, *in_parallel(page_at, range(LARGEST_PAGE, first.total_count, LARGEST_PAGE), THREADS)]
        found = [item for page in pages for item in page.items]
        if len(found) != first.total_count:
            raise PagesShiftedError
    if len(set(found)) != len(found):
        raise PagesShiftedError
    return found


def _refuse_left_out(page: Listed[Item]) -> None:
    left_out = page.entries - len(page.items)
    if left_out:
        raise PlivoError(
            f"{left_out} of the list's entries can't be understood, and the others must not be taken for all there are;"
            " see the account in Plivo's console"
        )
