"""Numbers that a delete finds: decided by one table, then taken out of their pool, one or many alike."""

from collections.abc import Callable, Collection, Mapping, Sequence

from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import PlivoError, answered, called, counted, listed, tell, warn
from pulumi_plivo.plans.claim import member
from pulumi_plivo.plans.departure import Departure, Knowledge, departure
from pulumi_plivo.plugin.arriving import is_general, reasons
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.pools.giving_back import Ending, taking_out, told_of
from pulumi_plivo.pools.membership import Membership
from pulumi_plivo.pools.parallel_work import Progress, work_through
from pulumi_plivo.settings import Settings


class Departing:
    """Numbers of one pool that a delete of their resource finds.

    Args:
        membership: Returns the account's members of one kind; asked for only when a call is to be made.
        noun: What a member is called.
        pool: Where the numbers are.
        settings: The run's.
        unrents: Whether the state says `unrent`.
        owner: The resource that the state names as its own.
        is_shortcode: Whether they are shortcodes.
    """

    def __init__(
        self,
        membership: Callable[[], Membership],
        noun: str,
        pool: str,
        settings: Settings,
        *,
        unrents: bool,
        owner: str | None,
        is_shortcode: bool,
    ) -> None:
        self._get_membership = membership
        self._noun = noun
        self._pool = pool
        self._settings = settings
        self._unrents = unrents
        self._owner = owner
        self._is_shortcode = is_shortcode

    @property
    def _membership(self) -> Membership:
        return self._get_membership()

    def give_up(self, numbers: Sequence[str]) -> list[str]:
        """Do with each number what the table says; return those that had left the pool before.

        Raises PlivoError: when something speaks against it, before anything is sent; and when it was not done for all.
        """
        plan = self._plan(numbers)
        self._refuse(plan)
        stay = plan.get(Departure.STAY, [])
        if stay:
            self._tell_who_has(stay)
        unrent = set(plan.get(Departure.GIVE_BACK, []))
        leaving = [*plan.get(Departure.REMOVE, []), *plan.get(Departure.KEEP_RENTED, []), *unrent]
        leaving += self._still_there(plan.get(Departure.MAKE_ROOM, []))
        said = [each for each in plan.get(Departure.REMOVE, []) if held_and_wanted.is_named(self._member(each))]
        if kept := [*plan.get(Departure.KEEP_RENTED, []), *said]:
            tell(
                f"{self._named(kept)}: still rented: only what the state, the program and its ledger all say"
                " unrent=True of is given back"
            )
        removed = self.remove(leaving, unrent)
        if not removed.is_complete:
            raise self._unfinished(removed, len(leaving), unrent)
        return [digits for digits, ending in removed.done.items() if ending.was_absent]

    def remove(self, numbers: Sequence[str], unrent: Collection[str] = ()) -> Progress[Ending]:
        """Take numbers out of the pool, give back those in `unrent`, and say what the user must know."""
        for digits in numbers:
            held_and_wanted.take_out(self._member(digits), self._pool)
        removed = work_through(
            {
                digits: taking_out(
                    self._membership, f"{self._noun} {digits}", self._pool, digits, unrent=digits in unrent
                )
                for digits in numbers
            },
            is_general,
        )
        for text in told_of(removed.done, self._noun, self._pool):
            warn(text)
        return removed

    def _plan(self, numbers: Sequence[str]) -> dict[Departure, list[str]]:
        plan: dict[Departure, list[str]] = {}
        knowledge = held_and_wanted.knowledge
        for digits in numbers:
            name = self._member(digits)
            wanted = held_and_wanted.wanted(name, self._pool)
            newest_unrent = held_and_wanted.newest_unrent(name, self._owner)
            decided = departure(
                unrents=self._unrents,
                knowledge=knowledge,
                awaits_creation=held_and_wanted.awaits_creation,
                is_wanted=wanted is not None,
                wanted_in=None if wanted is None else self._pool_of(wanted.pool, is_reading=wanted.is_reading),
                pool=self._pool,
                newest_unrent=None if knowledge is Knowledge.NOTHING else newest_unrent,
                allows_unrent=self._settings.allow_unrent,
            )
            plan.setdefault(decided, []).append(digits)
        return plan

    def _pool_of(self, pool: str | None, *, is_reading: bool) -> str | None:
        # Where a `get` reads is not known here: what it names stays.
        return self._pool if pool is None and is_reading else pool

    def _refuse(self, plan: Mapping[Departure, list[str]]) -> None:
        """Raise a PlivoError for what may not be done; nothing was sent yet."""
        if early := plan.get(Departure.TOO_EARLY):
            raise PlivoError(
                f"{self._kept(early)}: it would be deleted before its replacement is there, and before it is known"
                " whether the program still wants it; nothing was sent; drop delete_before_replace (also where a"
                " transformation, a dependence on such a resource or replace_with brings it)"
            )
        if unknown := plan.get(Departure.NOT_KNOWN):
            doubtful = held_and_wanted.doubtful
            why = f"{listed(doubtful)} may want it" if doubtful else "not all of the program was checked"
            raise PlivoError(
                f"{self._kept(unknown)}: {why}; nothing was sent, and the state keeps it; run `pulumi up` without"
                " --target and --exclude, or `pulumi destroy` without --run-program"
            )
        if forbidden := plan.get(Departure.FORBIDDEN):
            raise PlivoError(
                f"{self._kept(forbidden)}: unrent=True would give back for good, and plivo:allowUnrent (or"
                " PLIVO_ALLOW_UNRENT) forbids it; nothing was sent; allow it, or run `pulumi up` with unrent=False"
                " first"
            )
        count = len(plan.get(Departure.GIVE_BACK, []))
        limit = self._settings.max_unrents
        left = held_and_wanted.may_give_back(count, limit) if count else 0
        if count > left:
            raise PlivoError(
                f"{self._kept(plan[Departure.GIVE_BACK])}: {counted(count, 'number')} would be given back to Plivo for"
                f" good, and this run may give back {left} (of {limit} by plivo:maxUnrents); nothing was sent; to allow"
                f" it, set PLIVO_MAX_UNRENTS={limit - left + count} for this run, and plivo:maxUnrents if the stack"
                " sets it"
            )

    def _still_there(self, numbers: Sequence[str]) -> list[str]:
        """Return those numbers that were not pulled out of the pool yet by who wants them elsewhere."""
        unmoved = [digits for digits in numbers if not held_and_wanted.was_taken_out(self._member(digits), self._pool)]
        if not unmoved:
            return []
        try:
            present = list(self._membership.present_among(self._pool, unmoved))
            missed = [digits for digits in present if not self._has_arrived(digits)]
        except ApiError as error:
            raise PlivoError(
                f"could not look up {self._named(unmoved)} in pool {self._pool}: {answered(error)}; nothing was"
                " changed; the state keeps it"
            ) from error
        if missed:
            raise PlivoError(
                f"{self._kept(missed)}: the program wants it in another pool, where the state has it and Plivo does"
                " not; nothing was changed; run `pulumi refresh`, and then `pulumi up` without --target and --exclude,"
                " which moves it"
            )
        return present

    def _has_arrived(self, digits: str) -> bool:
        """Whether a number that the program wants in another pool is there. Raises ApiError."""
        wanted = held_and_wanted.wanted(self._member(digits), self._pool)
        return wanted is None or wanted.pool is None or self._membership.find(wanted.pool, digits) is not None

    def _tell_who_has(self, numbers: Sequence[str]) -> None:
        by_owner: dict[str, list[str]] = {}
        for digits in numbers:
            wanted = held_and_wanted.wanted(self._member(digits), self._pool)
            # That a replacement has what it had before is no news.
            if wanted is not None and wanted.resource != held_and_wanted.had(self._member(digits)):
                by_owner.setdefault(wanted.resource, []).append(digits)
        for owner, some in by_owner.items():
            tell(f"{self._named(some)}: stays in pool {self._pool} with {owner}, which the program declares; no call")

    def _unfinished(self, removed: Progress[Ending], total: int, unrent: set[str]) -> PlivoError:
        still = ", and unrents what is left of it" if unrent else ""
        done = f"{len(removed.done)} of {total} left pool {self._pool}; " if total > 1 else ""
        raise PlivoError(
            f"{done}{reasons(removed)}; not done: {listed(removed.left)}; the state keeps the resource with all of it;"
            f" the next `pulumi up` or `pulumi destroy` does the rest{still}; where the program wants it again, run"
            " `pulumi refresh` first"
        )

    def _named(self, numbers: Sequence[str]) -> str:
        return called(self._noun, numbers)

    def _kept(self, numbers: Sequence[str]) -> str:
        return f"{self._named(numbers)} {'stays' if len(numbers) == 1 else 'stay'} in pool {self._pool}"

    def _member(self, digits: str) -> str:
        return member(digits, is_shortcode=True) if self._is_shortcode else digits
