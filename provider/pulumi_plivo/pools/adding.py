"""Adding a number that is in no pool yet, with the reason where Plivo refuses it."""

from collections.abc import Callable

from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.errors import PlivoError, answered
from pulumi_plivo.pools.membership import Membership, OutcomeUnknownError
from pulumi_plivo.pools.refusal import explained
from pulumi_plivo.pools.relocation import Place, Relocation


def add_new(
    membership: Membership, name: str, digits: str, place: Place, found_elsewhere: Callable[[], str | None]
) -> PoolMember:
    """Add a number that was absent just before.

    `found_elsewhere` is asked after a refusal: it returns another pool that the number may be pulled out of. Raises
    PlivoError, which says how things stand.
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
            source = found_elsewhere()
        except ApiError:
            source = None
        if source is not None:
            return Relocation(membership, name, digits, Place(source, None), place).run()
    why = explained(membership, pool, digits, place.service, refusal) if refusal.is_refusal else ""
    now = (
        "it was not in the pool when it was looked up afterwards; should the call arrive late after all, the next"
        " `pulumi up` asks for adopt=True"
        if refusal.is_answer_lost
        else "nothing was changed"
    )
    raise PlivoError(f"could not add {name} to pool {pool}: {answered(refusal)}{why}; {now}") from refusal
