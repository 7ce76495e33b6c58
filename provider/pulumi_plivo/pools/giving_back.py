"""Taking a member out of its pool, and giving its number back: how that can end, and what the user must know of it."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto

from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import PlivoError, answered, listed
from pulumi_plivo.pools.membership import Membership, OutcomeUnknownError, Removal


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


#: What is said of the endings that a user must know of; what is lost for good comes first.
SAID: Mapping[Ending, str] = {
    Ending.GIVEN_BACK: "given back to Plivo for good, out of pool {pool}",
    Ending.REMOVED_BUT_RENTED: (
        "removed from pool {pool}, but Plivo did not unrent: still rented, and costs money; give back at Plivo"
    ),
    Ending.ABSENT_BUT_RENTED: (
        "no longer in pool {pool}, so not unrented: still rented, and costs money; give back at Plivo if not needed"
    ),
    Ending.NOT_LOOKED_UP: (
        "left pool {pool}; whether Plivo unrented could not be looked up, perhaps still rented: see Plivo's console"
    ),
}


def taking_out(
    membership: Membership, name: str, number_pool_uuid: str, digits: str, *, unrent: bool
) -> Callable[[], Ending]:
    """Return what removes a member from its pool; with `unrent` it gives the number back, and looks whether it did.

    It raises PlivoError when the member is, or may be, in the pool still.
    """

    def take_out() -> Ending:
        try:
            return _take_out(membership, number_pool_uuid, digits, unrent=unrent)
        except ApiError as error:
            raise PlivoError(f"could not remove {name} from pool {number_pool_uuid}: {answered(error)}") from error
        except OutcomeUnknownError as unknown:
            raise PlivoError(
                f"tried to remove {name} from pool {number_pool_uuid}{' and to unrent it' if unrent else ''}:"
                f" {answered(unknown.error)}, and it could not be looked up afterwards"
            ) from unknown

    return take_out


def _take_out(membership: Membership, number_pool_uuid: str, digits: str, *, unrent: bool) -> Ending:
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


def told_of(endings: Mapping[str, Ending], noun: str, number_pool_uuid: str) -> Iterator[str]:
    """Yield what the user must know: all members that ended in one way in one line."""
    for ending, text in SAID.items():
        named = sorted(digits for digits, each in endings.items() if each is ending)
        if named:
            # What is gone for good is named in full: nothing else will name it again.
            numbers = ", ".join(named) if ending is Ending.GIVEN_BACK else listed(named)
            yield f"{noun}{'s' if len(named) > 1 else ''} {numbers}: {text.format(pool=number_pool_uuid)}"
