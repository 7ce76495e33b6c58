"""The filters of a pool's list of numbers."""

import sqlite3
from dataclasses import dataclass

from plivo_sandbox.server.errors import bad_request
from plivo_sandbox.server.phone_numbers import TOLLFREE, national, network_type
from plivo_sandbox.server.requests import PlivoRequest

SERVICES = ("sms", "mms")
#: The values of the filter `type`; Plivo's documents spell the toll-free one in two ways.
POOL_NUMBER_TYPES = {"fixed": "fixed", "mobile": "mobile", "tollfree": TOLLFREE, "toll-free": TOLLFREE}
MAX_PREFIXES = 10


@dataclass(frozen=True)
class NumberFilters:
    """What a list was asked for; None and empty let everything through."""

    country_iso2: str | None
    type: str | None
    service: str | None
    prefixes: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether everything is let through."""
        return not (self.country_iso2 or self.type or self.service or self.prefixes)

    def let_through(self, entry: sqlite3.Row) -> bool:
        """Tell whether the entry belongs into the list."""
        digits = national(entry["number"], entry["country_iso2"])
        return (
            self.country_iso2 in (None, entry["country_iso2"])
            and self.type in (None, network_type(entry["type"]))
            and self.service in (None, entry["service"])
            and (not self.prefixes or digits.startswith(self.prefixes))
        )


def number_filters(request: PlivoRequest) -> NumberFilters:
    """Read the filters from the query; raises a 400 for one that is wrong."""
    query = request.query
    country = query["country_iso2"].upper() if query.get("country_iso2") else None
    prefixes = tuple(prefix for prefix in query.get("starts_with", "").replace(" ", "").split(",") if prefix)
    if len(prefixes) > MAX_PREFIXES:
        raise bad_request(f"starts_with has more than {MAX_PREFIXES} prefixes")
    if prefixes and country is None:
        if request.quirks["starts-with-without-country"] == "reject":
            raise bad_request("country_iso2 parameter is missing")
        prefixes = ()
    number_type = query.get("type")
    if number_type is not None and number_type not in POOL_NUMBER_TYPES:
        raise bad_request(f"type must be one of {', '.join(POOL_NUMBER_TYPES)}")
    return NumberFilters(
        country_iso2=country,
        type=None if number_type is None else POOL_NUMBER_TYPES[number_type],
        service=wanted_service(request),
        prefixes=prefixes,
    )


def wanted_service(request: PlivoRequest) -> str | None:
    """Return the service that a GET looks for, None for any; raises a 400 for one that does not exist."""
    service = service_argument(request.query.get("service"))
    if service is None and request.quirks["default-service"] == "sms":
        return "sms"
    return service


def service_argument(value: object) -> str | None:
    """Return a `service` argument; raises a 400 for one that does not exist."""
    if value is None or (isinstance(value, str) and value in SERVICES):
        return value
    raise bad_request(f"service must be one of {', '.join(SERVICES)}")
