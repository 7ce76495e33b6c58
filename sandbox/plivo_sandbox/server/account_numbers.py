"""The numbers that an account rents."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from plivo_sandbox.server import offers, pool_entries
from plivo_sandbox.server.errors import not_found
from plivo_sandbox.server.phone_numbers import Offer, PhoneNumber
from plivo_sandbox.server.quirks import Quirks
from plivo_sandbox.server.timestamps import now


def rent(connection: sqlite3.Connection, auth_id: str, number: PhoneNumber) -> None:
    """Put a number that nobody rents into the account."""
    connection.execute(
        "INSERT INTO account_numbers (number, auth_id, country_iso2, type, region, city, sms, mms, voice,"
        " monthly_rental_rate, added_on) VALUES (:number, :auth_id, :country_iso2, :type, :region, :city, :sms, :mms,"
        " :voice, :monthly_rental_rate, :added_on)",
        {**vars(number), "auth_id": auth_id, "added_on": now()},
    )


def buy(connection: sqlite3.Connection, auth_id: str, number: str, application: str | None) -> None:
    """Rent a number that is on offer, for the application with this path; raises a 404 for any other."""
    rent(connection, auth_id, offers.take(connection, number))
    change(connection, auth_id, number, {"application": application})


def renter(connection: sqlite3.Connection, number: str) -> str | None:
    """Return the auth id of the account that rents the number, or None."""
    row = connection.execute("SELECT auth_id FROM account_numbers WHERE number = ?", (number,)).fetchone()
    return None if row is None else str(row["auth_id"])


def find(connection: sqlite3.Connection, auth_id: str, number: str) -> sqlite3.Row | None:
    """Return the account's number, or None when the account neither rents it nor has it from its main account."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM account_numbers WHERE number = ? AND ? IN (auth_id, sub_account)", (number, auth_id)
    ).fetchone()
    return row


def every(connection: sqlite3.Connection, auth_id: str) -> list[sqlite3.Row]:
    """Return the account's numbers, and a subaccount's from its main account, the one rented first first."""
    return connection.execute(
        "SELECT * FROM account_numbers WHERE ? IN (auth_id, sub_account) ORDER BY id", (auth_id,)
    ).fetchall()


def change(connection: sqlite3.Connection, auth_id: str, number: str, changes: Mapping[str, Any]) -> None:
    """Set `alias`, `sub_account` and `application` of a number; what is None stays, "" takes away. Raises a 404."""
    if find(connection, auth_id, number) is None:
        raise not_found()
    connection.execute(
        "UPDATE account_numbers SET alias = coalesce(:alias, alias),"
        " sub_account = nullif(coalesce(:sub_account, sub_account), ''),"
        " application = nullif(coalesce(:application, application), '') WHERE number = :number",
        {"alias": None, "sub_account": None, "application": None, **changes, "number": number},
    )


def unrent(connection: sqlite3.Connection, quirks: Quirks, auth_id: str, number: str) -> None:
    """Give a number back for good; it leaves every pool as well. Raises a 404."""
    row = find(connection, auth_id, number)
    if row is None:
        raise not_found()
    connection.execute("DELETE FROM account_numbers WHERE number = ?", (number,))
    connection.execute("INSERT INTO unrented_numbers (auth_id, number) VALUES (?, ?)", (row["auth_id"], number))
    for entry in pool_entries.of_number(connection, number):
        pool_entries.remove(connection, entry)
    if quirks["unrented-number"] == "on-offer":
        offers.put_on_offer(connection, Offer(offers.as_phone_number(row)))


def unrented(connection: sqlite3.Connection, auth_id: str) -> list[str]:
    """Return the numbers that the account gave back, in that order."""
    rows = connection.execute("SELECT number FROM unrented_numbers WHERE auth_id = ? ORDER BY id", (auth_id,))
    return [row["number"] for row in rows]
