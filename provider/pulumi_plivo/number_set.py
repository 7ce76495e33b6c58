"""Many numbers of one pool: looked up, added, relocated and removed with many calls at a time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.diagnosis import explained
from pulumi_plivo.diagnostics import PlivoError, answered
from pulumi_plivo.membership import Membership, OutcomeUnknownError
from pulumi_plivo.number_list import difference, listed
from pulumi_plivo.parallel_work import Progress, work_through
from pulumi_plivo.relocation import Place, Relocation
from pulumi_plivo.removal import Ending, take_out

Result = TypeVar("Result")

#: Different answers of Plivo that one error shows.
MOST_REASONS = 5


class NumberSet:
    """Numbers of one pool with one service.

    The look-ups raise PlivoError. What adds, relocates or removes does what it can: after a failure that concerns
    one number alone it goes on with the others.
    """

    def __init__(self, membership: Membership, place: Place) -> None:
        self._membership = membership
        self._place = place
        self._pool = place.number_pool_uuid

    def present(self, numbers: Collection[str]) -> dict[str, PoolMember]:
        """Return those numbers that are in the pool, as it was up to 30 seconds ago."""
        return self._looked_up(lambda: self._membership.present_among(self._pool, numbers))

    def certainly_present(self, numbers: Collection[str]) -> dict[str, PoolMember]:
        """Return those numbers that are in the pool now."""
        return self._looked_up(lambda: self._membership.confirmed_among(self._pool, numbers))

    def everything(self) -> dict[str, PoolMember]:
        """Return all that the pool holds now."""
        return self._looked_up(lambda: self._membership.everything_in(self._pool))

    def misplaced(self, live: Mapping[str, PoolMember]) -> dict[str, Place]:
        """Return where those are that have another service."""
        wanted = self._place.service
        return {
            digits: Place(self._pool, member.service)
            for digits, member in live.items()
            if None not in (member.service, wanted) and member.service != wanted
        }

    def add(self, numbers: Collection[str]) -> Progress[PoolMember]:
        """Add numbers that are not in the pool."""
        return work_through({digits: self._adding(digits) for digits in numbers}, _is_general)

    def relocate(self, places: Mapping[str, Place]) -> Progress[PoolMember]:
        """Bring numbers from other places, which may be this pool with another service."""
        return work_through(
            {
                digits: Relocation(self._membership, f"number {digits}", digits, old, self._place).run
                for digits, old in places.items()
            },
            _is_general,
        )

    def remove(self, numbers: Collection[str], unrent: Collection[str] = ()) -> Progress[Ending]:
        """Remove numbers, and give back those among them that are in `unrent`."""
        return work_through({digits: self._removing(digits, digits in unrent) for digits in numbers}, _is_general)

    def add_all_or_none(self, numbers: Collection[str]) -> dict[str, PoolMember]:
        """Add numbers; should one fail, take back what was added. Raises PlivoError, which names what could not be."""
        added = work_through({digits: self._adding(digits) for digits in numbers}, lambda _: True)
        if not added.is_complete:
            raise PlivoError(
                f"could not add all {len(numbers)} numbers to pool {self._pool}: {self._reasons([added])};"
                f" {self._taken_back(added)}"
            )
        return added.done

    def unfinished(self, **work: Progress[PoolMember] | Progress[Ending]) -> str:
        """Say what is not done of some work, named by what is done to a number; nothing when all is."""
        if not any(each.failed for each in work.values()):
            return ""
        done = sum(len(each.done) for each in work.values())
        total = done + sum(len(each.left) for each in work.values())
        said = [f"pool {self._pool}: {done} of {total} numbers are done"]
        for verb, each in work.items():
            doubtful = [digits for digits, error in each.failed.items() if is_in_doubt(error)]
            certain = difference(doubtful, each.left).added
            said += [f"not {verb}: {listed(certain, None)}"] if certain else []
            said += [f"perhaps {verb}, perhaps not: {listed(doubtful, None)}"] if doubtful else []
        return "; ".join([*said, self._reasons(list(work.values())), "the next `pulumi up` does the rest"])

    def _reasons(self, work: Sequence[Progress[PoolMember] | Progress[Ending]]) -> str:
        """Say why numbers failed: one number for each of Plivo's answers."""
        first: dict[object, str] = {}
        for digits, error in (item for each in work for item in each.failed.items()):
            if len(first) == MOST_REASONS:
                break
            cause, call = error.__cause__, _call_behind(error)
            if isinstance(cause, ApiError) and cause.method == "POST" and cause.is_refusal:
                # One answer may have many causes.
                why = explained(self._membership, self._pool, digits, self._place.service, cause)
                first[digits] = f"{digits}: {error}{why}"
            else:
                answer = str(error) if call is None else (call.method, call.status, call.text)
                first.setdefault(answer, f"{digits}: {error}")
        return "; ".join(first.values())

    def _taken_back(self, added: Progress[PoolMember]) -> str:
        back = work_through({digits: self._removing(digits, False) for digits in added.done})
        in_doubt = [digits for digits, error in added.failed.items() if is_in_doubt(error)]
        said = []
        if back.done:
            said.append(f"the {len(back.done)} that had been added were taken back")
        if back.left:
            said.append(f"these were added and could not be taken back: {listed(back.left, None)}")
        if in_doubt:
            said.append(f"whether these were added is not known: {listed(in_doubt, None)}")
        if back.left or in_doubt:
            said.append("the others were not added")
            said.append("for what is in the pool the next `pulumi up` asks for adopt=True")
        return "; ".join(said) or "nothing was changed"

    def _adding(self, digits: str) -> Callable[[], PoolMember]:
        def add() -> PoolMember:
            # Many numbers take minutes: the look that found none of them may be too old by now.
            if self._membership.find_to_add(self._pool, digits, self._place.service) is not None:
                raise PlivoError("it has come into the pool meanwhile, through other hands; adopt=True takes it over")
            return self._membership.add(self._pool, digits, self._place.service)

        return _explaining(add)

    def _removing(self, digits: str, unrent: bool) -> Callable[[], Ending]:
        return _explaining(lambda: take_out(self._membership, self._pool, digits, unrent=unrent))

    def _looked_up(self, look: Callable[[], dict[str, PoolMember]]) -> dict[str, PoolMember]:
        try:
            return look()
        except ApiError as error:
            raise PlivoError(
                f"could not look up the numbers of pool {self._pool}: {answered(error)}; nothing was changed"
            ) from error


def services_of(*members: Mapping[str, PoolMember]) -> dict[str, str | None]:
    """Return the service of each number of some mappings."""
    return {digits: member.service for some in members for digits, member in some.items()}


def is_in_doubt(error: PlivoError | None) -> bool:
    """Whether an error leaves open whether the call has worked."""
    return error is not None and isinstance(error.__cause__, OutcomeUnknownError)


def _explaining(call: Callable[[], Result]) -> Callable[[], Result]:
    def explaining() -> Result:
        try:
            return call()
        except ApiError as error:
            raise PlivoError(answered(error)) from error
        except OutcomeUnknownError as unknown:
            raise PlivoError(f"{answered(unknown.error)}, and it could not be looked up afterwards") from unknown

    return explaining


def _is_general(error: PlivoError) -> bool:
    """Whether the next number would fare no better."""
    call = _call_behind(error)
    return call is not None and not call.is_refusal


def _call_behind(error: PlivoError) -> ApiError | None:
    """Return the call whose failure an error tells of, if it does."""
    cause = error.__cause__
    call = cause.error if isinstance(cause, OutcomeUnknownError) else cause
    return call if isinstance(call, ApiError) else None
