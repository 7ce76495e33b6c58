"""What a sandbox starts from: accounts, rented numbers, Powerpacks with their pools, as a seed file has them."""

import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from plivo_sandbox.server import account_numbers, offers, pool_entries, powerpacks
from plivo_sandbox.server.accounts import SUBACCOUNT_ID, add_account
from plivo_sandbox.server.errors import PlivoError
from plivo_sandbox.server.number_filters import SERVICES
from plivo_sandbox.server.phone_numbers import NUMBER_TYPES, TOLLFREE, Offer, PhoneNumber
from plivo_sandbox.server.seed_node import SeedError, SeedNode

#: The seed that a new database of `plivo-sandbox serve` gets.
DEV_SEED = Path(__file__).with_name("dev_seed.yaml")

MAIN_ACCOUNT_ID = re.compile(r"MA[A-Za-z0-9]{18}")
AUTH_ID = re.compile(r"(MA|SA)[A-Za-z0-9]{18}")
NUMBER = re.compile(r"[0-9]{7,15}")
SHORTCODE = re.compile(r"[0-9]{3,8}")
COUNTRY = re.compile(r"[A-Z]{2}")


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
    root = SeedNode("", seed)
    root.only("accounts", "numbers_for_sale")
    for number in root.items("numbers_for_sale"):
        _offer_number(connection, number)
    for account in root.items("accounts"):
        auth_id = _add_account(connection, account)
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
    for account in SeedNode("", read_seed(path)).items("accounts"):
        for node in account.items("powerpacks"):
            row = powerpacks.named(connection, account.text("auth_id"), node.text("name"))
            if row is not None:
                missing += _add_shortcodes(connection, row["number_pool_uuid"], node)
    return missing


def _add_account(connection: sqlite3.Connection, node: SeedNode) -> str:
    node.only("auth_id", "auth_token", "name", "main_account", "default_app_id", "numbers", "powerpacks")
    auth_id, main_account = node.text("auth_id"), node.text("main_account", "")
    if not AUTH_ID.fullmatch(auth_id):
        raise node.error("auth_id", "must have 20 characters and start with MA or SA")
    if main_account and not (SUBACCOUNT_ID.fullmatch(auth_id) and MAIN_ACCOUNT_ID.fullmatch(main_account)):
        raise node.error("main_account", "must be the MA… of an account whose own auth_id is an SA…")
    add_account(
        connection,
        auth_id,
        node.text("auth_token"),
        name=node.text("name", ""),
        main_account=main_account or None,
        default_app_id=node.text("default_app_id", "") or None,
    )
    return auth_id


NUMBER_KEYS = ("number", "country_iso2", "type", "region", "city", "sms", "mms", "voice", "monthly_rental_rate")


def _phone_number(node: SeedNode) -> PhoneNumber:
    number_type = node.one_of("type", "fixed", (*NUMBER_TYPES, "toll-free")).replace("toll-free", TOLLFREE)
    country = node.text("country_iso2", "US")
    if not COUNTRY.fullmatch(country):
        raise node.error("country_iso2", "must be two capital letters")
    return PhoneNumber(
        number=node.digits("number", NUMBER, "7 to 15 digits"),
        country_iso2=country,
        type=number_type,
        region=node.text("region", ""),
        city=node.text("city", ""),
        sms=node.boolean("sms", default=True),
        mms=node.boolean("mms", default=True),
        voice=node.boolean("voice", default=True),
        monthly_rental_rate=node.rate("monthly_rental_rate", "1.00" if number_type == TOLLFREE else "0.50"),
    )


def _offer_number(connection: sqlite3.Connection, node: SeedNode) -> None:
    said = ("lata", "rate_center", "restriction", "restriction_text")
    node.only(*NUMBER_KEYS, "setup_rate", *said)
    offer = Offer(
        _phone_number(node),
        setup_rate=node.rate("setup_rate", "0"),
        **{key: node.text(key, "") or None for key in said},
    )
    # A number that was bought since the seed was added is no longer on offer.
    if account_numbers.renter(connection, offer.phone_number.number) is None:
        offers.put_on_offer(connection, offer)


def _rent_number(connection: sqlite3.Connection, auth_id: str, node: SeedNode) -> None:
    node.only(*NUMBER_KEYS)
    number = _phone_number(node)
    renter = account_numbers.renter(connection, number.number)
    if renter is None:
        account_numbers.rent(connection, auth_id, number)
    elif renter != auth_id:
        raise node.error("number", f"{number.number} is rented by account {renter}")


def _add_powerpack(connection: sqlite3.Connection, auth_id: str, node: SeedNode) -> None:
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


def _add_shortcodes(connection: sqlite3.Connection, pool_uuid: str, node: SeedNode) -> list[str]:
    added = []
    for shortcode in node.items("shortcodes", short="shortcode"):
        shortcode.only("shortcode", "country_iso2")
        digits = shortcode.digits("shortcode", SHORTCODE, "3 to 8 digits")
        if pool_entries.find(connection, pool_uuid, digits, (pool_entries.SHORTCODE,)) is None:
            country = shortcode.text("country_iso2", "US")
            pool_entries.insert(connection, pool_uuid, pool_entries.SHORTCODE, digits, country_iso2=country)
            added.append(digits)
    return added


def _new_powerpack(connection: sqlite3.Connection, auth_id: str, node: SeedNode) -> sqlite3.Row:
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


def _add_member(connection: sqlite3.Connection, auth_id: str, pool_uuid: str, kind: str, node: SeedNode) -> None:
    node.only("number", "service")
    number = node.digits("number", NUMBER, "7 to 15 digits")
    service = node.one_of("service", "sms", SERVICES)
    rented = account_numbers.find(connection, auth_id, number)
    if rented is None:
        raise node.error("number", f"{number} is not among the account's numbers")
    if (rented["type"] == TOLLFREE) != (kind == pool_entries.TOLLFREE):
        other = "tollfrees" if rented["type"] == TOLLFREE else "numbers"
        raise node.error("number", f"{number} is of type {rented['type']} and belongs under {other}")
    entries = pool_entries.of_number(connection, number)
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
