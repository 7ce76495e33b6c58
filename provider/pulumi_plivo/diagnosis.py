"""Why Plivo may have refused to add a number: looked up after the fact, since its error texts do not tell."""

from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.membership import Membership, found
from pulumi_plivo.pool_memory import TOLL_FREE_TYPES

LARGEST_POOL_SEARCH = 50


def cause_of_refusal(
    membership: Membership, number_pool_uuid: str, digits: str, service: str | None, refusal: ApiError | None
) -> str | None:
    """Return what is certainly wrong with an add, and what to do; None when nothing of it is. Raises ApiError.

    `refusal` is what Plivo answered; None when it was not tried.
    """
    is_there = membership.pool_exists(number_pool_uuid) and not (refusal is not None and refusal.is_not_found)
    if not is_there and found(lambda: membership.client.number_pools.get(number_pool_uuid)) is None:
        return f"the account has no number pool {number_pool_uuid}; correct `number_pool_uuid`"
    account_number = found(lambda: membership.client.account_numbers.get(digits))
    if account_number is None:
        return f"the account does not rent {digits}; rent it first, or correct `number`"
    is_toll_free = account_number.number_type in TOLL_FREE_TYPES
    is_told = refusal is not None and account_number.number_type is not None
    if is_told and is_toll_free is not (membership.kind is MemberKind.TOLL_FREE):
        return f"{digits} is {'a toll-free' if is_toll_free else 'no toll-free'} number; PoolTollFree is for those"
    if service == "mms" and account_number.mms_enabled is False:
        return f'{digits} can\'t send MMS; use service="sms"'
    if service == "sms" and account_number.sms_enabled is False:
        return f"{digits} can't send SMS"
    return None


def explained(
    membership: Membership, number_pool_uuid: str, digits: str, service: str | None, refusal: ApiError
) -> str:
    """Return the rest of an error about a refused add: the cause where it can be found, and what to do."""
    try:
        cause = cause_of_refusal(membership, number_pool_uuid, digits, service, refusal)
        other_pool = None if cause else _pool_that_holds(membership, digits)
    except ApiError:
        return "; the cause could not be looked up"
    if cause is not None:
        return f"; {cause}"
    if other_pool is not None and other_pool != number_pool_uuid:
        return (
            f"; it is in pool {other_pool}: to move it, change `number_pool_uuid` of the resource that owns it there,"
            " with an alias if that was renamed; if none does, or it owns others too, take it out of there first, in a"
            " `pulumi up` of its own or at Plivo"
        )
    return "; see the number in Plivo's console"


def _pool_that_holds(membership: Membership, digits: str) -> str | None:
    for count, powerpack in enumerate(membership.client.powerpacks.all()):
        if count == LARGEST_POOL_SEARCH:
            return None
        pool = powerpack.number_pool_uuid
        if pool is not None and membership.find(pool, digits) is not None:
            return pool
    return None
