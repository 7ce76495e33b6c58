"""What is to change about many numbers: check and diff, which send nothing."""

from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, DiffResult

from pulumi_plivo import inputs, number_list
from pulumi_plivo.claims import ANY
from pulumi_plivo.declared import declared_members
from pulumi_plivo.departing_numbers import DepartingNumbers
from pulumi_plivo.diagnostics import PlivoError, reported, tell
from pulumi_plivo.inputs import known_pool
from pulumi_plivo.number_changes import summary
from pulumi_plivo.number_list import difference, is_all_known, listed
from pulumi_plivo.number_places import places_of
from pulumi_plivo.plivo_provider import CLAIMANT, DELETES_FIRST, without_provider

#: On its way from a resource to `check` only: what the program's other resources declare.
DECLARED_ELSEWHERE = "declared_elsewhere"
#: The same: those of its resources of which that is not known yet.
UNKNOWN_ELSEWHERE = "unknown_elsewhere"


class PlannedNumbers(DepartingNumbers):
    """The part of the provider of many numbers that decides what is to change."""

    rules = {
        "number_pool_uuid": inputs.number_pool_uuid,
        "numbers": number_list.numbers,
        "service": inputs.service,
        "unrent": inputs.flag,
        "adopt": inputs.flag,
        "exclusive": inputs.flag,
    }
    defaults = {"service": "sms", "unrent": False, "adopt": False, "exclusive": False}

    @reported
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into normal form, name each that can't be, and note what the program declares."""
        claimant = news.pop(CLAIMANT, None)
        deletes_first = news.pop(DELETES_FIRST, False) is True
        others = news.pop(DECLARED_ELSEWHERE, None)
        unknown = news.pop(UNKNOWN_ELSEWHERE, None)
        inputs, failures = self.checked_inputs(news)
        wanted, owned = number_list.known(inputs.get("numbers")), number_list.known(_olds.get("numbers"))
        if inputs.get("exclusive") is True and inputs.get("numbers") == []:
            failures.append(CheckFailure("numbers", "exclusive=True and no numbers at all would empty the pool"))
        dropped = difference(owned, wanted).dropped
        if deletes_first and _olds.get("unrent") is True and dropped:
            failures.append(
                CheckFailure(
                    "unrent",
                    f"the state still says unrent=True for {listed(dropped)}: delete_before_replace=True would give"
                    " them back before it is known whether the program declares them; run `pulumi up` with"
                    " unrent=False alone first",
                )
            )
        pool = known_pool(inputs.get("number_pool_uuid"))
        for digits in wanted:
            declared_members.declare(self.member(digits), pool)
        for digits, their_pool in others.items() if isinstance(others, Mapping) else ():
            declared_members.declare(self.member(digits), known_pool(their_pool))
        declared_members.checked(claimant)
        for mark, digits in unknown.items() if isinstance(unknown, Mapping) else ():
            declared_members.await_checks({mark: None if digits == ANY else map(self.member, digits)})
        unrents = self._to_unrent(_olds, inputs.get("numbers"))
        if unrents and not self.settings.allow_unrent:
            failures.append(
                CheckFailure(
                    "numbers",
                    f"{listed(unrents)} leave a list that the state has with unrent=True, and plivo:allowUnrent (or"
                    " PLIVO_ALLOW_UNRENT) forbids to give them back: run `pulumi up` with unrent=False alone first",
                )
            )
        if unrents and not set(owned).isdisjoint(wanted) and pool not in (None, _olds.get("number_pool_uuid")):
            failures.append(
                CheckFailure(
                    "numbers",
                    f"{listed(unrents)} leave a list that the state has with unrent=True, while number_pool_uuid"
                    " changes: change one after the other, with a `pulumi up` between",
                )
            )
        if not without_provider(_olds) and not failures:
            for digits in wanted:
                declared_members.await_creation(self.member(digits))
        return CheckResult(inputs, failures)

    @reported
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare the keys that a program sets, the lists of numbers as sets."""
        self.refuse_other_class(_olds, "numbers")
        self.refuse_other_account(_olds.get("account"))
        wanted, owned = number_list.known(_news.get("numbers")), number_list.known(_olds.get("numbers"))
        numbers, pool = difference(owned, wanted), _news.get("number_pool_uuid")
        is_certain = is_all_known(_news.get("numbers"))
        changed = [key for key in self.rules if key != "numbers" and _news.get(key) != _olds.get(key)]
        if numbers.added or numbers.dropped or not is_certain:
            changed.append("numbers")
        # Only a delete comes so late in a run that all of the program is known: so what is to be unrented is left to
        # the delete of a resource that is replaced.
        unrents = self._to_unrent(_olds, _news.get("numbers"))
        if unrents and _olds.get("elsewhere"):
            raise PlivoError(
                f"{listed(unrents)} leave a list that unrents, whose move to another pool is unfinished: `pulumi up`"
                " with these numbers in the list first, which finishes the move or takes it back; nothing was changed"
            )
        leaving = frozenset(unrents)
        for digits, place in places_of(_olds).items() if leaving else ():
            note = declared_members.leave_to_delete if digits in leaving else declared_members.release
            note(self.member(digits), place)
        changes = bool(changed) or self._is_unfinished(_olds, _news)
        if changes and is_certain and declared_members.knows_program:
            strangers = [
                digits
                for digits in difference(wanted, _olds.get("strangers") or ()).added
                if not declared_members.wants(self.member(digits), str(pool))
            ]
            say = summary(_olds, _news, unrents=leaving, strangers=strangers)
            if say:
                tell(say)
        return DiffResult(changes=changes, replaces=["numbers"] if leaving else [])

    def _to_unrent(self, olds: Mapping[str, Any], wanted: object) -> list[str]:
        """Return what leaves an unrenting list, and is not declared elsewhere as far as that is known."""
        if olds.get("unrent") is not True or not is_all_known(wanted):
            return []
        dropped = difference(number_list.known(olds.get("numbers")), number_list.known(wanted)).dropped
        return [digits for digits in dropped if not declared_members.declares_anywhere(self.member(digits))]

    def _is_state_only(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether nothing is to be done at Plivo, nor left to do."""
        changed = {key for key in self.rules if news.get(key) != olds.get(key)}
        return changed <= {"unrent", "adopt"} and not self._is_unfinished(olds, news)

    def _is_unfinished(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether something is left to do, or another resource of this run has removed numbers that it has too."""
        return (
            bool(olds.get("unfinished"))
            or (news.get("exclusive") is True and bool(olds.get("strangers")))
            or any(declared_members.was_removed(self.member(each), pool) for each, pool in places_of(olds).items())
        )
