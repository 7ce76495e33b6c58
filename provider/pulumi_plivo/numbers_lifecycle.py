"""Many numbers as one resource: create, read, update and delete."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pulumi.dynamic import CreateResult, ReadResult, UpdateResult

from pulumi_plivo.api import PoolMember
from pulumi_plivo.declared import declared_members
from pulumi_plivo.diagnostics import PlivoError, reported, warn
from pulumi_plivo.number_list import difference, listed
from pulumi_plivo.number_places import by_pool, elsewhere, places_of
from pulumi_plivo.number_set import NumberSet, is_in_doubt, services_of
from pulumi_plivo.parallel_work import Progress
from pulumi_plivo.planned_numbers import PlannedNumbers
from pulumi_plivo.plivo_provider import without_provider
from pulumi_plivo.relocation import Place


class NumbersProvider(PlannedNumbers):
    """The provider of many numbers at once; see `PlivoProvider`."""

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Bring all numbers into the pool, or none."""
        pool, wanted = props["number_pool_uuid"], props["numbers"]
        for digits in wanted:
            declared_members.creation_begins(self.member(digits))
        declared_members.wait_for_removals(map(self.member, wanted))
        numbers = self._numbers_in(pool, props["service"])
        live, adopted = self._taken_over(numbers, props, wanted, None)
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
        numbers = self._numbers_in(pool, known["service"])
        if "numbers" not in known:
            everything = numbers.everything()
            declared_members.read_pool(pool)
            return ReadResult(id_, self._outputs(known, list(everything), services_of(everything)))
        live: dict[str, PoolMember] = {}
        is_pool_there = True
        for place, group in by_pool(places_of(known)).items():
            there = self._numbers_in(place)
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
        numbers = self._numbers_in(pool, news["service"])
        places = places_of(olds)
        self._make_sure_of_account(places, olds, pool)
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
            now = {
                **{digits: places[digits] for digits in owned if digits not in left.done},
                **dict.fromkeys(moved.done, pool),
            }
            state = {
                "numbers": list(now),
                "elsewhere": elsewhere(now, olds["number_pool_uuid"]),
                "unfinished": unfinished,
                # Of these, another resource may have taken some over.
                "unrent": olds["unrent"] and set(now) <= {*wanted, *left.left},
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

    def _taken_over(
        self, numbers: NumberSet, props: Mapping[str, Any], wanted: Collection[str], owned: Collection[str] | None
    ) -> tuple[dict[str, PoolMember], int]:
        """Return the wanted numbers that are in the pool already, and how many of them were not the resource's before.

        Raises PlivoError when there are such, unless `adopt` is set. `owned` is None for a resource that is new.
        """
        pool = props["number_pool_uuid"]
        live = numbers.present(wanted)
        ours = {*(owned or ()), *(each for each in live if declared_members.take_over(self.member(each), pool))}
        unconfirmed = [digits for digits in live if digits not in ours]
        others = numbers.certainly_present(unconfirmed)
        if others and not props["adopt"]:
            whose = (
                'if it was renamed, give it opts=ResourceOptions(aliases=[Alias(name="OLD-NAME")])'
                if owned is None
                else "they may come from another resource of this stack, or from a run that was killed"
            )
            raise PlivoError(
                f"{len(others)} numbers are in pool {pool} already, and not through this resource:"
                f" {listed(others, None)}; {whose}; to take them over, set adopt=True; if another stack owns them,"
                " leave them there; nothing was changed"
            )
        return {digits: each for digits, each in live.items() if digits in ours} | others, len(others)

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
