"""Changes of a pool's members that end in a known state: after a lost answer the live pool decides."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from pulumi_plivo.account import views_of
from pulumi_plivo.api import ApiError, MemberKind, PoolMember
from pulumi_plivo.pool_view.memory import TOLL_FREE_TYPES
from pulumi_plivo.pool_view.reads import PAGE_SIZE, in_parallel
from pulumi_plivo.pool_view.view import PoolView
from pulumi_plivo.pools.parallel_work import THREADS as MANY_THREADS

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

Found = TypeVar("Found")


class Removal(Enum):
    """How a removal ended."""

    REMOVED = auto()
    WAS_ABSENT = auto()


class OutcomeUnknownError(Exception):
    """A call may have worked, and the look-up that would tell failed too; `error` is the call's."""

    def __init__(self, error: ApiError) -> None:
        self.error = error
        super().__init__(str(error))


class Membership:
    """One kind of members in the pools of one account."""

    def __init__(self, client: "Client", kind: MemberKind) -> None:
        self.client = client
        self.kind = kind

    def pool_exists(self, number_pool_uuid: str) -> bool:
        """Whether Plivo has answered for this pool already, which proves that the account has it."""
        return self._view(number_pool_uuid).pool_exists

    def has_pool(self, number_pool_uuid: str) -> bool:
        """Whether the account has the pool, which is asked where no answer has proven it. Raises ApiError."""
        return self.pool_exists(number_pool_uuid) or (
            found(lambda: self.client.number_pools.get(number_pool_uuid)) is not None
        )

    def find(self, number_pool_uuid: str, digits: str) -> PoolMember | None:
        """Return the member as it is now, None when it is not in the pool. Raises ApiError."""
        return self._view(number_pool_uuid).confirmed(digits).member

    def find_with_service(self, number_pool_uuid: str, digits: str, wanted: str | None) -> PoolMember | None:
        """Return the member as it is now, with its `service`, which only the list tells. Raises ApiError.

        Should the pool list the number once for each service, the entry with the `wanted` one is returned. The
        service stays None where Plivo does not tell it.
        """
        return self._view(number_pool_uuid).confirmed(digits, with_service=True, wanted=wanted).member

    def find_to_add(self, number_pool_uuid: str, digits: str, wanted: str | None) -> PoolMember | None:
        """Return the member if it is in the pool now; None, or its service, may be up to 30 seconds old.

        Raises ApiError.
        """
        sighting = self._view(number_pool_uuid).look_up(digits, with_service=True, wanted=wanted)
        if sighting.member is None or sighting.is_fresh:
            return sighting.member
        live = self.find(number_pool_uuid, digits)
        return live and replace(live, service=live.service or sighting.member.service)

    def find_to_keep(self, number_pool_uuid: str, digits: str, wanted: str | None) -> PoolMember | None:
        """Return the member as it was up to 30 seconds ago; None only if it is not there now. Raises ApiError."""
        sighting = self._view(number_pool_uuid).look_up(digits, with_service=True, wanted=wanted)
        if sighting.member is not None or sighting.is_fresh:
            return sighting.member
        return self.find_with_service(number_pool_uuid, digits, wanted)

    def present_among(self, number_pool_uuid: str, numbers: Collection[str]) -> dict[str, PoolMember]:
        """Return those numbers that are in the pool, as it was up to 30 seconds ago. Raises ApiError."""
        return self._present(self._view(number_pool_uuid), number_pool_uuid, numbers)

    def confirmed_among(
        self, number_pool_uuid: str, numbers: Collection[str], known: Mapping[str, PoolMember] = MappingProxyType({})
    ) -> dict[str, PoolMember]:
        """Return those numbers that are in the pool now, each with its service. Raises ApiError.

        The service of what is `known` may be as old as that.
        """
        seen: dict[str, PoolMember] = {}
        if len(numbers) > PAGE_SIZE:
            # What a new view tells was seen after this moment.
            view = PoolView(self.client, self.kind, number_pool_uuid)
            seen = self._present(view, number_pool_uuid, numbers)
            if not (seen or view.pool_exists):
                return {}
        missing = [digits for digits in numbers if digits not in seen]

        def ask(digits: str) -> PoolMember | None:
            service = known[digits].service if digits in known else None
            if service is None:
                return self.find_with_service(number_pool_uuid, digits, None)
            live = self.find(number_pool_uuid, digits)
            return live and replace(live, service=live.service or service)

        asked = in_parallel(ask, missing, MANY_THREADS)
        return {**seen, **{each.digits: each for each in asked if each is not None}}

    def everything_in(self, number_pool_uuid: str) -> dict[str, PoolMember]:
        """Return all members of the pool, by their digits; none of a pool that does not exist. Raises ApiError."""
        members = self._view(number_pool_uuid).members(threads=MANY_THREADS)
        if members is not None:
            return {digits: entries[0] for digits, entries in members.items()}
        listed = found(lambda: list(self.client.pool_members.all(self.kind, number_pool_uuid))) or []
        # The list of numbers may hold toll-frees, which are members of another kind.
        return {each.digits: each for each in listed if each.type not in TOLL_FREE_TYPES}

    def add(self, number_pool_uuid: str, digits: str, service: str | None, *, rent: bool = False) -> PoolMember:
        """Add a member that was absent just before; with `rent`, one that the account did not rent then.

        An answer that was lost, or a refusal of a second try, may follow a first try that worked. Raises ApiError
        when the member is not in the pool afterwards, and OutcomeUnknownError when that can't be found out.
        """
        view = self._view(number_pool_uuid)
        with view.writing():
            try:
                member = self.client.pool_members.add(self.kind, number_pool_uuid, digits, service=service, rent=rent)
            except ApiError as error:
                live = self._after(view, error, digits) if _may_have_worked(error) else None
                if live is None:
                    raise
                return live
            view.added(member)
            return member

    def remove(self, number_pool_uuid: str, digits: str, *, unrent: bool = False) -> Removal:
        """Remove a member.

        Raises ApiError when it is still in the pool afterwards, and OutcomeUnknownError when that can't be found out.
        """
        view = self._view(number_pool_uuid)
        with view.writing():
            try:
                self.client.pool_members.remove(self.kind, number_pool_uuid, digits, unrent=unrent)
            except ApiError as error:
                if not (error.is_not_found or _may_have_worked(error)):
                    raise
                if self._after(view, error, digits) is not None:
                    raise
                if error.is_not_found and error.attempts == 1:
                    return Removal.WAS_ABSENT
            view.removed(digits)
        return Removal.REMOVED

    def is_rented(self, digits: str) -> bool:
        """Whether the account rents the number. Raises ApiError."""
        return found(lambda: self.client.account_numbers.get(digits)) is not None

    def _view(self, number_pool_uuid: str) -> PoolView:
        return views_of(self.client).of(self.kind, number_pool_uuid)

    def _present(self, view: PoolView, number_pool_uuid: str, numbers: Collection[str]) -> dict[str, PoolMember]:
        # One by one they would all be asked for in a pool that does not exist.
        for digits in list(numbers)[:1]:
            view.look_up(digits, with_service=True)
        if not (view.pool_exists or self.has_pool(number_pool_uuid)):
            return {}
        sightings = view.look_up_all(numbers, with_service=True, threads=MANY_THREADS)
        return {digits: seen.member for digits, seen in sightings.items() if seen.member is not None}

    def _after(self, view: PoolView, error: ApiError, digits: str) -> PoolMember | None:
        try:
            return view.confirmed(digits).member
        except ApiError as look_up:
            view.forget(digits)
            raise OutcomeUnknownError(error) from look_up


def _may_have_worked(error: ApiError) -> bool:
    """Whether a call that ended in `error` may have changed something at Plivo."""
    return error.is_answer_lost or error.attempts > 1


def found(look_up: Callable[[], Found]) -> Found | None:
    """Return what a look-up finds, None for a 404. Raises ApiError for anything else."""
    try:
        return look_up()
    except ApiError as error:
        if error.is_not_found:
            return None
        raise
