"""Which numbers a run is to rent, and that they are not more than it may."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pulumi.dynamic import CheckFailure

from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import PlivoError, answered, called, counted, listed, tell
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.pool_view.reads import in_parallel
from pulumi_plivo.pools.membership import Membership
from pulumi_plivo.pools.parallel_work import THREADS

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

#: Numbers whose cost a preview asks for: each takes a search or two.
MOST_ASKED = 20
#: The countries of numbers that begin with 1 and can be in a Powerpack; a search needs one.
COUNTRIES = ("US", "CA")


class RentLimit(NamedTuple):
    """The most numbers that a run may rent, and whether it may rent any: what is rented already needs no yes."""

    most: int
    is_allowed: bool


def numbers_to_rent(membership: Membership, noun: str, added: Sequence[str], limit: RentLimit) -> set[str]:
    """Return what the account does not rent yet of numbers that are to be added.

    Raises PlivoError when this run may not rent them, and when the account can't be asked: nothing is rented then.
    """
    try:
        rented = in_parallel(membership.is_rented, added, THREADS)
    except ApiError as error:
        raise PlivoError(
            f"could not look up whether {called(noun, added)} {'is' if len(added) == 1 else 'are'} rented:"
            f" {answered(error)}; nothing was changed"
        ) from error
    missing = [digits for digits, is_rented in zip(added, rented, strict=True) if not is_rented]
    if refusal := why_not(missing, limit):
        raise PlivoError(refusal)
    return set(missing)


def why_not(numbers: Sequence[str], limit: RentLimit) -> str | None:
    """Reserve numbers among those that this run may rent, or say why that can't be."""
    if numbers and not limit.is_allowed:
        return (
            f"the account does not rent {listed(sorted(numbers))}; renting costs money, and needs a yes: set"
            " plivo:allowRent (or PLIVO_ALLOW_RENT) to true; nothing was changed"
        )
    left = held_and_wanted.left_to_rent(numbers, limit.most)
    if left is None:
        return None
    return (
        f"{counted(len(numbers), 'number')} would be rented, which costs money, and this run may rent {left} (of"
        f" {limit.most} by plivo:maxRents): {listed(sorted(numbers))}; nothing was changed; set plivo:maxRents to allow"
        " more"
    )


def foreseen(client: "Client", noun: str, numbers: Sequence[str], limit: RentLimit) -> list[CheckFailure]:
    """Say at a preview what will be rented, and for how much; return why that can't be. Raises ApiError."""
    # A resource may be checked more than once, and compared besides.
    numbers = [digits for digits in numbers if not held_and_wanted.is_to_be_rented(digits)]
    if refusal := why_not(numbers, limit):
        return [CheckFailure("rent", refusal)]
    for digits in numbers[:MOST_ASKED]:
        tell(f"{noun} {digits}: {_cost(client, digits)}")
    if rest := numbers[MOST_ASKED:]:
        tell(f"{counted(len(rest), 'more number')} will be rented; what they cost was not asked for")
    return []


def _cost(client: "Client", digits: str) -> str:
    """Say what Plivo's search tells of a number, if its country can be told from it."""
    if len(digits) != 11 or not digits.startswith("1"):
        return "will be rented; what it costs Plivo did not tell"
    for country in COUNTRIES:
        # A pattern is how a number goes on after the country's code.
        for offer in client.offers.page_at(0, country, pattern=digits[1:]).items:
            if offer.number == digits:
                setup = f", and {offer.setup_rate} once" if offer.setup_rate and offer.setup_rate.strip("0.") else ""
                return f"will be rented, for {offer.monthly_rental_rate or '(not told)'} a month{setup}"
    return "is to be rented, but Plivo's search does not show it: that may fail"
