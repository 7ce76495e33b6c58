"""What a change of many numbers comes to, in one line for the preview."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pulumi_plivo import number_list
from pulumi_plivo.inputs import known_pool
from pulumi_plivo.number_list import difference, listed
from pulumi_plivo.number_places import by_pool, places_of


def summary(
    olds: Mapping[str, Any], news: Mapping[str, Any], *, unrents: Collection[str], strangers: Collection[str]
) -> str:
    """Say what an update will do; nothing when it changes no number.

    Args:
        olds: The state.
        news: The inputs.
        unrents: What leaves the list and is given back.
        strangers: The other numbers of the pool that the state knows, and that will be removed from it.
    """
    parts = "; ".join([*_parts(olds, news, unrents), *_others(olds, news, strangers)])
    pool = known_pool(news.get("number_pool_uuid"))
    return f"numbers of {f'pool {pool}' if pool else 'a pool that is not known yet'}: {parts}" if parts else ""


def _parts(olds: Mapping[str, Any], news: Mapping[str, Any], unrents: Collection[str]) -> Iterator[str]:
    places, pool = places_of(olds), known_pool(news.get("number_pool_uuid"))
    wanted = number_list.known(news.get("numbers"))
    changes = difference(places, wanted)
    if changes.added:
        yield f"{len(changes.added)} to add: {listed(changes.added)}"
    stay = {digits: places[digits] for digits in wanted if digits in places}
    for old, numbers in by_pool(stay).items():
        if old != pool:
            yield f"{len(numbers)} to move from pool {old}: {listed(numbers)}"
    if stay and news.get("service") != olds.get("service"):
        yield f"{len(stay)} to change to {news.get('service')}: {listed(stay)}"
    for old, numbers in by_pool({digits: places[digits] for digits in changes.dropped}).items():
        where = "" if old == pool else f" from pool {old}"
        for verb, some in (
            ("remove and unrent", [each for each in numbers if each in unrents]),
            ("remove", [each for each in numbers if each not in unrents]),
        ):
            if some:
                yield f"{len(some)} to {verb}{where}: {listed(some)}"


def _others(olds: Mapping[str, Any], news: Mapping[str, Any], strangers: Collection[str]) -> Iterator[str]:
    if news.get("exclusive") is not True:
        return
    if strangers:
        yield f"exclusive=True: {len(strangers)} others to remove, which stay rented: {listed(strangers)}"
    elif olds.get("exclusive") is not True:
        yield "exclusive=True: whatever else is in the pool, and not declared, to remove; it stays rented"
