"""Renting a number that the account does not rent yet, and adding it to a pool, in one call: never twice."""

from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.errors import PlivoError, answered, warn
from pulumi_plivo.pools.membership import Membership, OutcomeUnknownError
from pulumi_plivo.pools.refusal import without_pool
from pulumi_plivo.pools.relocation import Place


def rent_and_add(membership: Membership, name: str, digits: str, place: Place) -> PoolMember:
    """Rent a number that was not rented just before, and add it. Raises PlivoError, which says how things stand.

    What was bought and could not be added stays rented, and is named: the next run adds it without buying it again.
    """
    pool = place.number_pool_uuid
    try:
        return membership.add(pool, digits, place.service, rent=True)
    except OutcomeUnknownError as unknown:
        raise PlivoError(
            f"tried to rent {name} and to add it to pool {pool}: {answered(unknown.error)}, and it could not be looked"
            " up afterwards; perhaps rented, which costs money; the next `pulumi up` asks before it rents"
        ) from unknown
    except ApiError as error:
        refusal = error
    try:
        is_rented = membership.is_rented(digits)
    except ApiError as look_up:
        raise PlivoError(
            f"tried to rent {name} and to add it to pool {pool}: {answered(refusal)}, and whether it is rented could"
            " not be looked up afterwards; the next `pulumi up` asks before it rents"
        ) from look_up
    if not is_rented:
        raise PlivoError(
            f"could not rent {name} and add it to pool {pool}: {answered(refusal)}; it is not rented;"
            f" {_reason(membership, pool, refusal)}"
        ) from refusal
    try:
        return membership.add(pool, digits, place.service)
    except (ApiError, OutcomeUnknownError) as error:
        told = error.error if isinstance(error, OutcomeUnknownError) else error
        warn(f"{name}: rented, which costs money, and not in a pool")
        raise PlivoError(
            f"rented {name}, but could not add it to pool {pool}: {answered(told)}; it stays rented, which costs money;"
            " the next `pulumi up` adds it; or give it back at Plivo"
        ) from error


def _reason(membership: Membership, pool: str, refusal: ApiError) -> str:
    try:
        missing = without_pool(membership, pool, refusal)
    except ApiError:
        missing = None
    return missing or "see whether Plivo still offers it"
