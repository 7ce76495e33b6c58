"""Changes of a member's pool or service, in place, that never unrent and never leave its place in doubt."""

from typing import NamedTuple

from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.errors import PlivoError, answered, warn
from pulumi_plivo.pools.membership import Membership, OutcomeUnknownError, Removal
from pulumi_plivo.pools.refusal import cause_of_refusal, explained


class Place(NamedTuple):
    """Where a member is, or shall be: its pool, and its service where the kind has one."""

    number_pool_uuid: str
    service: str | None


class Relocation:
    """The way of one member from one place to another."""

    def __init__(self, membership: Membership, name: str, digits: str, old: Place, new: Place) -> None:
        self._membership = membership
        self._name = name
        self._digits = digits
        self._old = old
        # What the program leaves open stays as it is.
        self._new = Place(new.number_pool_uuid, new.service or old.service)

    def run(self) -> PoolMember:
        """Bring the member to its new place. Raises PlivoError, which says where it is instead."""
        moves = self._old.number_pool_uuid != self._new.number_pool_uuid
        try:
            live = self._membership.find_to_add(self._new.number_pool_uuid, self._digits, self._new.service)
        except ApiError as error:
            raise PlivoError(
                f"could not look up {self._name} in pool {self._new.number_pool_uuid}: {answered(error)};"
                " nothing was changed"
            ) from error
        if live is None:
            return self._add_to_new_pool() if moves else self._add_again()
        # Where Plivo does not tell the service, the state's is the best that is known.
        service = live.service or (None if moves else self._old.service)
        if None not in (service, self._new.service) and service != self._new.service:
            live = self._change_service(service)
        elif moves:
            warn(
                f"{self._name} was in pool {self._new.number_pool_uuid} already, put there by other hands or by a run"
                " that did not end well: the move takes it over"
            )
        if moves:
            self._leave_old_pool()
        return live

    def _add_again(self) -> PoolMember:
        """Add a member that somebody took out of the pool that it is to stay in."""
        pool = self._new.number_pool_uuid
        try:
            return self._membership.add(pool, self._digits, self._new.service)
        except ApiError as error:
            why = explained(self._membership, pool, self._digits, self._new.service, error) if error.is_refusal else ""
            raise PlivoError(
                f"could not add {self._name} to pool {pool} again, which it had left: {answered(error)}{why}; it is not"
                " in the pool, and still rented unless this says otherwise; the next `pulumi up` tries again"
            ) from error
        except OutcomeUnknownError as unknown:
            raise self._in_doubt("add", "to", pool, unknown) from unknown

    def _add_to_new_pool(self) -> PoolMember:
        old, new = self._old.number_pool_uuid, self._new.number_pool_uuid
        try:
            live = self._membership.add(new, self._digits, self._new.service)
        except OutcomeUnknownError as unknown:
            raise self._in_doubt("move", "to", new, unknown) from unknown
        except ApiError as error:
            refusal = error
        else:
            self._leave_old_pool()
            return live
        try:
            cause = cause_of_refusal(self._membership, new, self._digits, self._new.service, refusal)
            in_old = self._membership.find_to_keep(old, self._digits, self._old.service)
        except ApiError as error:
            raise PlivoError(
                f"could not move {self._name} from pool {old} to pool {new}: {answered(refusal)}, and the cause could"
                f" not be looked up: {answered(error)}; it was not touched; the next `pulumi up` tries again"
            ) from error
        if not refusal.is_refusal or cause is not None or in_old is None:
            where = f"it is still in pool {old}" if in_old is not None else f"it is in neither pool {old} nor {new}"
            raise PlivoError(
                f"could not move {self._name} from pool {old} to pool {new}: {answered(refusal)}"
                f"{f'; {cause}' if cause else ''}; {where}{', and nothing was changed' if refusal.is_refusal else ''}"
            )
        return self._swap(Place(old, in_old.service or self._old.service), refusal)

    def _change_service(self, service: str | None) -> PoolMember:
        """Remove and add again: Plivo has no call that changes a service."""
        pool = self._new.number_pool_uuid
        try:
            cause = cause_of_refusal(self._membership, pool, self._digits, self._new.service, None)
        except ApiError as error:
            raise PlivoError(
                f"could not look up whether {self._name} can change to {self._new.service}: {answered(error)};"
                f" it is in pool {pool} as before"
            ) from error
        if cause is not None:
            raise PlivoError(
                f"could not change the service of {self._name} in pool {pool} to {self._new.service}: {cause}; it was"
                " not touched"
            )
        return self._swap(Place(pool, service), None)

    def _swap(self, old: Place, refusal: ApiError | None) -> PoolMember:
        """Remove a member from where it is, then add it in its new place, or put it back as it was."""
        new = self._new
        what = f"could not bring {self._name} from {_named(old)} to {_named(new)}"
        first = f"{answered(refusal)}; then, on removing it first: " if refusal else ""
        try:
            removal = self._membership.remove(old.number_pool_uuid, self._digits)
        except ApiError as error:
            raise PlivoError(f"{what}: {first}{answered(error)}; it is still in {_named(old)}") from error
        except OutcomeUnknownError as unknown:
            raise self._in_doubt("remove", "from", old.number_pool_uuid, unknown) from unknown
        try:
            return self._membership.add(new.number_pool_uuid, self._digits, new.service)
        except OutcomeUnknownError as unknown:
            raise self._in_doubt("add", "to", new.number_pool_uuid, unknown) from unknown
        except ApiError as error:
            failure = f"{what}: {first}{answered(error)}"
        if removal is Removal.WAS_ABSENT:
            raise PlivoError(
                f"{failure}; it had left {_named(old)} before, through other hands, and is still rented; the next"
                " `pulumi up` tries again"
            )
        try:
            self._membership.add(old.number_pool_uuid, self._digits, old.service)
        except (ApiError, OutcomeUnknownError) as again:
            second = again.error if isinstance(again, OutcomeUnknownError) else again
            raise PlivoError(
                f"{failure}; and it could not be put back: {answered(second)}; it was removed from {_named(old)}, is"
                " still rented, and probably in no pool; the next `pulumi up` brings it to its new place; to go back"
                " to the old one instead, `pulumi refresh` first"
            ) from again
        raise PlivoError(f"{failure}; it was put back into {_named(old)}, as it was")

    def _leave_old_pool(self) -> None:
        old, new = self._old.number_pool_uuid, self._new.number_pool_uuid
        try:
            self._membership.remove(old, self._digits)
        except (ApiError, OutcomeUnknownError) as failure:
            error = failure.error if isinstance(failure, OutcomeUnknownError) else failure
            raise PlivoError(
                f"{self._name} is in pool {new}, but could not be removed from pool {old}: {answered(error)}; it may be"
                " in both and stays rented; the next `pulumi up` finishes the move; to go back instead,"
                f" take it out of pool {new} at Plivo"
            ) from failure

    def _in_doubt(self, verb: str, preposition: str, pool: str, unknown: OutcomeUnknownError) -> PlivoError:
        return PlivoError(
            f"tried to {verb} {self._name} {preposition} pool {pool}: {answered(unknown.error)}, and it could not be"
            " looked up afterwards; it stays rented, but which pool it is in is not known; the next `pulumi up` looks"
            " again and finishes; to go back instead, `pulumi refresh` first"
        )


def _named(place: Place) -> str:
    return f"pool {place.number_pool_uuid}" + (f" (service {place.service})" if place.service else "")
