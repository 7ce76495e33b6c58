"""Random programs on the embedded engine, hands in the pools, faults and deaths: whatever happens, no number is lost.

`SOAK_RUNS` sets the number of runs, each of 15 steps; 100 without it, always the same ones.
"""

import contextlib
import os
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from plivo_sandbox.engine.result import Result
from pulumi_plivo.api import ApiError
from pulumi_plivo.api.transport import Transport

from tests.conftest import ACCOUNT, AUTH_ID, AUTH_TOKEN, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.one_process import EngineDiedError
from tests.faults.programs import Many, Member, Program, held_by_all, kind_of, places_of, registered
from tests.faults.test_every_fault import is_undone
from tests.faults.troubles import SEND, THEN, TROUBLES, WAIT, Trouble, dying_at

RUNS = int(os.environ.get("SOAK_RUNS", "100"))
NAMES = ("a", "b", "c")
LISTS = ("many", "more")
LISTABLE = tuple(f"1415555010{digit}" for digit in range(5))
NUMBERS = (*LISTABLE, TOLL_FREE)
FORCED = st.sampled_from([(), (), ("a",), ("b",), ("many",), (*NAMES, *LISTS)])
#: Which of what there is to choose from in a step: a step that finds nothing does nothing, but costs no run.
PICKS = st.integers(0, 11)
POOLS = st.sampled_from([POOL, OTHER_POOL])
SERVICES = st.sampled_from(["sms", "mms"])
FLAGS = st.booleans()
#: Whether a member says unrent=True or delete_before_replace=True; its constructor refuses both together.
PERILS = st.sampled_from(["", "unrent", "deletes_first"])
MEMBER_PATH = re.compile(r"/NumberPool/([^/]+)/(?:Number|Tollfree)/(\d+)/")


def chosen(pick: int, options: Iterable[str]) -> str:
    """Return one of the options."""
    listed = list(options)
    return listed[pick % len(listed)]


STEP_BY_STEP = "change one after the other"
UNFINISHED_MOVE = "whose move to another pool is unfinished"
#: What an error may ask for when nothing goes wrong any more.
WAYS_OUT = ("adopt=True", "with unrent=False alone first", STEP_BY_STEP, UNFINISHED_MOVE)


class Programs(RuleBasedStateMachine):
    """A stack whose program, pools and luck change."""

    world: World
    stack: FastStack
    patch: Callable[[Any], None]

    def __init__(self) -> None:
        super().__init__()
        self.program: Program = {}
        # Numbers that other hands touched, or that an error or a death left in doubt, since the last refresh.
        self.doubtful: set[str] = set()

    @initialize(
        quirks=st.tuples(*[st.sampled_from(["accept", "reject"])] * 2),
        first=st.lists(st.tuples(POOLS, SERVICES, PERILS), max_size=3),
        length=st.integers(0, 3),
        destroyed=st.sampled_from([False, False, True]),
        trouble=TROUBLES,
    )
    def start(
        self,
        quirks: tuple[str, str],
        first: list[tuple[str, str, str]],
        length: int,
        destroyed: bool,
        trouble: Trouble,
    ) -> None:
        self.world.reset()
        for quirk, value in zip(("add-duplicate", "add-in-other-pool"), quirks, strict=True):
            self.world.sandbox.set_quirk(quirk, value)
        self.stack.forget()
        if first and length:
            self.program[LISTS[0]] = Many(NUMBERS[:length], *first.pop())
        for name, number, given in zip(NAMES, NUMBERS[length:], first, strict=False):
            self.program[name] = Member(number, *given)
        self.is_destroyed, self.last_trouble = destroyed, trouble

    @rule(name=st.sampled_from(NAMES), pick=PICKS, pool=POOLS, service=SERVICES, adopt=FLAGS, peril=PERILS, then=THEN)
    def declare(
        self,
        name: str,
        pick: int,
        pool: str,
        service: str,
        adopt: bool,
        peril: str,
        then: Trouble,
    ) -> None:
        self.program.pop(name, None)
        free = [number for number in NUMBERS if number not in self.declared]
        if free:
            self._put(name, Member(chosen(pick, free), pool, service, peril, adopt))
        self._then(then)

    @rule(
        name=st.sampled_from(LISTS),
        numbers=st.sets(st.sampled_from(LISTABLE), min_size=1, max_size=3),
        pool=POOLS,
        service=SERVICES,
        adopt=FLAGS,
        exclusive=FLAGS,
        peril=PERILS,
        then=THEN,
    )
    def declare_many(
        self,
        name: str,
        numbers: set[str],
        pool: str,
        service: str,
        adopt: bool,
        exclusive: bool,
        peril: str,
        then: Trouble,
    ) -> None:
        """Declare numbers in one resource, out of those in which they were."""
        for number in numbers:
            self._drop(number)
        self._put(name, Many(tuple(sorted(numbers)), pool, service, peril, adopt, exclusive=exclusive))
        self._then(then)

    @precondition(lambda self: self.lists)
    @rule(pick=PICKS, number=st.sampled_from(LISTABLE), then=THEN)
    def add_to_list(self, pick: int, number: str, then: Trouble) -> None:
        """Add a number to a list, out of the resource in which it was."""
        name = chosen(pick, self.lists)
        self._drop(number)
        # An exclusive list is not left without numbers, but dropped.
        many = self.program.get(name)
        if isinstance(many, Many):
            self.program[name] = replace(many, listed=(*many.listed, number))
        self._then(then)

    @precondition(lambda self: self.lists)
    @rule(pick=PICKS, other=PICKS, to=st.none() | st.sampled_from(NAMES), adopt=FLAGS, then=THEN)
    def drop_from_list(self, pick: int, other: int, to: str | None, adopt: bool, then: Trouble) -> None:
        """Drop a number from a list, or make it a resource of its own."""
        many = self.program[chosen(pick, self.lists)]
        if many.numbers:
            number = chosen(other, many.numbers)
            self._drop(number)
            if to is not None:
                self._put(to, Member(number, many.pool, many.service, many.peril, adopt))
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, pool=POOLS, service=SERVICES, then=THEN)
    def move(self, pick: int, pool: str, service: str, then: Trouble) -> None:
        name = chosen(pick, self.program)
        self.program[name] = replace(self.program[name], pool=pool, service=service)
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, then=THEN)
    def leave_out(self, pick: int, then: Trouble) -> None:
        del self.program[chosen(pick, self.program)]
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, to=PICKS, with_alias=FLAGS, then=THEN)
    def rename(self, pick: int, to: int, with_alias: bool, then: Trouble) -> None:
        old = chosen(pick, self.program)
        free = [name for name in (LISTS if old in LISTS else NAMES) if name not in self.program]
        if free:
            new, member = chosen(to, free), self.program.pop(old)
            aliases = {*member.aliases, old} if with_alias else set()
            self._put(new, replace(member, aliases=frozenset(aliases - {new})))
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, adopt=FLAGS, peril=PERILS, exclusive=FLAGS, then=THEN)
    def flip(self, pick: int, adopt: bool, peril: str, exclusive: bool, then: Trouble) -> None:
        name = chosen(pick, self.program)
        flipped = self.program[name] = replace(self.program[name], adopt=adopt, peril=peril)
        if isinstance(flipped, Many):
            self.program[name] = replace(flipped, exclusive=exclusive and flipped.numbers != ())
        self._then(then)

    @precondition(lambda self: len(self.program.keys() - LISTS) > 1)
    @rule(pick=PICKS, other=PICKS, peril=PERILS, then=THEN)
    def swap(self, pick: int, other: int, peril: str, then: Trouble) -> None:
        members = {name: each for name, each in self.program.items() if isinstance(each, Member)}
        first = chosen(pick, members)
        second = chosen(other, [name for name in members if name != first])
        one, two = members[first], members[second]
        self.program[first] = replace(one, number=two.number, peril=peril)
        self.program[second] = replace(two, number=one.number)
        self._then(then)

    @rule(number=st.sampled_from(NUMBERS), pool=POOLS, action=st.sampled_from(["add", "remove"]), then=THEN)
    def by_hand(self, number: str, pool: str, action: str, then: Trouble) -> None:
        self.doubtful.add(number)
        with contextlib.suppress(ApiError):
            getattr(self.world.hands.pool_members, action)(kind_of(number), pool, number)
        self._then(then)

    @rule(trouble=TROUBLES)
    def refresh(self, trouble: Trouble) -> None:
        before = self.world.members, self.world.unrented
        result = self._run("refresh", trouble)
        if result is not None and result.succeeded:
            self.doubtful.clear()
        assert (self.world.members, self.world.unrented) == before

    @rule(trouble=TROUBLES)
    def preview(self, trouble: Trouble) -> None:
        before = self.world.members, self.world.unrented, self.stack.owned
        self._run("preview", trouble, self.program)
        assert (self.world.members, self.world.unrented, self.stack.owned) == before

    @rule(trouble=TROUBLES, forced=FORCED)
    def up(self, trouble: Trouble, forced: tuple[str, ...]) -> None:
        self._up(trouble, forced)

    def teardown(self) -> None:
        """Without further trouble the stack converges, where at most it asks for what the program may not say yet."""
        if self.is_destroyed:
            self._destroy(self.last_trouble)
        self._clear_other_places()
        self.world.sandbox.seed(ACCOUNT)
        refreshed = self._run("refresh", None)
        assert refreshed is not None
        assert refreshed.errors == []
        result = self._up(None)
        assert all(any(way_out in error for way_out in WAYS_OUT) for error in result.errors)
        for name, each in self.program.items():
            peril = "" if each.deletes_first else each.peril
            self.program[name] = replace(each, adopt=True, peril=peril)
        result = self._up(None)
        if result.errors:
            self._change_one_after_the_other(result.errors)
        assert self._up(None).errors == []
        live, wanted = self.world.members, places_of(self.program)
        assert {place: service for place, service in live.items() if place in wanted} == wanted
        for pool, number in live:
            assert (pool, number) in wanted or pool not in self.exclusive_pools or number not in LISTABLE
        assert self._up(None).errors == []
        assert self.world.sandbox.calls == []
        if self.is_destroyed:
            assert self._destroy(None).errors == []
            assert self.stack.owned == []
            strangers = {place: service for place, service in live.items() if place[1] not in self.declared}
            assert self.world.members == {(POOL, SHORTCODE): "", **strangers}

    def _change_one_after_the_other(self, errors: list[str]) -> None:
        """Do first what these errors say: a list leaves out what it unrents before a move, or after it has ended."""
        wanted = dict(self.program)
        state = {entry["urn"].rpartition("::")[2]: entry["outputs"] for entry in self.stack.owned}
        for error in errors:
            (name,) = [name for name in self.lists if f" {name}: " in error]
            each = wanted[name]
            assert isinstance(each, Many)
            (old,) = [state[known] for known in (name, *each.aliases) if known in state]
            if UNFINISHED_MOVE in error:
                others = self.declared.difference(each.listed)
                more = [number for number in old["numbers"] if number not in each.listed and number not in others]
                self.program[name] = replace(each, listed=(*each.listed, *more))
            else:
                assert STEP_BY_STEP in error
                stay = tuple(number for number in each.listed if number in old["numbers"])
                self.program[name] = replace(each, pool=old["number_pool_uuid"], listed=stay)
        assert self._up(None).errors == []
        self.program.update(wanted)

    @property
    def declared(self) -> set[str]:
        return {number for each in self.program.values() for number in each.numbers}

    @property
    def lists(self) -> list[str]:
        return [name for name in self.program if name in LISTS]

    @property
    def exclusive_pools(self) -> set[str]:
        return {each.pool for each in self.program.values() if isinstance(each, Many) and each.exclusive}

    def _put(self, name: str, declared: Member | Many) -> None:
        """Declare a resource; its name is no other one's alias any more, which the engine would refuse."""
        self.program[name] = declared
        for other, each in self.program.items():
            self.program[other] = replace(each, aliases=each.aliases - {name})

    def _drop(self, number: str) -> None:
        """Take a number out of the resource that declares it; one that is left without any goes, or stays empty."""
        for name, each in list(self.program.items()):
            if number not in each.numbers:
                continue
            if isinstance(each, Member) or (each.exclusive and len(each.numbers) == 1):
                del self.program[name]
            else:
                self.program[name] = replace(each, listed=tuple(other for other in each.listed if other != number))

    def _clear_other_places(self) -> None:
        """Take what the program declares out of every pool where it does not declare it."""
        wanted = places_of(self.program)
        for pool, number in self.world.members:
            if number in self.declared and (pool, number) not in wanted:
                self.world.hands.pool_members.remove(kind_of(number), pool, number)

    def _then(self, then: Trouble) -> None:
        if then != WAIT:
            self._up(then)

    def _up(self, trouble: Trouble, forced: Collection[str] = ()) -> Result:
        owned = set(held_by_all(self.stack.owned))
        before = self.world.members
        result = self._watched("up", trouble, self.program, forced)
        now_owned = held_by_all(self.stack.owned)
        taken_over = {place for place in before if place in set(now_owned) - owned}
        known = {number for _, number in owned}
        for each in self.program.values():
            assert each.adopt or all(number in known for _, number in taken_over.intersection(each.places))
        if result is None:
            self.doubtful |= self.declared | known
            return Result("up")
        live, shown = self.world.members, " ".join(result.errors)
        # What a failed run has removed may be in the state still: no difference when it is declared there again.
        self.doubtful |= {place[1] for place in {*now_owned} - live.keys() - places_of(self.program).keys()}
        for name, each in self.program.items():
            for place in each.places:
                if place[1] in shown or self._is_excused(name, result):
                    self.doubtful.add(place[1])
                assert place in live or place[1] in self.doubtful
        if result.succeeded:
            assert {entry["urn"].rpartition("::")[2] for entry in self.stack.owned} == set(self.program)
            assert sorted(now_owned) == sorted(places_of(self.program))
        return result

    def _is_excused(self, name: str, result: Result) -> bool:
        """Whether the resource is named as failing for a reason that need not name the numbers it declares."""
        reasons = ["check failed: ", "the provider's process has ended"]
        if self.program[name].deletes_first:
            reasons.append("delete failed: ")
        errors = [error for error in result.errors if f" {name}: " in error]
        is_failed = any(reason in error for error in errors for reason in reasons)
        return is_failed or (name in LISTS and is_undone(self.program[name].pool, errors))

    def _destroy(self, trouble: Trouble) -> Result:
        self.doubtful |= self.declared | {number for _, number in held_by_all(self.stack.owned)}
        return self._watched("destroy", trouble, {}) or Result("destroy")

    def _watched(
        self, operation: str, trouble: Trouble, program: Program, forced: Collection[str] = ()
    ) -> Result | None:
        """Run a command, and assert what must hold after it, also when it dies."""
        owned = self.stack.owned
        declared = {number for _, number in places_of(program)}
        # What waits for its replacement is deleted already.
        unrenting = [entry for entry in owned if entry["outputs"]["unrent"] and not entry.get("pendingReplacement")]
        given_up = {number for _, number in held_by_all(unrenting)} - declared
        ours = {*held_by_all(owned), *places_of(program)}
        exclusive = self.exclusive_pools if program else set()
        before, unrented = self.world.members, len(self.world.unrented)
        result = self._run(operation, trouble, program, forced)
        live = self.world.members
        gone = set(self.world.unrented[unrented:])
        assert gone <= given_up
        if result is not None and result.succeeded:
            shown = " ".join(result.warnings)
            assert all(number not in self.rented or number in shown for number in given_up)
        for place, service in before.items():
            is_removable = place[0] in exclusive and place not in live and place[1] in LISTABLE
            assert place in ours or live.get(place) == service or place[1] in gone or is_removable
        for call in self.world.sandbox.calls:
            if call.method != "GET":
                place = MEMBER_PATH.findall(call.path)[0]
                assert place in ours or (call.method == "DELETE" and place[0] in exclusive and place in before)
        assert (POOL, SHORTCODE) in live
        return result

    @property
    def rented(self) -> set[str]:
        return set(self.world.sandbox.state()["accounts"][AUTH_ID]["numbers"])

    def _run(
        self,
        operation: str,
        trouble: Trouble,
        program: Program | None = None,
        forced: Collection[str] = (),
    ) -> Result | None:
        """Run a command, and return None when the engine died."""
        declared = registered(program or {})
        replaced = [each for each in declared if each.name in forced]
        self.world.sandbox.calls.clear()
        if isinstance(trouble, str):
            self.world.sandbox.add_fault(trouble)
        elif trouble is not None:
            self.patch(dying_at(trouble))
        try:
            result = self.stack.run(operation, declared, replaced)
        except EngineDiedError:
            return None
        finally:
            self.patch(SEND)
            self.world.sandbox.clear_faults()
        for error in result.errors:
            assert len(error.splitlines()) == 1
        assert AUTH_TOKEN not in " ".join([*result.errors, *result.warnings])
        return result


@pytest.mark.slow
def test_random_programs_with_faults_deaths_and_other_hands_lose_no_number(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class InThisWorld(Programs):
        pass

    InThisWorld.world = world
    InThisWorld.stack = FastStack(tmp_path / "stack", world.config)
    InThisWorld.patch = staticmethod(lambda send: monkeypatch.setattr(Transport, "send", send))
    run_state_machine_as_test(
        InThisWorld,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=15,
            derandomize="SOAK_RUNS" not in os.environ,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
