"""Numbers that leave a pool: which may, which are given back, and what is said of the others."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.declared import declared_members
from pulumi_plivo.diagnostics import PlivoError, answered, warn
from pulumi_plivo.number_list import difference, listed
from pulumi_plivo.number_places import by_pool
from pulumi_plivo.number_set import NumberSet
from pulumi_plivo.parallel_work import Progress
from pulumi_plivo.plivo_provider import PlivoProvider
from pulumi_plivo.relocation import Place
from pulumi_plivo.removal import Ending, warn_of


class DepartingNumbers(PlivoProvider):
    """The part of the provider of many numbers that takes numbers out of pools."""

    kind = MemberKind.NUMBER
    noun = "numbers"

    def _numbers_in(self, pool: str, service: str | None = None) -> NumberSet:
        return NumberSet(self.membership, Place(pool, service))

    def _removed(
        self, numbers: Sequence[str], pool: str, new_pool: str | None = None, *, is_time: bool = True
    ) -> Progress[Ending]:
        """Remove those numbers that the program does not declare there, if it is time; never unrent them.

        What has left already while the others move to `new_pool` may be there: that is said.
        """
        unknown = declared_members.wait_for_program(map(self.member, numbers)) if numbers else []
        if unknown:
            return Progress(failed=dict.fromkeys(numbers, PlivoError(_not_known_yet(unknown))))
        with self._leaving(numbers, pool) as leaving:
            if not is_time:
                return Progress(not_begun=leaving)
            removed = self._numbers_in(pool).remove(leaving)
        absent = [
            digits
            for digits, ending in removed.done.items()
            if ending.was_absent and not declared_members.declares_anywhere(self.member(digits))
        ]
        if absent and new_pool is not None:
            try:
                moved = self._numbers_in(new_pool).certainly_present(absent)
            except PlivoError as error:
                warn(f"numbers {listed(absent, None)} left the program; whether they are in pool {new_pool}: {error}")
                return removed
            if moved:
                warn(
                    f"numbers {listed(moved, None)}, which left the program, are in pool {new_pool}, perhaps through a"
                    " run that was interrupted: they stay there; remove them at Plivo if they are not wanted"
                )
        return removed

    def _deletable(self, numbers: Sequence[str], pool: str) -> Sequence[str]:
        """Return what a delete may decide about: of a pool that the program reads, only what the list was to drop."""
        if not declared_members.reads_pool(pool):
            return numbers
        left = [digits for digits in numbers if declared_members.is_left_to_delete(self.member(digits), pool)]
        kept = difference(left, numbers).added
        if kept:
            warn(
                f"numbers {listed(kept, None)} stay in pool {pool}, and rented: the program reads all that the"
                " pool holds; to remove them, take that out of the program, or remove them at Plivo"
            )
        return left

    def _give_up(self, leaving: Sequence[str], pool: str, state: Mapping[str, Any]) -> None:
        """Remove numbers, and give back those that the state says and nothing else declares. Raises PlivoError."""
        unrent = leaving if state.get("unrent") is True else []
        elsewhere = [digits for digits in unrent if declared_members.declares_anywhere(self.member(digits))]
        if elsewhere:
            warn(
                f"numbers {listed(elsewhere, None)} leave pool {pool} but stay rented: the program declares them in"
                " another pool"
            )
            unrent = difference(elsewhere, unrent).added
        if unrent and not self.settings.allow_unrent:
            raise self.refused_unrent(f"numbers {listed(unrent)}", pool)
        if unrent and declared_members.awaits_creations:
            warn(
                f"numbers {listed(unrent, None)} leave pool {pool} but stay rented: they are deleted before their"
                " replacement, and whether the rest of the program declares them is not known yet; if not, give them"
                " back at Plivo"
            )
            unrent = []
        numbers = self._numbers_in(pool)
        removed = numbers.remove(leaving, set(unrent))
        absent = [digits for digits, ending in removed.done.items() if ending.was_absent]
        if absent:
            self._is_pool_there(absent, pool, state)
        warn_of(removed.done, "numbers", pool)
        if not removed.is_complete:
            may_unrent = (
                ", and says unrent=True: until they are gone, `pulumi destroy` gives back what is in the pool of them,"
                " unless PLIVO_ALLOW_UNRENT=false forbids it"
            )
            raise PlivoError(
                f"{numbers.unfinished(removed=removed)}; the state keeps the resource with all of its numbers"
                f"{may_unrent if state.get('unrent') is True else ''}; if the program declares them again:"
                " `pulumi refresh` first"
            )

    @contextmanager
    def _leaving(self, numbers: Collection[str], pool: str) -> Iterator[list[str]]:
        """Yield those numbers that may leave the pool inside; the others, which the program declares, stay."""
        with declared_members.giving_up(map(self.member, numbers), pool) as allowed:
            leaving = [digits for digits in numbers if self.member(digits) in allowed]
            kept = difference(leaving, numbers).added
            for digits in kept:
                declared_members.release(self.member(digits), pool)
            if kept:
                warn(f"numbers {listed(kept)} stay in pool {pool}: the program still declares them")
            yield leaving

    def _strangers_removed(self, numbers: NumberSet, props: Mapping[str, Any]) -> str:
        """Remove what the pool holds besides, never unrenting it; return what could not be done."""
        pool = props["number_pool_uuid"]
        try:
            everything = self.membership.everything_in(pool)
        except ApiError as error:
            # An error raised here would keep what was done before out of the state.
            return _left_alone(
                pool, f"the other numbers could not be looked up, so none was removed: {answered(error)}"
            )
        others = [
            digits
            for digits in difference(props["numbers"], everything).added
            if not declared_members.is_left_to_delete(self.member(digits), pool)
        ]
        unknown = declared_members.wait_for_all() if others else []
        if unknown:
            return _left_alone(pool, f"no other number was removed: {_not_known_yet(unknown)}")
        with declared_members.giving_up(map(self.member, others), pool) as allowed:
            removed = numbers.remove([digits for digits in others if self.member(digits) in allowed])
        if removed.done:
            warn(f"exclusive=True: removed from pool {pool}, and still rented: {listed(removed.done, None)}")
        return numbers.unfinished(removed=removed)

    def _make_sure_of_account(self, places: Mapping[str, str], state: Mapping[str, Any], new_pool: str) -> None:
        """Make sure that the state's pools are this account's, or gone: nothing else may count as gone."""
        for pool, numbers in by_pool(places).items():
            try:
                if not self._numbers_in(pool).present(numbers[:1]):
                    self._is_pool_there(numbers[:1], pool, {**state, "unrent": False})
            except PlivoError as error:
                raise PlivoError(f"{error}; its numbers are to be in pool {new_pool}") from error

    def _is_pool_there(self, gone: Collection[str], pool: str, state: Mapping[str, Any]) -> bool:
        """Whether the pool of numbers that are gone still exists. Raises PlivoError when it is looked for elsewhere."""
        try:
            is_there = self.believe_gone(f"numbers {listed(gone)}", pool, state.get("account"))
            rented = [each for each in gone if self.membership.is_rented(each)] if state.get("unrent") is True else []
        except ApiError as error:
            raise PlivoError(
                f"numbers {listed(gone)} are not in pool {pool}, and why could not be looked up: {answered(error)};"
                " the state keeps them"
            ) from error
        if rented:
            warn(
                f"numbers {listed(rented, None)} are no longer in pool {pool}; they are still rented and cost money:"
                " the next `pulumi up` adds them again if the program declares them, or give them back at Plivo"
            )
        return is_there


def _left_alone(pool: str, why: str) -> str:
    """Say that an exclusive list has not removed the others."""
    return f"pool {pool}: all of its own numbers are done; exclusive=True: {why}; the next `pulumi up` does the rest"


def _not_known_yet(unknown: Sequence[str]) -> str:
    return (
        f"what the rest of the program declares is not known yet: {', '.join(unknown)}; should the next run say so too,"
        " that waits for this very resource: give its numbers and its pool as text, or drop its depends_on"
    )
