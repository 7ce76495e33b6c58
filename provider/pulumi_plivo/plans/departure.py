"""What a delete does with a number: one table for single resources and for lists."""

from enum import Enum, auto


class Knowledge(Enum):
    """How much of the program is known when a delete comes."""

    #: There is no program that has any resource of this package: a destroy, mostly.
    NOTHING = auto()
    #: Some of it was checked, or nothing though there is a program: some resource may want more than is known.
    PART = auto()
    #: Every number that the program wants is known.
    ALL = auto()


class Departure(Enum):
    """What is done with one number."""

    #: The program wants it where it is: no call.
    STAY = auto()
    #: The program wants it in another pool: it leaves this one if it is still there, and stays rented.
    MAKE_ROOM = auto()
    REMOVE = auto()
    GIVE_BACK = auto()
    #: It leaves the pool, but stays rented, as the newest program says.
    KEEP_RENTED = auto()
    #: Nothing is done, since a create is still to come, which may want it.
    TOO_EARLY = auto()
    #: Nothing is done, since it is not known whether the program wants it.
    NOT_KNOWN = auto()
    #: Nothing is done, since the settings forbid to give numbers back.
    FORBIDDEN = auto()


def departure(
    *,
    unrents: bool,
    knowledge: Knowledge,
    awaits_creation: bool,
    is_wanted: bool,
    wanted_in: str | None,
    pool: str,
    newest_unrent: bool | None,
    allows_unrent: bool,
) -> Departure:
    """Decide.

    Args:
        unrents: Whether the state says `unrent`.
        knowledge: How much of the program is known.
        awaits_creation: Whether a create is still to come in this run.
        is_wanted: Whether any resource of the program wants the number.
        wanted_in: The pool in which it wants it; None while that is not known.
        pool: The pool that the number is to leave.
        newest_unrent: What the newest program says of the resource that had the number; None if it says nothing.
        allows_unrent: Whether the settings allow to give numbers back.
    """
    if awaits_creation:
        return Departure.TOO_EARLY
    if is_wanted and wanted_in == pool:
        return Departure.STAY
    if is_wanted:
        return Departure.MAKE_ROOM if wanted_in is not None else Departure.NOT_KNOWN
    if knowledge is Knowledge.PART:
        return Departure.NOT_KNOWN
    if not unrents:
        return Departure.REMOVE
    if newest_unrent is False:
        return Departure.KEEP_RENTED
    return Departure.GIVE_BACK if allows_unrent else Departure.FORBIDDEN
