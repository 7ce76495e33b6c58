"""The search for numbers that can be rented: https://plivo.com/docs/numbers/api/phone-number."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import pulumi

from pulumi_plivo.api import Offer
from pulumi_plivo.lookups import arguments
from pulumi_plivo.lookups.asking import as_output, ask
from pulumi_plivo.lookups.results import FoundOffer, found


def search_numbers(
    country_iso2: str,
    *,
    type: str | None = None,  # noqa: A002 - Plivo's name
    pattern: str | None = None,
    region: str | None = None,
    services: str | Sequence[str] | None = None,
    city: str | None = None,
    lata: str | None = None,
    rate_center: str | None = None,
    npanxx: str | None = None,
    limit: int | None = None,
) -> list[FoundOffer]:
    """Return the numbers that Plivo has for rent, in Plivo's order. Nothing is rented, and nothing is held back.

    Args:
        country_iso2: Two letters.
        type: `fixed`, `local`, `national`, `mobile`, `tollfree` or `any`. Default is Plivo's.
        pattern: The first digits behind the country code.
        region: The region, such as a state.
        services: Of `sms`, `mms` and `voice` those that a number must have, as a list or with commas between them.
        city: The city.
        lata: The local access and transport area, in the US and Canada.
        rate_center: The rate center, in the US and Canada.
        npanxx: The area code and the three digits behind it, in the US and Canada.
        limit: The most numbers to return. Default is all there are, 20 with each call.

    Raises pulumi.RunError, which ends the program: where a filter can't be.
    """
    given = arguments.Arguments("search_numbers")
    country = given.needed("country_iso2", arguments.country_iso2, country_iso2)
    filters = {
        "type": given.optional("type", arguments.offer_type, type),
        "pattern": given.optional("pattern", arguments.prefix, pattern),
        "region": given.optional("region", arguments.text, region),
        "services": given.optional("services", arguments.services, services),
        "city": given.optional("city", arguments.text, city),
        "lata": given.optional("lata", arguments.text, lata),
        "rate_center": given.optional("rate_center", arguments.text, rate_center),
        "npanxx": given.optional("npanxx", arguments.prefix, npanxx),
    }
    most = given.optional("limit", arguments.most, limit)
    offers = ask(
        f"numbers for rent in {country}",
        lambda client: list(islice(_once_each(client.offers.all(country, **filters)), most)),
    )
    return [found(FoundOffer, each) for each in offers]


def search_numbers_output(
    country_iso2: pulumi.Input[str],
    *,
    type: pulumi.Input[str | None] | None = None,  # noqa: A002 - Plivo's name
    pattern: pulumi.Input[str | None] | None = None,
    region: pulumi.Input[str | None] | None = None,
    services: pulumi.Input[str | Sequence[pulumi.Input[str]] | None] | None = None,
    city: pulumi.Input[str | None] | None = None,
    lata: pulumi.Input[str | None] | None = None,
    rate_center: pulumi.Input[str | None] | None = None,
    npanxx: pulumi.Input[str | None] | None = None,
    limit: pulumi.Input[int | None] | None = None,
) -> pulumi.Output[list[FoundOffer]]:
    """Return what `search_numbers` returns, for inputs."""
    return as_output(
        search_numbers,
        country_iso2=country_iso2,
        type=type,
        pattern=pattern,
        region=region,
        services=services,
        city=city,
        lata=lata,
        rate_center=rate_center,
        npanxx=npanxx,
        limit=limit,
    )


def _once_each(offers: Iterable[Offer]) -> Iterator[Offer]:
    # Others rent numbers while the pages are read, which shifts them: what is on two pages is one offer.
    seen = set()
    for each in offers:
        if each.number not in seen:
            seen.add(each.number)
            yield each
