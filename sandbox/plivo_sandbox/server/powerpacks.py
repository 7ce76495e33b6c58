"""Powerpacks: their rows, and what makes their arguments right."""

import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from plivo_sandbox.server import account_numbers, pool_entries
from plivo_sandbox.server.errors import bad_request, not_found
from plivo_sandbox.server.pool_entries import NUMBER, TOLLFREE
from plivo_sandbox.server.quirks import Quirks
from plivo_sandbox.server.timestamps import now

APPLICATION_TYPES = ("xml", "phlo")
SENDERS = ("shortcode", "tollfree", "longcode")


def _priority(service: str, country: str, *senders: str) -> dict[str, Any]:
    priority = {f"priority{place}": sender for place, sender in enumerate(senders, 1)}
    return {"service_type": service, "country_iso": country, "priority": priority}


DEFAULT_PRIORITY = [
    _priority(service, country, *senders)
    for country, senders in {
        "US": ("shortcode", "tollfree", "longcode"),
        "CA": ("shortcode", "longcode", "tollfree"),
    }.items()
    for service in ("SMS", "MMS")
]
DEFAULTS: Mapping[str, Any] = {
    "sticky_sender": True,
    "local_connect": True,
    "application_type": "",
    "application_id": "",
    "number_priority": DEFAULT_PRIORITY,
}
COLUMNS = ("name", *DEFAULTS)


def insert(
    connection: sqlite3.Connection,
    auth_id: str,
    name: str,
    settings: Mapping[str, Any],
    *,
    powerpack_uuid: str | None = None,
    number_pool_uuid: str | None = None,
) -> sqlite3.Row:
    """Add a Powerpack with an empty pool and return its row.

    `settings` are laid over `DEFAULTS`; a uuid that is None is made up.
    """
    powerpack_uuid = powerpack_uuid or str(uuid.uuid4())
    values = {
        **_stored({**DEFAULTS, **settings}),
        "uuid": powerpack_uuid,
        "auth_id": auth_id,
        "name": name,
        "number_pool_uuid": number_pool_uuid or str(uuid.uuid4()),
        "created_on": now(),
    }
    connection.execute(
        "INSERT INTO powerpacks (uuid, auth_id, name, sticky_sender, local_connect, application_type,"
        " application_id, number_priority, number_pool_uuid, created_on) VALUES (:uuid, :auth_id, :name,"
        " :sticky_sender, :local_connect, :application_type, :application_id, :number_priority,"
        " :number_pool_uuid, :created_on)",
        values,
    )
    return find(connection, auth_id, powerpack_uuid)


def change(connection: sqlite3.Connection, row: sqlite3.Row, changes: Mapping[str, Any]) -> sqlite3.Row:
    """Change any of `COLUMNS` of a Powerpack and return its new row."""
    values = {**{column: row[column] for column in COLUMNS}, **_stored(changes), "uuid": row["uuid"]}
    connection.execute(
        "UPDATE powerpacks SET name = :name, sticky_sender = :sticky_sender, local_connect = :local_connect,"
        " application_type = :application_type, application_id = :application_id,"
        " number_priority = :number_priority WHERE uuid = :uuid",
        values,
    )
    return find(connection, row["auth_id"], row["uuid"])


def delete(connection: sqlite3.Connection, quirks: Quirks, row: sqlite3.Row, *, unrent_numbers: bool) -> None:
    """Delete a Powerpack with its pool; `unrent_numbers` gives its numbers and toll-frees back for good."""
    if unrent_numbers:
        for entry in pool_entries.of_pool(connection, row["number_pool_uuid"], (NUMBER, TOLLFREE)):
            account_numbers.unrent(connection, quirks, row["auth_id"], entry["number"])
    connection.execute("DELETE FROM powerpacks WHERE uuid = ?", (row["uuid"],))


def find(connection: sqlite3.Connection, auth_id: str, powerpack_uuid: str) -> sqlite3.Row:
    """Return the account's Powerpack; raises a 404."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM powerpacks WHERE auth_id = ? AND uuid = ?", (auth_id, powerpack_uuid)
    ).fetchone()
    if row is None:
        raise not_found()
    return row


def named(connection: sqlite3.Connection, auth_id: str, name: str) -> sqlite3.Row | None:
    """Return the account's Powerpack with the name, or None."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM powerpacks WHERE auth_id = ? AND name = ? ORDER BY id", (auth_id, name)
    ).fetchone()
    return row


def every(connection: sqlite3.Connection, auth_id: str) -> list[sqlite3.Row]:
    """Return the account's Powerpacks, oldest first."""
    return connection.execute("SELECT * FROM powerpacks WHERE auth_id = ? ORDER BY id", (auth_id,)).fetchall()


def settings_of(row: sqlite3.Row) -> dict[str, Any]:
    """Return the settings of a Powerpack, all that `DEFAULTS` has, in the types of the API."""
    return {
        "sticky_sender": bool(row["sticky_sender"]),
        "local_connect": bool(row["local_connect"]),
        "application_type": row["application_type"],
        "application_id": row["application_id"],
        "number_priority": json.loads(row["number_priority"]),
    }


def merged_priorities(
    before: Sequence[Mapping[str, Any]], changes: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the entries of `before`, those of `changes` in the place of the same country and service."""
    merged = {(entry["country_iso"], entry["service_type"]): entry for entry in (*before, *changes)}
    return list(merged.values())


def require_application(application_type: object, application_id: object) -> None:
    """Refuse an application without its type, or of an unknown one, with a 400."""
    if not isinstance(application_type, str) or not isinstance(application_id, str):
        raise bad_request("application_type and application_id must be strings")
    known = application_type.lower() in APPLICATION_TYPES
    if (application_type and not known) or (application_id not in ("", "none") and not application_type):
        raise bad_request(f"application_type must be one of {', '.join(APPLICATION_TYPES)}")


def require_priorities(priorities: object) -> None:
    """Refuse a `number_priority` that is not as documented with a 400."""
    if not isinstance(priorities, list) or not all(_is_priority(priority) for priority in priorities):
        raise bad_request("number_priority is invalid")


def _is_priority(priority: object) -> bool:
    if not isinstance(priority, dict):
        return False
    places = priority.get("priority")
    return (
        priority.get("service_type") in ("SMS", "MMS")
        and priority.get("country_iso") in ("US", "CA")
        and isinstance(places, dict)
        and set(places) <= {"priority1", "priority2", "priority3"}
        and _are_senders(list(places.values()))
    )


def _are_senders(senders: Sequence[object]) -> bool:
    return all(sender is None or sender in SENDERS for sender in senders)


def _stored(settings: Mapping[str, Any]) -> dict[str, Any]:
    stored = dict(settings)
    if stored.get("application_id") == "none":
        stored["application_id"] = ""
    if "number_priority" in stored:
        stored["number_priority"] = json.dumps(stored["number_priority"] or DEFAULT_PRIORITY)
    return stored
