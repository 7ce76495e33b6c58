"""Numbers that a resource wants in its pool: looked up, planned by one table, and brought in, one or many alike."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.errors import PlivoError, answered, called, listed, tell, warn
from pulumi_plivo.plans.arrival import Arrival, Step, arrival
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.rent_limit import RentLimit, numbers_to_rent
from pulumi_plivo.pools.adding import add_new
from pulumi_plivo.pools.membership import Membership
from pulumi_plivo.pools.parallel_work import Progress, work_through
from pulumi_plivo.pools.refusal import pool_that_holds
from pulumi_plivo.pools.relocation import Place, Relocation
from pulumi_plivo.pools.renting import rent_and_add

Member = PoolMember | None


@dataclass
class Arrived:
    """What became of the numbers: those that were kept without a look have no live member."""

    progress: Progress[Member] = field(default_factory=Progress)
    adopted: frozenset[str] = frozenset()
    rented: frozenset[str] = frozenset()


class Looked(NamedTuple):
    """What a look tells of new numbers: those that would be refused, and those that would be added."""

    refused: list[str]
    added: list[str]


class Arriving:
    """Numbers on their way into one pool.

    Args:
        membership: Returns the account's members of one kind; asked for only when a call is to be made.
        noun: What a member is called.
        pool: Where the numbers shall be.
        adopts: Whether what is there by other hands may be taken over.
        rents: How many numbers this run may rent, where the resource rents what is not rented; None where it does not.
    """

    def __init__(
        self,
        membership: Callable[[], Membership],
        noun: str,
        pool: str,
        *,
        adopts: bool,
        rents: RentLimit | None = None,
    ) -> None:
        self._get_membership = membership
        self.noun = noun
        self._pool = pool
        self._adopts = adopts
        self.rents = rents
        self._bought: set[str] = set()

    @property
    def _membership(self) -> Membership:
        return self._get_membership()

    def bring_in(self, services: Mapping[str, str | None], own: Mapping[str, Place]) -> Arrived:
        """Bring each number into the pool, with its service if it has one here.

        `own` is where the resource's own state has numbers. Raises PlivoError before anything has changed, when a
        number is there by other hands or the pool can't be looked up; what fails later is in the progress.
        """
        arrivals, live, sources = self._planned(list(services), own)
        refused = [digits for digits, each in arrivals.items() if each.step is Step.REFUSE]
        if refused:
            raise self._refusal(refused)
        self._tell_of([digits for digits, each in arrivals.items() if each.step is Step.TAKE_OVER])
        added = [digits for digits, each in arrivals.items() if each.step is Step.ADD]
        to_rent = set() if self.rents is None else numbers_to_rent(self._membership, self.noun, added, self.rents)
        tasks: dict[str, Callable[[], Member]] = {}
        kept: dict[str, Member] = {}
        for digits, each in arrivals.items():
            old = own.get(digits, sources.get(digits))
            task = (
                self._renting(digits, services[digits])
                if digits in to_rent
                else self._task(digits, each, services[digits], old, live.get(digits))
            )
            if task is None:
                kept[digits] = live.get(digits)
            else:
                tasks[digits] = task
        progress = work_through(tasks, is_general)
        progress.done = {**kept, **progress.done}
        for digits in progress.done:
            held_and_wanted.put_in(digits, self._pool)
        adopted = frozenset(digits for digits, each in arrivals.items() if each.step is Step.ADOPT)
        return Arrived(progress, adopted & progress.done.keys(), frozenset(self._bought))

    def _renting(self, digits: str, service: str | None) -> Callable[[], Member]:
        def rent() -> Member:
            member = rent_and_add(self._membership, f"{self.noun} {digits}", digits, Place(self._pool, service))
            self._bought.add(digits)
            tell(f"{self.noun} {digits}: rented, and added to pool {self._pool}")
            return member

        return rent

    def look(self, numbers: Iterable[str]) -> Looked:
        """Return what would become of new numbers. Raises PlivoError when the pool can't be looked up."""
        arrivals, _, _ = self._planned(list(numbers), {})
        return Looked(
            [digits for digits, each in arrivals.items() if each.step is Step.REFUSE],
            [digits for digits, each in arrivals.items() if each.step is Step.ADD],
        )

    def refused_because(self, digits: list[str]) -> str:
        """Say why numbers are refused."""
        return str(self._refusal(digits))

    def _planned(
        self, numbers: list[str], own: Mapping[str, Place]
    ) -> tuple[dict[str, Arrival], dict[str, PoolMember], dict[str, Place]]:
        unowned = [digits for digits in numbers if digits not in own]
        try:
            live = self._membership.present_among(self._pool, unowned) if unowned else {}
            if live and not self._adopts:
                # Who adopts takes over what pages have shown, as a refresh does: no call depends on it.
                live = self._membership.confirmed_among(self._pool, live, live)
            sources = self._sources(unowned)
        except ApiError as error:
            raise PlivoError(
                f"could not look up {self._named(unowned)} in pool {self._pool}: {answered(error)}; nothing was changed"
            ) from error
        arrivals = {
            digits: arrival(
                pool=self._pool,
                own=own[digits].number_pool_uuid if digits in own else None,
                is_live=digits in live,
                is_ours=digits in live and self._is_ours(live[digits]),
                held_in=sources[digits].number_pool_uuid if digits in sources else None,
                adopts=self._adopts,
            )
            for digits in numbers
        }
        return arrivals, live, sources

    def _is_ours(self, live: PoolMember) -> bool:
        """Whether a member is in the wanted pool through another resource of this stack."""
        digits = live.digits
        if held_and_wanted.in_state(digits).pool == self._pool:
            return True
        others = held_and_wanted.held(digits, self._pool)
        return bool(others) and held_and_wanted.history.is_ours(digits, live.added_on)

    def _sources(self, numbers: Iterable[str]) -> dict[str, Place]:
        """Return the other places in which numbers are through another resource of this stack; the pools are asked."""
        claimed: dict[str, list[str]] = {}
        for digits in numbers:
            places = [held_and_wanted.in_state(digits).pool]
            places += [each.pool for each in held_and_wanted.held(digits, self._pool)]
            for pool in dict.fromkeys(places):
                if pool is not None and pool != self._pool:
                    claimed.setdefault(pool, []).append(digits)
        sources: dict[str, Place] = {}
        for pool, some in claimed.items():
            for digits, member in self._membership.present_among(pool, some).items():
                is_known = held_and_wanted.in_state(digits).pool == pool
                if is_known or held_and_wanted.history.is_ours(digits, member.added_on):
                    sources.setdefault(digits, Place(pool, member.service))
        return sources

    def _task(
        self, digits: str, planned: Arrival, service: str | None, old: Place | None, live: PoolMember | None
    ) -> Callable[[], Member] | None:
        name, new = f"{self.noun} {digits}", Place(self._pool, service)
        if planned.step is Step.ADD:
            return lambda: self._added(digits, service)
        if planned.step is Step.KEEP and old is not None:
            changes = None not in (service, old.service) and service != old.service
            if not (changes or held_and_wanted.was_taken_out(digits, self._pool)):
                return None
            return Relocation(self._membership, name, digits, old, new).run
        if planned.source is not None and old is not None:
            return self._moving(Relocation(self._membership, name, digits, old, new), digits, planned.source)
        if live is not None and None not in (service, live.service) and service != live.service:
            tell(f"{name} in pool {self._pool}: its service changes from {live.service} to {service}")
            return Relocation(self._membership, name, digits, Place(self._pool, live.service), new).run
        return None

    def _moving(self, relocation: Relocation, digits: str, source: str) -> Callable[[], Member]:
        def move() -> Member:
            member = relocation.run()
            held_and_wanted.take_out(digits, source)
            return member

        return move

    def _added(self, digits: str, service: str | None) -> PoolMember:
        """Add a number; where Plivo refuses it because it is in another pool, pull it out of there if it may be."""
        name, place = f"{self.noun} {digits}", Place(self._pool, service)
        # Many numbers take minutes: the look that did not find this one may be too old by now.
        try:
            live = self._membership.find_to_add(self._pool, digits, service)
        except ApiError as error:
            raise PlivoError(
                f"could not look up {name} in pool {self._pool}: {answered(error)}; it was not added"
            ) from error
        if live is not None and not (self._adopts or self._is_ours(live)):
            raise PlivoError(
                f"could not add {name} to pool {self._pool}: it was put there meanwhile, by other hands; if no other"
                " stack owns it, adopt=True takes it over"
            )
        if live is not None:
            return live

        def found_after_all() -> PoolMember | None:
            # A list that lags may not have shown it in this pool.
            holding = self._membership.find(self._pool, digits) or pool_that_holds(self._membership, digits)
            if holding is None:
                return None
            if holding.number_pool_uuid == self._pool:
                return holding if self._adopts or self._is_ours(holding) else None
            others = held_and_wanted.held(digits, self._pool)
            # A pool that the ledger did not know is as good as the one in which the number is found.
            is_ours = any(each.pool is None for each in others)
            is_ours = is_ours and held_and_wanted.history.is_ours(digits, holding.added_on)
            if self._adopts and not is_ours:
                source = holding.number_pool_uuid
                warn(f"{name} is in pool {source} by other hands: adopt=True moves it from there to pool {self._pool}")
            return holding if is_ours or self._adopts else None

        return add_new(self._membership, name, digits, place, found_after_all)

    def _tell_of(self, taken_over: list[str]) -> None:
        before = {digits: held_and_wanted.held(digits, self._pool) for digits in taken_over}
        # Without any it is the resource's own, which was only looked for again.
        if others := [digits for digits, held in before.items() if held]:
            owners = list(dict.fromkeys(before[digits][0].resource for digits in others))
            it, gives = "it" if len(others) == 1 else "them", "gives" if len(owners) == 1 else "give"
            tell(
                f"{self._named(others)} in pool {self._pool}: taken over from {listed(owners)}, which {gives} {it} up;"
                " no call"
            )

    def _named(self, numbers: list[str]) -> str:
        return called(self.noun, numbers)

    def _refusal(self, refused: list[str]) -> PlivoError:
        it, is_ = ("it", "is") if len(refused) == 1 else ("them", "are")
        killed = [digits for digits in refused if held_and_wanted.is_held(digits, self._pool)]
        hint = f" a run of this program that was killed or failed may have put {it} there;" if killed else ""
        return PlivoError(
            f"{self._named(refused)} {is_} in pool {self._pool} already, and not through this resource;{hint} to take"
            f" {it} over, set adopt=True; if the resource was renamed, an alias does too"
            f' (opts=ResourceOptions(aliases=[Alias(name="OLD-NAME")])); if another stack owns {it}, leave {it} there;'
            f" nothing was changed"
        )


def reasons(progress: Progress[Any], most: int = 5) -> str:
    """Say why numbers failed: each different reason once, for the first number that it was told of."""
    first: dict[object, str] = {}
    for error in progress.failed.values():
        call = call_behind(error)
        first.setdefault(str(error) if call is None else (call.method, call.status, call.text), str(error))
        if len(first) == most:
            break
    return "; ".join(first.values())


def is_general(error: PlivoError) -> bool:
    """Whether the next number would fare no better."""
    call = call_behind(error)
    return call is not None and not call.is_refusal


def call_behind(error: BaseException | None) -> ApiError | None:
    """Return the call whose failure an error tells of, if it does."""
    while error is not None and not isinstance(error, ApiError):
        inner = getattr(error, "error", None)
        error = inner if isinstance(inner, ApiError) else error.__cause__
    return error
