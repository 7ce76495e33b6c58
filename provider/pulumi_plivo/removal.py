"""Taking a member out of its pool, and giving its number back: how that can end, and what the user must know of it."""

from collections.abc import Mapping
from enum import Enum, auto

from pulumi_plivo.api import ApiError
from pulumi_plivo.diagnostics import tell, warn
from pulumi_plivo.membership import Membership, Removal


class Ending(Enum):
    """How it ended for one member."""

    REMOVED = auto()
    GIVEN_BACK = auto()
    WAS_ABSENT = auto()
    REMOVED_BUT_RENTED = auto()
    ABSENT_BUT_RENTED = auto()
    NOT_LOOKED_UP = auto()

    @property
    def was_absent(self) -> bool:
        """Whether the member had left its pool before."""
        return self in (Ending.WAS_ABSENT, Ending.ABSENT_BUT_RENTED)


WARNINGS: Mapping[Ending, str] = {
    Ending.REMOVED_BUT_RENTED: (
        "removed from pool {pool}, but Plivo did not unrent: still rented, and costs money; give back at Plivo"
    ),
    Ending.ABSENT_BUT_RENTED: (
        "no longer in pool {pool}, so not unrented: still rented, and costs money; give back at Plivo if nobody"
        " needs it"
    ),
    Ending.NOT_LOOKED_UP: (
        "left pool {pool}; whether Plivo unrented could not be looked up, perhaps still rented: see Plivo's console"
    ),
}


def take_out(membership: Membership, number_pool_uuid: str, digits: str, *, unrent: bool) -> Ending:
    """Remove a member from its pool; with `unrent` give its number back, and look whether that has happened.

    Raises ApiError when it is still in the pool, and OutcomeUnknownError when that can't be found out.
    """
    # What Plivo does when it is asked to unrent a number that is not in the pool is not documented.
    is_absent = unrent and membership.find(number_pool_uuid, digits) is None
    removal = Removal.WAS_ABSENT if is_absent else membership.remove(number_pool_uuid, digits, unrent=unrent)
    was_absent = removal is Removal.WAS_ABSENT
    if not unrent:
        return Ending.WAS_ABSENT if was_absent else Ending.REMOVED
    try:
        is_rented = membership.is_rented(digits)
    except ApiError:
        return Ending.NOT_LOOKED_UP
    if was_absent:
        return Ending.ABSENT_BUT_RENTED if is_rented else Ending.WAS_ABSENT
    return Ending.REMOVED_BUT_RENTED if is_rented else Ending.GIVEN_BACK


def warn_of(endings: Mapping[str, Ending], noun: str, number_pool_uuid: str) -> None:
    """Name what was given back, and in one warning each all members that ended in the same unwanted way."""
    given_back = [digits for digits, each in endings.items() if each is Ending.GIVEN_BACK]
    if given_back:
        tell(f"{noun} {', '.join(given_back)}: removed from pool {number_pool_uuid} and given back to Plivo")
    for ending, text in WARNINGS.items():
        named = [digits for digits, each in endings.items() if each is ending]
        if named:
            warn(f"{noun} {', '.join(named)}: {text.format(pool=number_pool_uuid)}")
