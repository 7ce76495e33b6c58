"""The numbers that can be rented: https://plivo.com/docs/numbers/api/phone-number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pulumi_plivo.api import fields
from pulumi_plivo.api.errors import odd_answer
from pulumi_plivo.api.lists import LARGEST_PAGE, Listed, every, listed, paged
from pulumi_plivo.api.paths import checked_country

if TYPE_CHECKING:
    from pulumi_plivo.api.client import Client

#: The filters of the search, by Plivo's names; its Python SDK has them all.
FILTERS = frozenset({"city", "lata", "npanxx", "pattern", "rate_center", "region", "services", "type"})


@dataclass(frozen=True)
class Offer:
    """A number that can be rented; what an answer lacks is None."""

    number: str
    type: str | None
    sub_type: str | None
    country: str | None
    region: str | None
    city: str | None
    prefix: str | None
    lata: str | None
    rate_center: str | None
    sms_enabled: bool | None
    mms_enabled: bool | None
    voice_enabled: bool | None
    monthly_rental_rate: str | None
    setup_rate: str | None
    restriction: str | None
    restriction_text: str | None


class Offers:
    """The numbers that Plivo has for rent."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def page_at(self, offset: int, country_iso: str, **filters: str | None) -> Listed[Offer]:
        """Return the page of offers at an offset.

        Args:
            offset: Offers before the page, up to 100,000.
            country_iso: Two letters.
            filters: Plivo's filters by their names, as FILTERS has them; None is left out.

        Raises ApiError, also where Plivo answers an empty list with an error, and ValueError for arguments that Plivo
        would refuse.
        """
        if unknown := filters.keys() - FILTERS:
            raise ValueError(f"there is no filter {', '.join(sorted(unknown))}")
        query = {name: value for name, value in filters.items() if value is not None}
        query |= {"country_iso": checked_country(country_iso), **paged(LARGEST_PAGE, offset, "PhoneNumber")}
        payload = self._client.get("PhoneNumber", query=query)
        if payload.get("error") and not payload.get("objects"):
            raise odd_answer(str(payload["error"]), "GET", "PhoneNumber")
        return listed(payload, LARGEST_PAGE, offer)

    def all(self, country_iso: str, **filters: str | None) -> Iterator[Offer]:
        """Yield every offer, page after page; arguments as of `page_at`. Raises ApiError."""
        yield from every(lambda offset: self.page_at(offset, country_iso, **filters), LARGEST_PAGE, "PhoneNumber")


def offer(payload: Mapping[str, Any]) -> Offer | None:
    """Read an offer; None when it does not say which number it is."""
    number = fields.digits(payload, "number")
    if number is None:
        return None
    return Offer(
        number=number,
        type=fields.text(payload, "type"),
        sub_type=fields.text(payload, "sub_type"),
        country=fields.text(payload, "country"),
        region=fields.text(payload, "region"),
        city=fields.text(payload, "city"),
        prefix=fields.text(payload, "prefix"),
        lata=fields.text(payload, "lata"),
        rate_center=fields.text(payload, "rate_center"),
        sms_enabled=fields.flag(payload, "sms_enabled"),
        mms_enabled=fields.flag(payload, "mms_enabled"),
        voice_enabled=fields.flag(payload, "voice_enabled"),
        monthly_rental_rate=fields.text(payload, "monthly_rental_rate"),
        setup_rate=fields.text(payload, "setup_rate"),
        restriction=fields.text(payload, "restriction"),
        restriction_text=fields.text(payload, "restriction_text"),
    )
