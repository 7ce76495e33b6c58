"""The rows of number pools: which number, toll-free or shortcode is in which pool, and was until when."""

import sqlite3
from collections.abc import Sequence

from plivo_sandbox.server.timestamps import now

NUMBER = "number"
TOLLFREE = "tollfree"
SHORTCODE = "shortcode"


def insert(
    connection: sqlite3.Connection,
    pool_uuid: str,
    kind: str,
    number: str,
    *,
    type: str = "",  # noqa: A002 - Plivo's name
    service: str = "",
    country_iso2: str = "US",
) -> sqlite3.Row:
    """Add a member to the pool and return its row."""
    cursor = connection.execute(
        "INSERT INTO pool_entries"
        " (number_pool_uuid, kind, number, type, service, country_iso2, added_on, added_change)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (pool_uuid, kind, number, type, service, country_iso2, now(), _next_change(connection, pool_uuid)),
    )
    row: sqlite3.Row = connection.execute("SELECT * FROM pool_entries WHERE id = ?", (cursor.lastrowid,)).fetchone()
    return row


def remove(connection: sqlite3.Connection, entry: sqlite3.Row) -> None:
    """Take a member out of its pool."""
    connection.execute(
        "UPDATE pool_entries SET removed_change = ? WHERE id = ?",
        (_next_change(connection, entry["number_pool_uuid"]), entry["id"]),
    )


def change_service(connection: sqlite3.Connection, entry: sqlite3.Row, service: str) -> sqlite3.Row:
    """Give a member another service and return its row."""
    remove(connection, entry)
    return insert(
        connection,
        entry["number_pool_uuid"],
        entry["kind"],
        entry["number"],
        type=entry["type"],
        service=service,
        country_iso2=entry["country_iso2"],
    )


def find(connection: sqlite3.Connection, pool_uuid: str, number: str, kinds: Sequence[str]) -> sqlite3.Row | None:
    """Return the pool's member with this number when it is of one of the kinds."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM pool_entries WHERE number = ? AND number_pool_uuid = ? AND removed_change IS NULL",
        (number, pool_uuid),
    ).fetchone()
    return row if row is not None and row["kind"] in kinds else None


def of_pool(
    connection: sqlite3.Connection, pool_uuid: str, kinds: Sequence[str], *, changes_ago: int = 0
) -> list[sqlite3.Row]:
    """Return the members of these kinds, oldest first, as they were before the pool's last `changes_ago` changes."""
    horizon = max(_changes(connection, pool_uuid) - changes_ago, 0)
    rows = connection.execute(
        "SELECT * FROM pool_entries WHERE number_pool_uuid = ? AND added_change <= ?"
        " AND (removed_change IS NULL OR removed_change > ?) ORDER BY id",
        (pool_uuid, horizon, horizon),
    )
    return [row for row in rows if row["kind"] in kinds]


def of_number(connection: sqlite3.Connection, number: str) -> list[sqlite3.Row]:
    """Return the entries of a number in all pools, also those of a subaccount; a shortcode is no number."""
    return connection.execute(
        "SELECT pool_entries.* FROM pool_entries JOIN powerpacks USING (number_pool_uuid)"
        " WHERE pool_entries.number = ? AND kind != ? AND removed_change IS NULL",
        (number, SHORTCODE),
    ).fetchall()


def _changes(connection: sqlite3.Connection, pool_uuid: str) -> int:
    query = "SELECT pool_changes FROM powerpacks WHERE number_pool_uuid = ?"
    return int(connection.execute(query, (pool_uuid,)).fetchone()["pool_changes"])


def _next_change(connection: sqlite3.Connection, pool_uuid: str) -> int:
    connection.execute("UPDATE powerpacks SET pool_changes = pool_changes + 1 WHERE number_pool_uuid = ?", (pool_uuid,))
    return _changes(connection, pool_uuid)
