"""PhoneNumber/, the numbers on offer: search and buy."""

import sqlite3
from typing import Any

from plivo_sandbox.server import account_numbers, offers
from plivo_sandbox.server.accounts import default_application
from plivo_sandbox.server.answers import Answer
from plivo_sandbox.server.errors import bad_request
from plivo_sandbox.server.lists import page
from plivo_sandbox.server.number_arguments import (
    application_of,
    digits_of,
    filters_of,
    rates_and_services,
    services_of,
    type_of,
)
from plivo_sandbox.server.phone_numbers import COUNTRIES, national, network_type
from plivo_sandbox.server.requests import PlivoRequest

FILTERS = ("country_iso", "type", "pattern", "region", "services", "lata", "rate_center", "city", "npanxx")
#: Arguments for the pool that Node's SDK sends along when it searches for a number to buy and add.
SENT_ALONG = ("country_iso2", "service")


def search_phone_numbers(request: PlivoRequest) -> Answer:
    """GET PhoneNumber/."""
    filters = filters_of(request, (*FILTERS, *SENT_ALONG))
    if "country_iso" not in filters:
        raise bad_request("country_iso parameter is missing")
    number_type, pattern, services = type_of(filters, "any"), digits_of(filters, "pattern"), services_of(filters)
    area = digits_of(filters, "npanxx")
    found = [
        row
        for row in offers.on_offer(request.connection)
        if row["country_iso2"] == filters["country_iso"].upper()
        and number_type in (None, "any", network_type(row["type"]), _sub_type(row))
        and all(national(row["number"], row["country_iso2"]).startswith(each) for each in (pattern, area))
        and all(filters.get(name, "").lower() in row[name].lower() for name in ("region", "city"))
        and all(filters.get(name, row[name]) == row[name] for name in ("lata", "rate_center"))
        and all(row[service] for service in services)
    ]
    answer = page(request, "PhoneNumber", found, lambda row: _written(request, row))
    if not answer["objects"] and request.quirks["empty-search"] == "error":
        answer["error"] = "no numbers found"
    return Answer(answer)


def buy_phone_number(request: PlivoRequest) -> Answer:
    """POST PhoneNumber/{number}/."""
    application = application_of(request, request.arguments())
    number, status = request.number(), request.quirks["bought-number"]
    if status == "pending":
        offers.take(request.connection, number)
    else:
        if application is None:
            application = default_application(request.connection, request.auth_id)
        account_numbers.buy(request.connection, request.auth_id, number, application)
    return Answer(
        {
            "message": "created",
            "numbers": [{"number": number, "status": "Success" if status == "fulfilled" else status}],
            "status": status,
        },
        201,
    )


def _sub_type(row: sqlite3.Row) -> str:
    return "local" if row["type"] == "fixed" else str(row["type"])


def _written(request: PlivoRequest, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "city": row["city"],
        "country": COUNTRIES.get(row["country_iso2"], row["country_iso2"]),
        "lata": row["lata"],
        "number": row["number"],
        "prefix": national(row["number"], row["country_iso2"])[:3],
        "rate_center": row["rate_center"],
        "region": row["region"],
        "resource_uri": f"/v1/Account/{request.auth_id}/PhoneNumber/{row['number']}/",
        "restriction": row["restriction"],
        "restriction_text": row["restriction_text"],
        "setup_rate": row["setup_rate"],
        "sub_type": _sub_type(row),
        "type": network_type(row["type"]),
        **rates_and_services(row),
    }
