"""The numbers that an account rents, and those that are for sale."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plivo_sandbox.server import pool_entries
from plivo_sandbox.server.errors import not_found
from plivo_sandbox.server.timestamps import now

TOLLFREE = "tollfree"
#: What Plivo calls a number's type; `toll-free` is read as `tollfree`.
NUMBER_TYPES = ("fixed", "local", "mobile", "national", TOLLFREE)


@dataclass(frozen=True)
class PhoneNumber:
    """A number and what it can do, whoever rents it."""

    number: str
    country_iso2: str = "US"
    type: str = "fixed"
    region: str = ""
    sms: bool = True
    mms: bool = True
    voice: bool = True


def rent(connection: sqlite3.Connection, auth_id: str, number: PhoneNumber) -> None:
    """Put a number that nobody rents into the account."""
    connection.execute(
        "INSERT INTO account_numbers (number, auth_id, country_iso2, type, region, sms, mms, voice, added_on)"
        " VALUES (:number, :auth_id, :country_iso2, :type, :region, :sms, :mms, :voice, :added_on)",
        {**vars(number), "auth_id": auth_id, "added_on": now()},
    )


def offer(connection: sqlite3.Connection, number: PhoneNumber) -> None:
    """Put a number up for sale, or change what is said of it."""
    connection.execute(
        "INSERT OR REPLACE INTO numbers_for_sale (number, country_iso2, type, region, sms, mms, voice)"
        " VALUES (:number, :country_iso2, :type, :region, :sms, :mms, :voice)",
        vars(number),
    )


def for_sale(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the numbers that can be bought, oldest offer first."""
    return connection.execute("SELECT * FROM numbers_for_sale ORDER BY id").fetchall()


def buy(connection: sqlite3.Connection, auth_id: str, number: str) -> None:
    """Rent a number that is for sale; raises a 404 for any other, as Plivo does even for one that is rented already."""
    row = connection.execute("SELECT * FROM numbers_for_sale WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise not_found()
    connection.execute("DELETE FROM numbers_for_sale WHERE number = ?", (number,))
    rent(connection, auth_id, PhoneNumber(**{name: row[name] for name in row.keys() if name != "id"}))  # noqa: SIM118 - a Row iterates its values


def renter(connection: sqlite3.Connection, number: str) -> str | None:
    """Return the auth id of the account that rents the number, or None."""
    row = connection.execute("SELECT auth_id FROM account_numbers WHERE number = ?", (number,)).fetchone()
    return None if row is None else str(row["auth_id"])


def find(connection: sqlite3.Connection, auth_id: str, number: str) -> sqlite3.Row | None:
    """Return the account's number, or None when the account does not rent it."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM account_numbers WHERE auth_id = ? AND number = ?", (auth_id, number)
    ).fetchone()
    return row


def every(connection: sqlite3.Connection, auth_id: str) -> list[sqlite3.Row]:
    """Return the account's numbers, the one rented first first."""
    return connection.execute("SELECT * FROM account_numbers WHERE auth_id = ? ORDER BY id", (auth_id,)).fetchall()


def change(connection: sqlite3.Connection, auth_id: str, number: str, changes: Mapping[str, Any]) -> None:
    """Set `alias`, `sub_account` and `application` of a number; what is None stays. Raises a 404."""
    if find(connection, auth_id, number) is None:
        raise not_found()
    connection.execute(
        "UPDATE account_numbers SET alias = coalesce(:alias, alias),"
        " sub_account = coalesce(:sub_account, sub_account), application = coalesce(:application, application)"
        " WHERE number = :number",
        {"alias": None, "sub_account": None, "application": None, **changes, "number": number},
    )


def unrent(connection: sqlite3.Connection, auth_id: str, number: str) -> None:
    """Give a number back for good; it leaves every pool as well. Raises a 404."""
    if find(connection, auth_id, number) is None:
        raise not_found()
    connection.execute("DELETE FROM account_numbers WHERE number = ?", (number,))
    connection.execute("INSERT INTO unrented_numbers (auth_id, number) VALUES (?, ?)", (auth_id, number))
    for entry in pool_entries.of_number(connection, auth_id, number):
        pool_entries.remove(connection, entry)


def unrented(connection: sqlite3.Connection, auth_id: str) -> list[str]:
    """Return the numbers that the account gave back, in that order."""
    rows = connection.execute("SELECT number FROM unrented_numbers WHERE auth_id = ? ORDER BY id", (auth_id,))
    return [row["number"] for row in rows]
