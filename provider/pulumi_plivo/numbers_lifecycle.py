"""Many numbers as one resource: check, diff, create, read, update and delete."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from pulumi_plivo import inputs, number_list
from pulumi_plivo.api import PoolMember
from pulumi_plivo.declared import declared_members
from pulumi_plivo.departing_numbers import DepartingNumbers
from pulumi_plivo.diagnostics import PlivoError, reported, tell, warn
from pulumi_plivo.inputs import known_pool
from pulumi_plivo.number_changes import summary
from pulumi_plivo.number_list import difference, is_all_known, listed
from pulumi_plivo.number_places import by_pool, elsewhere, places_of
from pulumi_plivo.number_set import NumberSet, is_in_doubt, services_of
from pulumi_plivo.parallel_work import Progress
from pulumi_plivo.plivo_provider import DELETES_FIRST, without_provider
from pulumi_plivo.relocation import Place

#: On its way from a resource to `check` only: what the program's other resources declare.
DECLARED_ELSEWHERE = "declared_elsewhere"


class NumbersProvider(DepartingNumbers):
    """The provider of many numbers at once; see `PlivoProvider`."""

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
        declared_members.checked()
        deletes_first = news.pop(DELETES_FIRST, False) is True
        others = news.pop(DECLARED_ELSEWHERE, None)
        inputs, failures = self.checked_inputs(news)
        wanted = number_list.known(inputs.get("numbers"))
        if inputs.get("exclusive") is True and inputs.get("numbers") == []:
            failures.append(CheckFailure("numbers", "exclusive=True and no numbers at all would empty the pool"))
        dropped = difference(number_list.known(_olds.get("numbers")), wanted).dropped
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
        unrents = self._to_unrent(_olds, inputs.get("numbers"))
        stay = set(number_list.known(_olds.get("numbers"))).intersection(wanted)
        if unrents and stay and pool not in (None, _olds.get("number_pool_uuid")):
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
        numbers = difference(owned, wanted)
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
        replaces = ["numbers"] if unrents else []
        places = places_of(_olds)
        for digits in owned if replaces else ():
            note = declared_members.leave_to_delete if digits in unrents else declared_members.release
            note(self.member(digits), places[digits])
        strangers = [
            digits
            for digits in difference(wanted, _olds.get("strangers") or ()).added
            if _news.get("exclusive") is True and not declared_members.declares_anywhere(self.member(digits))
        ]
        if is_certain and declared_members.knows_program:
            say = summary(_olds, _news, unrents=unrents, strangers=strangers)
            if say:
                tell(say)
        is_unfinished = self._is_doubtful(_olds) or bool(strangers)
        return DiffResult(changes=bool(changed) or is_unfinished, replaces=replaces)

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Bring all numbers into the pool, or none."""
        pool, wanted = props["number_pool_uuid"], props["numbers"]
        for digits in wanted:
            declared_members.creation_begins(self.member(digits))
        declared_members.wait_for_removals(map(self.member, wanted))
        numbers = NumberSet(self.membership, Place(pool, props["service"]))
        live, adopted = self._taken_over(numbers, props, wanted, owned=())
        added = numbers.add_all_or_none([digits for digits in wanted if digits not in live])
        relocated = numbers.relocate(numbers.misplaced(live))
        services = services_of(live, added, relocated.done)
        outputs = self._outputs(props, wanted, services, adopted, numbers.unfinished(changed=relocated))
        if props["exclusive"] and relocated.is_complete:
            outputs["unfinished"] = self._strangers_removed(numbers, props)
        return CreateResult(f"{pool}/{uuid.uuid4().hex[:12]}", _told(outputs))

    @reported
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return those numbers that are in the pool still, and with `exclusive` the others that are."""
        known = {**self.defaults, **without_provider(props)}
        pool = self.in_normal_form("number_pool_uuid", known.get("number_pool_uuid"))
        numbers = NumberSet(self.membership, Place(pool, known["service"]))
        if "numbers" not in known:
            everything = numbers.everything()
            declared_members.read_pool(pool)
            return ReadResult(id_, self._outputs(known, list(everything), services_of(everything)))
        live: dict[str, PoolMember] = {}
        is_pool_there = True
        for place, group in by_pool(places_of(known)).items():
            there = numbers.in_pool(place)
            found = there.present(group)
            found |= there.certainly_present([digits for digits in group if digits not in found])
            gone = [digits for digits in group if digits not in found]
            if gone and not self._is_pool_there(gone, place, known) and place == pool:
                is_pool_there = False
            live |= found
        if not (live or is_pool_there):
            return ReadResult("", {})
        kept = [digits for digits in known["numbers"] if digits in live]
        outputs = self._outputs(known, kept, services_of(live), known.get("adopted", 0), known.get("unfinished", ""))
        outputs["elsewhere"] = elsewhere(
            {digits: place for digits, place in places_of(known).items() if digits in live}, pool
        )
        if numbers.misplaced(live):
            outputs["service"] = ", ".join(sorted(set(outputs["members"])))
        if known["exclusive"]:
            outputs["strangers"] = difference(known["numbers"], numbers.everything()).added
        return ReadResult(id_, outputs, {key: outputs[key] for key in self.rules})

    @reported
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Bring the pool to what the program says, from what it holds now; what fails is left to the next run.

        A failure is told by the output `unfinished`, on which the program fails: an error raised here would keep what
        was done out of the state.
        """
        olds, news = without_provider(_olds), without_provider(_news)
        owned, wanted, pool = olds["numbers"], news["numbers"], news["number_pool_uuid"]
        if self._is_state_only(olds, news):
            return UpdateResult({**olds, **news})
        declared_members.wait_for_removals(map(self.member, wanted))
        numbers = NumberSet(self.membership, Place(pool, news["service"]))
        places = places_of(olds)
        self._make_sure_of_account(places, olds)
        live, adopted = self._taken_over(numbers, news, wanted, set(owned).intersection(wanted))
        live |= numbers.certainly_present([each for each in wanted if places.get(each) == pool and each not in live])
        moving = {digits: places[digits] for digits in wanted if places.get(digits, pool) != pool}
        leaving = by_pool({digits: places[digits] for digits in difference(owned, wanted).dropped})
        left = Progress.of(self._removed(leaving.pop(place), place, pool) for place in list(leaving) if place != pool)
        moved: Progress[PoolMember] = Progress(not_begun=list(moving))
        if left.is_complete:
            moved = numbers.relocate({digits: Place(place, None) for digits, place in moving.items()})
        if not (left.is_complete and moved.is_complete):
            not_added = [digits for digits in wanted if digits not in places and digits not in live]
            unfinished = numbers.unfinished(moved=moved, added=Progress(not_begun=not_added), removed=left)
            stay = {*wanted, *left.left, *leaving.get(pool, [])}
            now = {
                **{digits: places[digits] for digits in owned if digits in stay},
                **dict.fromkeys(moved.done, pool),
            }
            state = {
                "numbers": list(now),
                "elsewhere": elsewhere(now, olds["number_pool_uuid"]),
                "unfinished": unfinished,
            }
            return UpdateResult(_told({**olds, **state}))
        live |= moved.done
        changed = numbers.relocate(numbers.misplaced(live))
        added = numbers.add([digits for digits in wanted if digits not in live])
        is_time = changed.is_complete and added.is_complete
        removed = self._removed(leaving.get(pool, []), pool, is_time=is_time)
        services = services_of(live, changed.done, added.done)
        unfinished = numbers.unfinished(changed=changed, added=added, removed=removed)
        # What may have been added belongs to the resource too: the next run finds out.
        in_pool = [digits for digits in wanted if digits in services or is_in_doubt(added.failed.get(digits))]
        outputs = self._outputs(news, [*in_pool, *removed.left], services, adopted + olds.get("adopted", 0), unfinished)
        if unfinished:
            # What is still to be removed left the program under the old permission.
            outputs["unrent"] = olds["unrent"] and news["unrent"]
        elif news["exclusive"]:
            outputs["unfinished"] = self._strangers_removed(numbers, news)
        return UpdateResult(_told(outputs))

    @reported
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the numbers that the program no longer declares, and give them back only if the state says so."""
        for pool, numbers in by_pool(places_of(_props)).items():
            with self._leaving(self._deletable(numbers, pool), pool) as leaving:
                self._give_up(leaving, pool, _props)

    def _to_unrent(self, olds: Mapping[str, Any], wanted: object) -> list[str]:
        """Return what leaves an unrenting list, and is not declared elsewhere as far as that is known."""
        if olds.get("unrent") is not True or not is_all_known(wanted):
            return []
        dropped = difference(number_list.known(olds.get("numbers")), number_list.known(wanted)).dropped
        return [digits for digits in dropped if not declared_members.declares_anywhere(self.member(digits))]

    def _taken_over(
        self, numbers: NumberSet, props: Mapping[str, Any], wanted: Collection[str], owned: Collection[str]
    ) -> tuple[dict[str, PoolMember], int]:
        """Return the wanted numbers that are in the pool already, and how many of them were not the resource's before.

        Raises PlivoError when there are such, unless `adopt` is set.
        """
        pool = props["number_pool_uuid"]
        live = numbers.present(wanted)
        ours = {*owned, *(each for each in live if declared_members.take_over(self.member(each), pool))}
        unconfirmed = [digits for digits in live if digits not in ours]
        others = numbers.certainly_present(unconfirmed)
        if others and not props["adopt"]:
            raise PlivoError(
                f"{len(others)} numbers are in pool {pool} already, and not through this resource:"
                f" {listed(others, None)}; if it was renamed, give it opts=ResourceOptions(aliases=[Alias("
                'name="OLD-NAME")]); to take them over, set adopt=True; if another stack owns them, leave them there;'
                " nothing was changed"
            )
        return {digits: each for digits, each in live.items() if digits in ours} | others, len(others)

    def _is_state_only(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether nothing is to be done at Plivo, nor left to do."""
        changed = {key for key in self.rules if news.get(key) != olds.get(key)}
        return (
            changed <= {"unrent", "adopt"}
            and not self._is_doubtful(olds)
            and not (news.get("exclusive") and olds.get("strangers"))
        )

    def _is_doubtful(self, outputs: Mapping[str, Any]) -> bool:
        """Whether something is left to do, or another resource of this run has removed numbers that it has too."""
        return bool(outputs.get("unfinished")) or any(
            declared_members.was_removed(self.member(digits), pool) for digits, pool in places_of(outputs).items()
        )

    def _outputs(
        self,
        props: Mapping[str, Any],
        numbers: Sequence[str],
        services: Mapping[str, str | None],
        adopted: int = 0,
        unfinished: str = "",
    ) -> dict[str, Any]:
        return {
            **{key: props[key] for key in self.rules if key != "numbers"},
            "numbers": list(numbers),
            "account": self.settings.auth_id,
            "adopted": adopted,
            "members": dict(Counter(services.get(digits) or props["service"] for digits in numbers)),
            "elsewhere": {},
            "strangers": [],
            "unfinished": unfinished,
        }


def _told(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the outputs, and name what is unfinished at once: Pulumi shows only the first error of a program."""
    if outputs["unfinished"]:
        warn(outputs["unfinished"])
    return outputs
