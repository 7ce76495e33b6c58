"""The numbers that can be bought."""

import sqlite3
from dataclasses import fields

from plivo_sandbox.server.errors import not_found
from plivo_sandbox.server.phone_numbers import Offer, PhoneNumber


def put_on_offer(connection: sqlite3.Connection, offer: Offer) -> None:
    """Let a number be bought, or change what is said of it."""
    connection.execute(
        "INSERT OR REPLACE INTO numbers_for_sale (number, country_iso2, type, region, city, sms, mms, voice,"
        " monthly_rental_rate, setup_rate, lata, rate_center, restriction, restriction_text)"
        " VALUES (:number, :country_iso2, :type, :region, :city, :sms, :mms, :voice,"
        " :monthly_rental_rate, :setup_rate, :lata, :rate_center, :restriction, :restriction_text)",
        {**vars(offer), **vars(offer.phone_number), "phone_number": None},
    )


def on_offer(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the numbers that can be bought, oldest offer first."""
    return connection.execute("SELECT * FROM numbers_for_sale ORDER BY id").fetchall()


def take(connection: sqlite3.Connection, number: str) -> PhoneNumber:
    """End the offer of a number and return it; raises a 404 for any other, a rented one too, as Plivo does."""
    row = connection.execute("SELECT * FROM numbers_for_sale WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise not_found()
    connection.execute("DELETE FROM numbers_for_sale WHERE number = ?", (number,))
    return as_phone_number(row)


def as_phone_number(row: sqlite3.Row) -> PhoneNumber:
    """Return the number that a row of the numbers on offer, or of an account's, is about."""
    return PhoneNumber(**{field.name: row[field.name] for field in fields(PhoneNumber)})
