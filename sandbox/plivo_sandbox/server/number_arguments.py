"""The arguments, and the values, that account numbers and numbers on offer have in common."""

import re
import sqlite3
from collections.abc import Collection
from typing import Any

from plivo_sandbox.server.errors import bad_request
from plivo_sandbox.server.phone_numbers import NUMBER_TYPES, TOLLFREE
from plivo_sandbox.server.requests import PlivoRequest

SERVICES = ("voice", "sms", "mms")
DIGITS = re.compile(r"[0-9]+", re.ASCII)
#: What every list takes besides its filters.
PAGING = ("limit", "offset")


def filters_of(request: PlivoRequest, known: Collection[str]) -> dict[str, str]:
    """Return the filters in the query; an empty one filters nothing.

    Raises a 400 for a name that is not `known`: a list that ignored it would hold what was not asked for.
    """
    for name in request.query:
        if name not in known and name not in PAGING:
            raise bad_request(f"{name} is not a known filter")
    return {name: value for name, value in request.query.items() if value and name not in PAGING}


def services_of(filters: dict[str, str]) -> list[str]:
    """Return the services that are asked for; raises a 400 for one that does not exist."""
    services = [service for service in filters.get("services", "").split(",") if service]
    if not set(services) <= set(SERVICES):
        raise bad_request(f"services must be of {', '.join(SERVICES)}")
    return services


def type_of(filters: dict[str, str], *more: str) -> str | None:
    """Return the type that is asked for, None for none; raises a 400 for one that is no number's and not in `more`."""
    number_type = filters.get("type", "").replace("toll-free", TOLLFREE)
    known = (*NUMBER_TYPES, *more)
    if number_type and number_type not in known:
        raise bad_request(f"type must be one of {', '.join(known)}")
    return number_type or None


def digits_of(filters: dict[str, str], name: str) -> str:
    """Return the digits that a number is to begin with, maybe none; raises a 400 for what are no digits."""
    digits = filters.get(name, "")
    if digits and not DIGITS.fullmatch(digits):
        raise bad_request(f"{name} must be digits")
    return digits


def application_of(request: PlivoRequest, arguments: dict[str, Any]) -> str | None:
    """Return the path of the application that `app_id` names, empty for an empty one, None for none."""
    app_id = text_argument(arguments, "app_id")
    return f"/v1/Account/{request.auth_id}/Application/{app_id}/" if app_id else app_id


def text_argument(arguments: dict[str, Any], name: str) -> str | None:
    """Return an argument of the body; raises a 400 when it is no text."""
    value = arguments.get(name)
    if not isinstance(value, str | None):
        raise bad_request(f"{name} must be a string")
    return value


def rates_and_services(row: sqlite3.Row) -> dict[str, Any]:
    """Return what a number can do and what it costs."""
    return {
        "monthly_rental_rate": row["monthly_rental_rate"],
        "sms_enabled": bool(row["sms"]),
        "sms_rate": "0.00000",
        "mms_enabled": bool(row["mms"]),
        "mms_rate": "0.00000",
        "voice_enabled": bool(row["voice"]),
        "voice_rate": "0.00550",
    }
