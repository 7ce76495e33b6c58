"""All that the sandbox holds, in a form for assertions."""

import sqlite3
from typing import Any

from plivo_sandbox.server import account_numbers, pool_entries, powerpacks


def read_state(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return every account with the numbers it rents, those it gave back, and the members of its pools."""
    accounts = connection.execute("SELECT auth_id FROM accounts ORDER BY auth_id").fetchall()
    return {"accounts": {row["auth_id"]: _account(connection, row["auth_id"]) for row in accounts}}


def _account(connection: sqlite3.Connection, auth_id: str) -> dict[str, Any]:
    pools = [row["number_pool_uuid"] for row in powerpacks.every(connection, auth_id)]
    return {
        "numbers": [row["number"] for row in account_numbers.every(connection, auth_id)],
        "unrented": account_numbers.unrented(connection, auth_id),
        "pools": {uuid: _pool(connection, uuid) for uuid in pools},
    }


def _pool(connection: sqlite3.Connection, uuid: str) -> dict[str, Any]:
    def services(kind: str) -> dict[str, str]:
        entries = pool_entries.of_pool(connection, uuid, (kind,))
        return {entry["number"]: entry["service"] for entry in entries}

    return {
        "numbers": services(pool_entries.NUMBER),
        "tollfrees": services(pool_entries.TOLLFREE),
        "shortcodes": list(services(pool_entries.SHORTCODE)),
    }
