"""Why Plivo may have refused to add a number: looked up after the fact, since its error texts do not tell."""

from pulumi_plivo.api import ApiError, MemberKind, PoolMember
from pulumi_plivo.pool_view.memory import TOLL_FREE_TYPES
from pulumi_plivo.pools.membership import Membership, found

LARGEST_POOL_SEARCH = 50


def cause_of_refusal(
    membership: Membership, number_pool_uuid: str, digits: str, service: str | None, refusal: ApiError | None
) -> str | None:
    """Return what is certainly wrong with an add, and what to do; None when nothing of it is. Raises ApiError.

    `refusal` is what Plivo answered; None when it was not tried.
    """
    if missing := without_pool(membership, number_pool_uuid, refusal):
        return missing
    account_number = found(lambda: membership.client.account_numbers.get(digits))
    if account_number is None:
        if len(digits) == 10 and found(lambda: membership.client.account_numbers.get(f"1{digits}")) is not None:
            return f"the account does not rent {digits}, but 1{digits}: did you leave out the country code?"
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


def without_pool(membership: Membership, number_pool_uuid: str, refusal: ApiError | None) -> str | None:
    """Say that there is no such pool, if that is so. Raises ApiError."""
    is_there = membership.pool_exists(number_pool_uuid) and not (refusal is not None and refusal.is_not_found)
    if is_there or found(lambda: membership.client.number_pools.get(number_pool_uuid)) is not None:
        return None
    return f"the account has no number pool {number_pool_uuid}; correct `number_pool_uuid`"


def explained(
    membership: Membership, number_pool_uuid: str, digits: str, service: str | None, refusal: ApiError
) -> str:
    """Return the rest of an error about a refused add: the cause where it can be found, and what to do."""
    try:
        cause = cause_of_refusal(membership, number_pool_uuid, digits, service, refusal)
        holding = None if cause else pool_that_holds(membership, digits)
    except ApiError:
        return "; the cause could not be looked up"
    if cause is not None:
        return f"; {cause}"
    if holding is not None and holding.number_pool_uuid == number_pool_uuid:
        return (
            "; it is in the pool already, and not through this resource: adopt=True takes it over; if another stack"
            " owns it, leave it there"
        )
    if holding is not None:
        return (
            f"; it is in pool {holding.number_pool_uuid}: adopt=True moves it from there; if another stack owns it,"
            " leave it there"
        )
    return "; see the number in Plivo's console"


def pool_that_holds(membership: Membership, digits: str) -> PoolMember | None:
    """Return the member in the first of the account's pools that has it; None where none does. Raises ApiError."""
    for count, powerpack in enumerate(membership.client.powerpacks.all()):
        if count == LARGEST_POOL_SEARCH:
            return None
        pool = powerpack.number_pool_uuid
        holding = None if pool is None else membership.find(pool, digits)
        if holding is not None:
            return holding
    return None
