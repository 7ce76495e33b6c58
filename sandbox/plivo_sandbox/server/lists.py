"""Pages of a list and their `meta`."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from plivo_sandbox.server.errors import bad_request
from plivo_sandbox.server.requests import PlivoRequest

MAX_LIMIT = 20

Row = TypeVar("Row")


def page(
    request: PlivoRequest,
    collection: str,
    rows: Sequence[Row],
    written: Callable[[Row], dict[str, Any]],
    *,
    at_the_ends: str | None = None,
) -> dict[str, Any]:
    """Return the answer to a list: the part of `rows`, oldest first, that the query asks for, each as `written` has it.

    `collection` is the path below the account (`Powerpack`); `at_the_ends` is `next` on the last page.
    """
    limit = _whole_number(request, "limit", MAX_LIMIT, 1, MAX_LIMIT)
    offset = _whole_number(request, "offset", 0, 0, None)
    ordered = rows[::-1] if request.quirks["list-order"] == "newest" else rows
    answer: dict[str, Any] = {"objects": [written(row) for row in ordered[offset : offset + limit]]}
    if rows or request.quirks["empty-list-meta"] == "full":
        answer["meta"] = _meta(request, collection, limit, offset, len(rows), at_the_ends)
    return answer


def _whole_number(request: PlivoRequest, name: str, default: int, least: int, most: int | None) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    try:
        value = int(text)
    except ValueError:
        raise bad_request(f"{name} must be a whole number") from None
    clamped = max(value, least) if most is None else min(max(value, least), most)
    if clamped != value and request.quirks["limit-overflow"] == "reject":
        span = f"{least} to {most}" if most is not None else f"{least} or more"
        raise bad_request(f"{name} must be {span}")
    return clamped


def _meta(
    request: PlivoRequest, collection: str, limit: int, offset: int, total: int, at_the_ends: str | None
) -> dict[str, Any]:
    meta: dict[str, Any] = {"limit": limit, "offset": offset, "total_count": total}
    neighbours = {
        "next": offset + limit if offset + limit < total else None,
        "previous": max(offset - limit, 0) if offset > 0 else None,
    }
    ends = request.quirks["next-previous"]
    for name, start in neighbours.items():
        if start is not None:
            meta[name] = _address(request, collection, limit, start)
        elif ends != "missing":
            meta[name] = at_the_ends if ends == "empty" else None
    return meta


def _address(request: PlivoRequest, collection: str, limit: int, offset: int) -> str:
    filters = {name: value for name, value in request.query.items() if name not in ("limit", "offset")}
    query = urlencode({"limit": limit, "offset": offset, **filters})
    if request.quirks["next-form"] == "api":
        return f"/api/v1/account/{request.auth_id}/{collection}?{query}"
    return f"/v1/Account/{request.auth_id}/{collection}/?{query}"
