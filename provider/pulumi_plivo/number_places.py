"""Where the numbers of one resource are: in its pool, but for those that an unfinished move has left in another."""

from collections.abc import Mapping
from typing import Any

from pulumi_plivo import number_list


def places_of(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the pool of each number in a state."""
    moved = {digits: pool for pool, numbers in (outputs.get("elsewhere") or {}).items() for digits in numbers}
    pool = str(outputs.get("number_pool_uuid"))
    return {digits: moved.get(digits, pool) for digits in number_list.known(outputs.get("numbers"))}


def elsewhere(places: Mapping[str, str], number_pool_uuid: str) -> dict[str, list[str]]:
    """Return the numbers of other pools than the resource's, by pool, for its state."""
    return {pool: numbers for pool, numbers in by_pool(places).items() if pool != number_pool_uuid}


def by_pool(places: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the numbers of each pool."""
    pools: dict[str, list[str]] = {}
    for digits, pool in places.items():
        pools.setdefault(pool, []).append(digits)
    return pools
