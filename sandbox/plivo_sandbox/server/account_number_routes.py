"""Number/, the numbers that the account rents."""

import sqlite3
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from operator import eq, ge, gt, le, lt
from typing import Any

from plivo_sandbox.server import account_numbers
from plivo_sandbox.server.accounts import SUBACCOUNT_ID, default_application, is_subaccount_of, name_of
from plivo_sandbox.server.answers import NO_CONTENT, Answer
from plivo_sandbox.server.errors import bad_request, not_found
from plivo_sandbox.server.lists import page
from plivo_sandbox.server.number_arguments import (
    application_of,
    digits_of,
    filters_of,
    rates_and_services,
    services_of,
    text_argument,
    type_of,
)
from plivo_sandbox.server.phone_numbers import TOLLFREE
from plivo_sandbox.server.requests import PlivoRequest

RENEWAL_FILTERS: Mapping[str, Callable[[str, str], bool]] = {
    "renewal_date": eq,
    "renewal_date__gt": gt,
    "renewal_date__gte": ge,
    "renewal_date__lt": lt,
    "renewal_date__lte": le,
}
#: Filters by a field of the same name.
FIELD_FILTERS = (
    "cnam_lookup",
    "tendlc_campaign_id",
    "tendlc_registration_status",
    "toll_free_sms_verification",
    "toll_free_sms_verification_order_status",
)
FILTERS = ("type", "number_startswith", "subaccount", "alias", "services", *RENEWAL_FILTERS, *FIELD_FILTERS)


def list_account_numbers(request: PlivoRequest) -> Answer:
    """GET Number/."""
    lets_through = _filter(request)
    numbers = account_numbers.every(request.connection, request.auth_id)
    return Answer(page(request, "Number", list(filter(lets_through, numbers)), lambda row: _written(request, row)))


def get_account_number(request: PlivoRequest) -> Answer:
    """GET Number/{number}/."""
    number = account_numbers.find(request.connection, request.auth_id, request.number())
    if number is None:
        raise not_found()
    return Answer(_written(request, number))


def update_account_number(request: PlivoRequest) -> Answer:
    """POST Number/{number}/."""
    arguments = request.arguments()
    subaccount, application = text_argument(arguments, "subaccount"), application_of(request, arguments)
    if subaccount and not is_subaccount_of(request.connection, subaccount, request.auth_id):
        raise bad_request("subaccount is invalid")
    if application is None and request.quirks["update-without-app-id"] == "default":
        application = default_application(request.connection, request.auth_id)
    changes = {"alias": text_argument(arguments, "alias"), "sub_account": subaccount, "application": application}
    account_numbers.change(request.connection, request.auth_id, request.number(), changes)
    return Answer({"message": "changed"}, 202)


def unrent_account_number(request: PlivoRequest) -> Answer:
    """DELETE Number/{number}/: the number leaves the account, and every pool, for good."""
    account_numbers.unrent(request.connection, request.quirks, request.auth_id, request.number())
    return NO_CONTENT


def _filter(request: PlivoRequest) -> Callable[[sqlite3.Row], bool]:
    """Return what tells whether a number belongs into the list; raises a 400 for a filter that is wrong."""
    filters = filters_of(request, FILTERS)
    number_type, digits, services = type_of(filters), digits_of(filters, "number_startswith"), services_of(filters)
    subaccount = filters.get("subaccount")
    if subaccount is not None and not SUBACCOUNT_ID.fullmatch(subaccount):
        raise bad_request("subaccount is invalid")
    renewals = [(holds, _date(name, filters[name])) for name, holds in RENEWAL_FILTERS.items() if name in filters]
    fields = [(name, filters[name].lower()) for name in FIELD_FILTERS if name in filters]

    def lets_through(row: sqlite3.Row) -> bool:
        written = _written(request, row) if fields else {}
        return (
            number_type in (None, row["type"])
            and row["number"].startswith(digits)
            and filters.get("alias", row["alias"]) == row["alias"]
            and subaccount in (None, row["sub_account"])
            and all(row[service] for service in services)
            and all(holds(_renewal_date(row), day) for holds, day in renewals)
            and all(str(written[name] or "").lower() == value for name, value in fields)
        )

    return lets_through


def _date(name: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise bad_request(f"{name} must be a date, YYYY-MM-DD") from None


def _renewal_date(row: sqlite3.Row) -> str:
    rented = date.fromisoformat(row["added_on"][:10])
    year, month = (rented.year, rented.month + 1) if rented.month < 12 else (rented.year + 1, 1)
    return date(year, month, min(rented.day, monthrange(year, month)[1])).isoformat()


def _written(request: PlivoRequest, row: sqlite3.Row) -> dict[str, Any]:
    subaccount = row["sub_account"]
    as_path = subaccount and request.quirks["sub-account-form"] == "path"
    return {
        "active": True,
        "added_on": row["added_on"][:10],
        "alias": row["alias"],
        "application": row["application"],
        "carrier": "Plivo",
        "city": row["city"],
        "cnam_lookup": "",
        "compliance_application_id": None,
        "compliance_status": None,
        "country": row["country_iso2"],
        "number": row["number"],
        "number_type": row["type"],
        "region": row["region"],
        "renewal_date": _renewal_date(row),
        "resource_uri": f"/v1/Account/{request.auth_id}/Number/{row['number']}/",
        "sub_account": f"/v1/Account/{row['auth_id']}/Subaccount/{subaccount}/" if as_path else subaccount,
        "sub_account_name": name_of(request.connection, subaccount) if subaccount else None,
        "tendlc_campaign_id": None,
        "tendlc_registration_status": None,
        "toll_free_sms_verification": "verified" if row["type"] == TOLLFREE else None,
        "toll_free_sms_verification_id": None,
        "toll_free_sms_verification_order_status": None,
        **rates_and_services(row),
    }
