"""Accounts and who may act for them."""

import base64
import binascii
import hmac
import re
import sqlite3

from plivo_sandbox.server.errors import PlivoError

SUBACCOUNT_ID = re.compile(r"SA[A-Za-z0-9]{18}")


def add_account(
    connection: sqlite3.Connection,
    auth_id: str,
    auth_token: str,
    *,
    name: str = "",
    main_account: str | None = None,
    default_app_id: str | None = None,
) -> None:
    """Add an account, or give the one with this id the token."""
    connection.execute(
        "INSERT INTO accounts (auth_id, auth_token, name, main_account, default_app_id) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (auth_id) DO UPDATE SET auth_token = excluded.auth_token",
        (auth_id, auth_token, name, main_account, default_app_id),
    )


def rotate_token(connection: sqlite3.Connection, auth_id: str, auth_token: str) -> None:
    """Give an account a new token, in the place of its old one; raises a 404 when there is no such account."""
    rotated = connection.execute("UPDATE accounts SET auth_token = ? WHERE auth_id = ?", (auth_token, auth_id))
    if not rotated.rowcount:
        raise PlivoError(404, f"there is no account {auth_id}")


def token_of(connection: sqlite3.Connection, auth_id: str) -> str | None:
    """Return an account's token, None when there is no such account."""
    row = connection.execute("SELECT auth_token FROM accounts WHERE auth_id = ?", (auth_id,)).fetchone()
    return None if row is None else str(row["auth_token"])


def is_subaccount_of(connection: sqlite3.Connection, subaccount: str, auth_id: str) -> bool:
    """Tell whether the account has this subaccount."""
    row = connection.execute("SELECT main_account FROM accounts WHERE auth_id = ?", (subaccount,)).fetchone()
    return row is not None and row["main_account"] == auth_id


def name_of(connection: sqlite3.Connection, auth_id: str) -> str:
    """Return the name of an account, empty for one that is not known."""
    row = connection.execute("SELECT name FROM accounts WHERE auth_id = ?", (auth_id,)).fetchone()
    return "" if row is None else str(row["name"])


def default_application(connection: sqlite3.Connection, auth_id: str) -> str | None:
    """Return the path of the application that the account's numbers get by default, or None."""
    row = connection.execute("SELECT default_app_id FROM accounts WHERE auth_id = ?", (auth_id,)).fetchone()
    app_id = row["default_app_id"]
    return f"/v1/Account/{auth_id}/Application/{app_id}/" if app_id else None


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
        raise PlivoError(401, "authentication credentials were not provided")
    return auth_id, auth_token
