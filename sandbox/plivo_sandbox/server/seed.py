"""What a sandbox starts from: accounts, rented numbers, Powerpacks with their pools, as a seed file has them."""

import re
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from plivo_sandbox.server import account_numbers, pool_entries, powerpacks
from plivo_sandbox.server.account_numbers import NUMBER_TYPES, TOLLFREE, PhoneNumber
from plivo_sandbox.server.accounts import add_account
from plivo_sandbox.server.errors import PlivoError
from plivo_sandbox.server.number_filters import SERVICES

#: The seed that a new database of `plivo-sandbox serve` gets.
DEV_SEED = Path(__file__).with_name("dev_seed.yaml")

AUTH_ID = re.compile(r"(MA|SA)[A-Za-z0-9]{18}")
NUMBER = re.compile(r"[0-9]{7,15}")
SHORTCODE = re.compile(r"[0-9]{3,8}")
COUNTRY = re.compile(r"[A-Z]{2}")


class SeedError(ValueError):
    """A seed that is not as documented; the text begins with the path of the key."""


def read_seed(path: Path) -> Mapping[str, Any]:
    """Read a seed file; raises `SeedError` when it cannot be read. `add_seed` checks what it says."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"cannot read {path}: {getattr(error, 'strerror', None) or error}"
        raise SeedError(msg) from error
    except yaml.YAMLError as error:
        msg = f"{path} is not YAML: {' '.join(str(error).split())}"
        raise SeedError(msg) from error
    if not isinstance(content, Mapping):
        msg = f"{path}: must be a mapping with the key accounts"
        raise SeedError(msg)
    return content


def add_seed(connection: sqlite3.Connection, seed: Mapping[str, Any]) -> None:
    """Add what the seed has and the database has not; raises `SeedError`, and the caller rolls back."""
    root = _Node("", seed)
    root.only("accounts", "numbers_for_sale")
    for number in root.items("numbers_for_sale"):
        _offer_number(connection, number)
    for account in root.items("accounts"):
        account.only("auth_id", "auth_token", "numbers", "powerpacks")
        auth_id = account.text("auth_id")
        if not AUTH_ID.fullmatch(auth_id):
            raise account.error("auth_id", "must have 20 characters and start with MA or SA")
        add_account(connection, auth_id, account.text("auth_token"))
        for number in account.items("numbers"):
            _rent_number(connection, auth_id, number)
        for powerpack in account.items("powerpacks"):
            _add_powerpack(connection, auth_id, powerpack)


def seed_when_new(connection: sqlite3.Connection, path: Path = DEV_SEED) -> None:
    """Add the seed file to a database that has no account yet."""
    if connection.execute("SELECT 1 FROM accounts").fetchone() is None:
        add_seed(connection, read_seed(path))


def put_shortcodes_back(connection: sqlite3.Connection, path: Path = DEV_SEED) -> list[str]:
    """Put the seed's shortcodes back into their pools, as Plivo's support would; return those that were missing.

    Plivo has no call for it, so a stack that was destroyed could not be brought up again. An account or Powerpack that
    the seed has and the database has not is left alone.
    """
    missing = []
    for account in _Node("", read_seed(path)).items("accounts"):
        for node in account.items("powerpacks"):
            row = powerpacks.named(connection, account.text("auth_id"), node.text("name"))
            if row is not None:
                missing += _add_shortcodes(connection, row["number_pool_uuid"], node)
    return missing


class _Node:
    """A mapping in the seed, and the path that leads to it."""

    def __init__(self, path: str, value: object) -> None:
        self.path = path
        if not isinstance(value, Mapping):
            msg = f"{path or 'seed'}: must be a mapping"
            raise SeedError(msg)
        self._value = value

    def error(self, key: str, why: str) -> SeedError:
        return SeedError(f"{self._at(key)}: {why}")

    def only(self, *known: str) -> None:
        for key in self._value:
            if key not in known:
                raise self.error(str(key), f"is not known here; known are {', '.join(known)}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value.get(key, default)
        if value is None:
            raise self.error(key, "is missing")
        # YAML reads a number that is not quoted as a number.
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not (value or default == ""):
            raise self.error(key, "must be a text that is not empty")
        return value

    def digits(self, key: str, form: re.Pattern[str], what: str) -> str:
        digits = self.text(key).removeprefix("+")
        if not form.fullmatch(digits):
            raise self.error(key, f"must be {what}")
        return digits

    def uuid(self, key: str) -> str | None:
        if key not in self._value:
            return None
        text = self.text(key)
        try:
            return str(uuid.UUID(text))
        except ValueError:
            raise self.error(key, f"{text!r} is not a uuid") from None

    def boolean(self, key: str, *, default: bool) -> bool:
        value = self._value.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false")
        return value

    def one_of(self, key: str, default: str, known: tuple[str, ...]) -> str:
        value = self.text(key, default)
        if value not in known:
            raise self.error(key, f"{value!r} is not one of {', '.join(known)}")
        return value

    def items(self, key: str, short: str | None = None) -> Iterator["_Node"]:
        """Return the mappings of a list; with `short`, an item may also be the value of just that key."""
        values = self._value.get(key)
        if values is None:
            values = []
        if not isinstance(values, list):
            raise self.error(key, "must be a list")
        for position, value in enumerate(values):
            whole = {short: value} if short is not None and not isinstance(value, Mapping) else value
            yield _Node(f"{self._at(key)}[{position}]", whole)

    def raw(self, key: str, default: object) -> object:
        return self._value.get(key, default)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _phone_number(node: _Node) -> PhoneNumber:
    node.only("number", "country_iso2", "type", "region", "sms", "mms", "voice")
    number_type = node.one_of("type", "fixed", (*NUMBER_TYPES, "toll-free"))
    country = node.text("country_iso2", "US")
    if not COUNTRY.fullmatch(country):
        raise node.error("country_iso2", "must be two capital letters")
    return PhoneNumber(
        number=node.digits("number", NUMBER, "7 to 15 digits"),
        country_iso2=country,
        type=TOLLFREE if number_type == "toll-free" else number_type,
        region=node.text("region", ""),
        sms=node.boolean("sms", default=True),
        mms=node.boolean("mms", default=True),
        voice=node.boolean("voice", default=True),
    )


def _offer_number(connection: sqlite3.Connection, node: _Node) -> None:
    number = _phone_number(node)
    # A number that was bought since the seed was added is no longer for sale.
    if account_numbers.renter(connection, number.number) is None:
        account_numbers.offer(connection, number)


def _rent_number(connection: sqlite3.Connection, auth_id: str, node: _Node) -> None:
    number = _phone_number(node)
    renter = account_numbers.renter(connection, number.number)
    if renter is None:
        account_numbers.rent(connection, auth_id, number)
    elif renter != auth_id:
        raise node.error("number", f"{number.number} is rented by account {renter}")


def _add_powerpack(connection: sqlite3.Connection, auth_id: str, node: _Node) -> None:
    node.only("name", "uuid", "number_pool_uuid", "numbers", "tollfrees", "shortcodes", *powerpacks.DEFAULTS)
    row = powerpacks.named(connection, auth_id, node.text("name"))
    if row is None:
        row = _new_powerpack(connection, auth_id, node)
    pool_uuid = row["number_pool_uuid"]
    if node.uuid("number_pool_uuid") not in (None, pool_uuid):
        raise node.error("number_pool_uuid", f"Powerpack {row['name']} has the pool {pool_uuid} already")
    for kind, key in ((pool_entries.NUMBER, "numbers"), (pool_entries.TOLLFREE, "tollfrees")):
        for member in node.items(key, short="number"):
            _add_member(connection, auth_id, pool_uuid, kind, member)
    _add_shortcodes(connection, pool_uuid, node)


def _add_shortcodes(connection: sqlite3.Connection, pool_uuid: str, node: _Node) -> list[str]:
    added = []
    for shortcode in node.items("shortcodes", short="shortcode"):
        shortcode.only("shortcode", "country_iso2")
        digits = shortcode.digits("shortcode", SHORTCODE, "3 to 8 digits")
        if pool_entries.find(connection, pool_uuid, digits, (pool_entries.SHORTCODE,)) is None:
            country = shortcode.text("country_iso2", "US")
            pool_entries.insert(connection, pool_uuid, pool_entries.SHORTCODE, digits, country_iso2=country)
            added.append(digits)
    return added


def _new_powerpack(connection: sqlite3.Connection, auth_id: str, node: _Node) -> sqlite3.Row:
    settings = {
        "sticky_sender": node.boolean("sticky_sender", default=True),
        "local_connect": node.boolean("local_connect", default=True),
        "application_type": node.text("application_type", ""),
        "application_id": node.text("application_id", ""),
        "number_priority": node.raw("number_priority", []),
    }
    try:
        powerpacks.require_application(settings["application_type"], settings["application_id"])
        powerpacks.require_priorities(settings["number_priority"])
        return powerpacks.insert(
            connection,
            auth_id,
            node.text("name"),
            settings,
            powerpack_uuid=node.uuid("uuid"),
            number_pool_uuid=node.uuid("number_pool_uuid"),
        )
    except PlivoError as error:
        raise SeedError(f"{node.path}: {error}") from error
    except sqlite3.IntegrityError as error:
        raise SeedError(f"{node.path}: another Powerpack has the uuid or number_pool_uuid") from error


def _add_member(connection: sqlite3.Connection, auth_id: str, pool_uuid: str, kind: str, node: _Node) -> None:
    node.only("number", "service")
    number = node.digits("number", NUMBER, "7 to 15 digits")
    service = node.one_of("service", "sms", SERVICES)
    rented = account_numbers.find(connection, auth_id, number)
    if rented is None:
        raise node.error("number", f"{number} is not among the account's numbers")
    if (rented["type"] == TOLLFREE) != (kind == pool_entries.TOLLFREE):
        other = "tollfrees" if rented["type"] == TOLLFREE else "numbers"
        raise node.error("number", f"{number} is of type {rented['type']} and belongs under {other}")
    entries = pool_entries.of_number(connection, auth_id, number)
    if any(entry["number_pool_uuid"] == pool_uuid for entry in entries):
        return
    if entries:
        raise node.error("number", f"{number} is in the pool {entries[0]['number_pool_uuid']} already")
    pool_entries.insert(
        connection,
        pool_uuid,
        kind,
        number,
        type=rented["type"],
        service=service,
        country_iso2=rented["country_iso2"],
    )
