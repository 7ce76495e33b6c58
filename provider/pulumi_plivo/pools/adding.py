"""Adding a number that is in no pool yet, with the reason where Plivo refuses it."""

from collections.abc import Callable

from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.errors import PlivoError, answered
from pulumi_plivo.pools.membership import Membership, OutcomeUnknownError
from pulumi_plivo.pools.refusal import explained
from pulumi_plivo.pools.relocation import Place, Relocation


def add_new(
    membership: Membership, name: str, digits: str, place: Place, found_after_all: Callable[[], PoolMember | None]
) -> PoolMember:
    """Add a number that was absent just before.

    `found_after_all` is asked after a refusal: it returns the member where it may be taken over from, in this pool or
    another. Raises PlivoError, which says how things stand.
    """
    pool = place.number_pool_uuid
    try:
        return membership.add(pool, digits, place.service)
    except OutcomeUnknownError as unknown:
        raise PlivoError(
            f"tried to add {name} to pool {pool}: {answered(unknown.error)}, and it could not be looked up afterwards;"
            " the next `pulumi up` looks again; should it ask for adopt=True, the number is there"
        ) from unknown
    except ApiError as error:
        refusal = error
    source = None
    if refusal.is_refusal:
        try:
            source = found_after_all()
        except ApiError:
            source = None
        if source is not None and source.number_pool_uuid == pool:
            return source
        if source is not None:
            return Relocation(membership, name, digits, Place(source.number_pool_uuid, None), place).run()
    why = explained(membership, pool, digits, place.service, refusal) if refusal.is_refusal else ""
    now = (
        "it was not in the pool when it was looked up afterwards; should the call arrive late after all, the next"
        " `pulumi up` asks for adopt=True"
        if refusal.is_answer_lost
        else "nothing was changed"
    )
    raise PlivoError(f"could not add {name} to pool {pool}: {answered(refusal)}{why}; {now}") from refusal
