"""Which numbers a run is to rent, and that they are not more than it may."""

from collections.abc import Sequence

from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import PlivoError, answered, called, counted, listed
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.pools.membership import Membership


def numbers_to_rent(membership: Membership, noun: str, added: Sequence[str], limit: int) -> set[str]:
    """Return what the account does not rent yet of numbers that are to be added.

    Raises PlivoError when they are more than this run may rent, and when the account can't be asked: nothing is rented
    then.
    """
    try:
        missing = [digits for digits in added if not membership.is_rented(digits)]
    except ApiError as error:
        raise PlivoError(
            f"could not look up whether {called(noun, added)} {'is' if len(added) == 1 else 'are'} rented:"
            f" {answered(error)}; nothing was changed"
        ) from error
    if refusal := over_the_limit(missing, limit):
        raise PlivoError(refusal)
    return set(missing)


def over_the_limit(numbers: Sequence[str], limit: int) -> str | None:
    """Reserve numbers among those that this run may rent, or say why that can't be."""
    left = held_and_wanted.left_to_rent(numbers, limit)
    if left is None:
        return None
    return (
        f"{counted(len(numbers), 'number')} would be rented, which costs money, and this run may rent {left} (of"
        f" {limit} by plivo:maxRents): {listed(sorted(numbers))}; nothing was changed; set plivo:maxRents to allow more"
    )
