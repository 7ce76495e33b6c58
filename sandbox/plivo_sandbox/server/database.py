"""The sandbox's state: one SQLite file, one transaction for each request."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from plivo_sandbox.private_files import FOLDER_MODE, LinkError, open_private, refuse_link

# What SQLite makes beside the file.
BESIDE = ("-wal", "-shm", "-journal")

#: Counts up when `SCHEMA` has a new column, which must be nullable or have a default.
VERSION = 1
# A pool entry that left its pool stays, with `removed_change` set, because a list may have to answer as before the
# latest changes (quirk list-delay). Changes are counted by pool.
SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    auth_id TEXT PRIMARY KEY,
    auth_token TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    main_account TEXT,
    default_app_id TEXT
);
CREATE TABLE IF NOT EXISTS account_numbers (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    auth_id TEXT NOT NULL REFERENCES accounts,
    country_iso2 TEXT NOT NULL,
    type TEXT NOT NULL,
    region TEXT NOT NULL,
    city TEXT NOT NULL DEFAULT '',
    sms INTEGER NOT NULL,
    mms INTEGER NOT NULL,
    voice INTEGER NOT NULL,
    monthly_rental_rate TEXT NOT NULL DEFAULT '0.50000',
    alias TEXT,
    sub_account TEXT,
    application TEXT,
    added_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS unrented_numbers (
    id INTEGER PRIMARY KEY,
    auth_id TEXT NOT NULL REFERENCES accounts,
    number TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS numbers_for_sale (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    country_iso2 TEXT NOT NULL,
    type TEXT NOT NULL,
    region TEXT NOT NULL,
    city TEXT NOT NULL DEFAULT '',
    sms INTEGER NOT NULL,
    mms INTEGER NOT NULL,
    voice INTEGER NOT NULL,
    monthly_rental_rate TEXT NOT NULL DEFAULT '0.50000',
    setup_rate TEXT NOT NULL DEFAULT '0.00000',
    lata TEXT,
    rate_center TEXT,
    restriction TEXT,
    restriction_text TEXT
);
CREATE TABLE IF NOT EXISTS powerpacks (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    auth_id TEXT NOT NULL REFERENCES accounts,
    name TEXT NOT NULL,
    sticky_sender INTEGER NOT NULL,
    local_connect INTEGER NOT NULL,
    application_type TEXT NOT NULL,
    application_id TEXT NOT NULL,
    number_priority TEXT NOT NULL,
    number_pool_uuid TEXT NOT NULL UNIQUE,
    pool_changes INTEGER NOT NULL DEFAULT 0,
    created_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pool_entries (
    id INTEGER PRIMARY KEY,
    number_pool_uuid TEXT NOT NULL REFERENCES powerpacks (number_pool_uuid) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('number', 'tollfree', 'shortcode')),
    number TEXT NOT NULL,
    type TEXT NOT NULL,
    service TEXT NOT NULL,
    country_iso2 TEXT NOT NULL,
    added_on TEXT NOT NULL,
    added_change INTEGER NOT NULL,
    removed_change INTEGER
);
CREATE UNIQUE INDEX IF NOT EXISTS live_pool_entries
    ON pool_entries (number, number_pool_uuid) WHERE removed_change IS NULL;
CREATE INDEX IF NOT EXISTS entries_of_pool ON pool_entries (number_pool_uuid);
"""


class DatabaseError(Exception):
    """The database file cannot be opened or is no database of the sandbox."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open the file, made with its directory when absent; the caller closes the connection. Raises `DatabaseError`."""
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        _make_private(path)
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    except (LinkError, OSError, sqlite3.Error) as error:
        msg = f"cannot open the sandbox database {path}: {error}"
        raise DatabaseError(msg) from error
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        # With WAL, NORMAL loses nothing when the process is killed; only a power cut could undo the latest commits.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(SCHEMA)
        _add_missing_columns(connection)
    except sqlite3.Error as error:
        connection.close()
        msg = f"{path} is not a database of the sandbox: {error}"
        raise DatabaseError(msg) from error
    return connection


def _make_private(path: Path) -> None:
    # SQLite follows a link in the place of the file, and gives those that it makes beside it the file's mode.
    refuse_link(path, *(path.with_name(path.name + ending) for ending in BESIDE))
    # Only a file that is new may be closed again: that would end SQLite's own locks of this process on an older one.
    with suppress(FileExistsError):
        os.close(open_private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL))


def _add_missing_columns(connection: sqlite3.Connection) -> None:
    """Give the tables of a database that an earlier version made the columns that they lack."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    # Another process may be doing the same.
    with closing(sqlite3.connect(":memory:")) as model, transaction(connection):
        model.executescript(SCHEMA)
        for (table,) in model.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            there = {column["name"] for column in connection.execute(f"PRAGMA table_info({table})")}
            for _, name, declared, required, default, _ in model.execute(f"PRAGMA table_info({table})").fetchall():
                if name not in there:
                    rule = f" NOT NULL DEFAULT {default}" if required else ""
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {declared}{rule}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block does, or roll it back when the block raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file for one transaction and close it."""
    with closing(open_database(path)) as connection, transaction(connection):
        yield connection
