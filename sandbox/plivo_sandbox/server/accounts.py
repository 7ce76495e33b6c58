"""Accounts and who may act for them."""

import base64
import binascii
import hmac
import sqlite3

from plivo_sandbox.server.errors import PlivoError


def add_account(connection: sqlite3.Connection, auth_id: str, auth_token: str) -> None:
    """Add an account, or give the one with this id the token."""
    connection.execute(
        "INSERT INTO accounts (auth_id, auth_token) VALUES (?, ?)"
        " ON CONFLICT (auth_id) DO UPDATE SET auth_token = excluded.auth_token",
        (auth_id, auth_token),
    )


def token_of(connection: sqlite3.Connection, auth_id: str) -> str | None:
    """Return an account's token, None when there is no such account."""
    row = connection.execute("SELECT auth_token FROM accounts WHERE auth_id = ?", (auth_id,)).fetchone()
    return None if row is None else str(row["auth_token"])


def authenticate(connection: sqlite3.Connection, authorization: str | None) -> str:
    """Return the auth id that an `Authorization: Basic` header proves; raises a 401 for anything else."""
    auth_id, auth_token = _credentials(authorization)
    known = token_of(connection, auth_id)
    if known is None or not hmac.compare_digest(known.encode(), auth_token.encode()):
        raise PlivoError(401, "authentication failed")
    return auth_id


def _credentials(authorization: str | None) -> tuple[str, str]:
    scheme, _, encoded = (authorization or "").partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        decoded = ""
    auth_id, colon, auth_token = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise PlivoError(401, "authentication failed")
    return auth_id, auth_token
