"""NumberPool/{pool}/ and below it Number/, Tollfree/ and Shortcode/."""

import sqlite3
from typing import Any

from plivo_sandbox.server import pool_entries
from plivo_sandbox.server.answers import SUCCESS, Answer
from plivo_sandbox.server.errors import bad_request, not_found
from plivo_sandbox.server.lists import page
from plivo_sandbox.server.number_filters import number_filters, service_argument, wanted_service
from plivo_sandbox.server.number_pools import NumberPool, find_pool
from plivo_sandbox.server.phone_numbers import network_type
from plivo_sandbox.server.pool_entries import NUMBER, SHORTCODE, TOLLFREE
from plivo_sandbox.server.requests import PlivoRequest
from plivo_sandbox.server.timestamps import as_written

NO_SUCH_DELETE = "invalid powerpack number delete request"


def get_pool(request: PlivoRequest) -> Answer:
    """GET NumberPool/{pool_uuid}/."""
    pool = _pool(request)
    path = f"/v1/Account/{request.auth_id}/NumberPool/{pool.uuid}"
    return Answer({"numbers": f"{path}/Number/", "shortcodes": f"{path}/Shortcode/", "uuid": pool.uuid})


def list_numbers(request: PlivoRequest) -> Answer:
    """GET NumberPool/{pool_uuid}/Number/."""
    kinds = (NUMBER, TOLLFREE) if request.quirks["number-list-tollfrees"] == "include" else (NUMBER,)
    filters = number_filters(request)
    entries = _listed(request, kinds)
    # A pool may hold ten thousand numbers, and a list be asked for page by page.
    return _list(request, NUMBER, entries if filters.is_empty else list(filter(filters.let_through, entries)))


def list_tollfrees(request: PlivoRequest) -> Answer:
    """GET NumberPool/{pool_uuid}/Tollfree/."""
    return _list(request, TOLLFREE, _listed(request, (TOLLFREE,)))


def list_shortcodes(request: PlivoRequest) -> Answer:
    """GET NumberPool/{pool_uuid}/Shortcode/."""
    return _list(request, SHORTCODE, _listed(request, (SHORTCODE,)))


def get_number(request: PlivoRequest) -> Answer:
    """GET NumberPool/{pool_uuid}/Number/{number}/."""
    service = wanted_service(request)
    entry = _pool(request).find(NUMBER, request.number())
    if service not in (None, entry["service"]):
        raise not_found()
    return _entry(request, NUMBER, entry, with_service=request.quirks["get-one-service"] == "present")


def get_tollfree(request: PlivoRequest) -> Answer:
    """GET NumberPool/{pool_uuid}/Tollfree/{number}/."""
    entry = _pool(request).find(TOLLFREE, request.number())
    return _entry(request, TOLLFREE, entry, with_service=request.quirks["get-one-service"] == "present")


def get_shortcode(request: PlivoRequest) -> Answer:
    """GET NumberPool/{pool_uuid}/Shortcode/{number}/."""
    return _entry(request, SHORTCODE, _pool(request).find(SHORTCODE, request.path["number"]), with_service=False)


def add_number(request: PlivoRequest) -> Answer:
    """POST NumberPool/{pool_uuid}/Number/{number}/."""
    return _add(request, NUMBER)


def add_tollfree(request: PlivoRequest) -> Answer:
    """POST NumberPool/{pool_uuid}/Tollfree/{number}/."""
    return _add(request, TOLLFREE)


def remove_number(request: PlivoRequest) -> Answer:
    """DELETE NumberPool/{pool_uuid}/Number/{number}/."""
    return _remove(request, NUMBER)


def remove_tollfree(request: PlivoRequest) -> Answer:
    """DELETE NumberPool/{pool_uuid}/Tollfree/{number}/."""
    return _remove(request, TOLLFREE)


def remove_shortcode(request: PlivoRequest) -> Answer:
    """DELETE NumberPool/{pool_uuid}/Shortcode/{number}/: it is unlinked, whatever `unrent` says."""
    _pool(request).remove(SHORTCODE, request.path["number"], unrent=False)
    return SUCCESS


def _pool(request: PlivoRequest) -> NumberPool:
    return find_pool(request.connection, request.quirks, request.auth_id, request.path["pool_uuid"])


def _add(request: PlivoRequest, kind: str) -> Answer:
    arguments = request.arguments()
    service = service_argument(arguments.get("service"))
    entry = _pool(request).add(kind, request.number(), service, rent=_rents(arguments.get("rent")))
    return _entry(request, kind, entry, with_service=True)


def _remove(request: PlivoRequest, kind: str) -> Answer:
    unrent = request.delete_flag("unrent", NO_SUCH_DELETE)
    _pool(request).remove(kind, request.number(), unrent=unrent)
    return SUCCESS


def _rents(value: object) -> bool:
    # The SDKs disagree about the type on the wire, so both work, whatever the quirk string-booleans says.
    if value is None or value is False or value == "false":
        return False
    if value is True or value == "true":
        return True
    raise bad_request("rent must be a boolean")


def _listed(request: PlivoRequest, kinds: tuple[str, ...]) -> list[sqlite3.Row]:
    pool = _pool(request)
    return pool_entries.of_pool(request.connection, pool.uuid, kinds, changes_ago=int(request.quirks["list-delay"]))


def _list(request: PlivoRequest, route: str, entries: list[sqlite3.Row]) -> Answer:
    collection = f"NumberPool/{request.path['pool_uuid']}/{route.capitalize()}"
    with_service = request.quirks["list-service"] == "present"
    return Answer(
        page(
            request,
            collection,
            entries,
            lambda entry: _written(request, route, entry, with_service=with_service),
            at_the_ends="",
        )
    )


def _entry(request: PlivoRequest, route: str, entry: sqlite3.Row, *, with_service: bool) -> Answer:
    return Answer(_written(request, route, entry, with_service=with_service))


def _written(request: PlivoRequest, route: str, entry: sqlite3.Row, *, with_service: bool) -> dict[str, Any]:
    """Return an entry as it is told below the route of a kind."""
    written = {
        "added_on": as_written(entry["added_on"], request.quirks),
        "country_iso2": entry["country_iso2"],
        request.quirks["pool-id-key"]: entry["number_pool_uuid"],
    }
    if entry["kind"] == SHORTCODE:
        return {**written, "shortcode": entry["number"]}
    tollfree = entry["kind"] == TOLLFREE
    written["account_phone_number_resource"] = f"/v1/Account/{request.auth_id}/Number/{entry['number']}/"
    written[request.quirks["tollfree-key"] if tollfree and route == TOLLFREE else "number"] = entry["number"]
    written["type"] = request.quirks["tollfree-type"] if tollfree else network_type(entry["type"])
    if with_service:
        written["service"] = entry["service"]
    return written
