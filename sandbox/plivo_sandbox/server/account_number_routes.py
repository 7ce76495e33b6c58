"""Number/, the numbers that the account rents, and PhoneNumber/, those that it can buy."""

import sqlite3
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from operator import eq, ge, gt, le, lt
from typing import Any

from plivo_sandbox.server import account_numbers
from plivo_sandbox.server.account_numbers import TOLLFREE
from plivo_sandbox.server.answers import NO_CONTENT, Answer
from plivo_sandbox.server.errors import bad_request, not_found
from plivo_sandbox.server.lists import page
from plivo_sandbox.server.requests import PlivoRequest

SERVICES = ("voice", "sms", "mms")
RENEWAL_FILTERS: Mapping[str, Callable[[str, str], bool]] = {
    "renewal_date": eq,
    "renewal_date__gt": gt,
    "renewal_date__gte": ge,
    "renewal_date__lt": lt,
    "renewal_date__lte": le,
}


def list_account_numbers(request: PlivoRequest) -> Answer:
    """GET Number/."""
    services = _services(request)
    numbers = account_numbers.every(request.connection, request.auth_id)
    found = [number for number in numbers if _passes(request, number, services)]
    return Answer(page(request, "Number", found, lambda row: _written(request, row)))


def get_account_number(request: PlivoRequest) -> Answer:
    """GET Number/{number}/."""
    number = account_numbers.find(request.connection, request.auth_id, request.number())
    if number is None:
        raise not_found()
    return Answer(_written(request, number))


def update_account_number(request: PlivoRequest) -> Answer:
    """POST Number/{number}/."""
    arguments = request.arguments()
    for name in ("alias", "subaccount", "app_id"):
        if not isinstance(arguments.get(name), str | None):
            raise bad_request(f"{name} must be a string")
    root = f"/v1/Account/{request.auth_id}"
    subaccount, application = arguments.get("subaccount"), arguments.get("app_id")
    changes = {
        "alias": arguments.get("alias"),
        "sub_account": f"{root}/Subaccount/{subaccount}/" if subaccount else subaccount,
        "application": f"{root}/Application/{application}/" if application else application,
    }
    account_numbers.change(request.connection, request.auth_id, request.number(), changes)
    return Answer({"message": "changed"}, 202)


def unrent_account_number(request: PlivoRequest) -> Answer:
    """DELETE Number/{number}/: the number leaves the account, and every pool, for good."""
    account_numbers.unrent(request.connection, request.auth_id, request.number())
    return NO_CONTENT


def search_phone_numbers(request: PlivoRequest) -> Answer:
    """GET PhoneNumber/."""
    country = request.query.get("country_iso")
    if not country:
        raise bad_request("country_iso parameter is missing")
    services = _services(request)
    number_type = request.query.get("type", "any").replace("toll-free", TOLLFREE)
    found = [
        row
        for row in account_numbers.for_sale(request.connection)
        if row["country_iso2"] == country.upper()
        and number_type in ("any", row["type"])
        and request.query.get("pattern", "") in row["number"]
        and request.query.get("region", "").lower() in row["region"].lower()
        and all(row[service] for service in services)
    ]
    return Answer(page(request, "PhoneNumber", found, lambda row: _offered(request, row)))


def buy_phone_number(request: PlivoRequest) -> Answer:
    """POST PhoneNumber/{number}/."""
    request.arguments()
    number = request.number()
    account_numbers.buy(request.connection, request.auth_id, number)
    bought = [{"number": number, "status": "Success"}]
    return Answer({"message": "created", "numbers": bought, "status": "fulfilled"}, 201)


def _services(request: PlivoRequest) -> list[str]:
    services = [service for service in request.query.get("services", "").split(",") if service]
    if not set(services) <= set(SERVICES):
        raise bad_request(f"services must be of {', '.join(SERVICES)}")
    return services


def _passes(request: PlivoRequest, row: sqlite3.Row, services: list[str]) -> bool:
    query = request.query
    subaccount = query.get("subaccount")
    renewal = _renewal_date(row)
    return (
        query.get("type", row["type"]).replace("toll-free", TOLLFREE) == row["type"]
        and row["number"].startswith(query.get("number_startswith", ""))
        and query.get("alias", row["alias"]) == row["alias"]
        and (subaccount is None or f"/Subaccount/{subaccount}/" in (row["sub_account"] or ""))
        and all(row[service] for service in services)
        and all(holds(renewal, query[name]) for name, holds in RENEWAL_FILTERS.items() if name in query)
    )


def _renewal_date(row: sqlite3.Row) -> str:
    rented = date.fromisoformat(row["added_on"][:10])
    year, month = (rented.year, rented.month + 1) if rented.month < 12 else (rented.year + 1, 1)
    return date(year, month, min(rented.day, monthrange(year, month)[1])).isoformat()


def _rates(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "monthly_rental_rate": "1.00000" if row["type"] == TOLLFREE else "0.50000",
        "sms_enabled": bool(row["sms"]),
        "sms_rate": "0.00000",
        "mms_enabled": bool(row["mms"]),
        "mms_rate": "0.00000",
        "voice_enabled": bool(row["voice"]),
        "voice_rate": "0.00550",
    }


def _written(request: PlivoRequest, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "active": True,
        "added_on": row["added_on"][:10],
        "alias": row["alias"],
        "application": row["application"],
        "carrier": "Plivo",
        "city": "",
        "cnam_lookup": "",
        "country": row["country_iso2"],
        "number": row["number"],
        "number_type": row["type"],
        "region": row["region"],
        "renewal_date": _renewal_date(row),
        "resource_uri": f"/v1/Account/{request.auth_id}/Number/{row['number']}/",
        "sub_account": row["sub_account"],
        "tendlc_campaign_id": None,
        "tendlc_registration_status": None,
        "toll_free_sms_verification": "verified" if row["type"] == TOLLFREE else None,
        **_rates(row),
    }


def _offered(request: PlivoRequest, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "city": "",
        "country": row["country_iso2"],
        "number": row["number"],
        "prefix": row["number"][1:4],
        "region": row["region"],
        "resource_uri": f"/v1/Account/{request.auth_id}/PhoneNumber/{row['number']}/",
        "restriction": "",
        "setup_rate": "0.00000",
        "sub_type": row["type"],
        "type": row["type"],
        **_rates(row),
    }
