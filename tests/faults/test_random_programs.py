"""Random programs on the embedded engine, hands in the pools, faults and deaths: whatever happens, no number is lost.

`SOAK_RUNS` sets the number of runs, each of 15 steps; 150 without it, always the same ones.
"""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from pulumi_plivo.api import ApiError

from tests.conftest import ACCOUNT, OTHER_POOL, POOL, TOLL_FREE
from tests.faults.advice import followed
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.judging import effective
from tests.faults.programs import Many, Member, Program, kind_of, places_of
from tests.faults.random_runs import PICKS, NextTry, RandomRuns, chosen, run_random
from tests.faults.running_stack import Conditions
from tests.faults.troubles import TROUBLES
from tests.faults.watched_stack import WatchedStack

RUNS = int(os.environ.get("SOAK_RUNS", "150"))
NAMES = ("a", "b", "c")
LISTS = ("many", "more")
LISTABLE = tuple(f"1415555010{digit}" for digit in range(5))
NUMBERS = (*LISTABLE, TOLL_FREE)
FORCED = st.sampled_from([(), (), ("a",), ("b",), ("many",), (*NAMES, *LISTS)])
POOLS = st.sampled_from([POOL, OTHER_POOL])
SERVICES = st.sampled_from(["", "", "sms", "mms"])
UNRENTING: dict[str, Any] = {"unrent": True}
OPTIONS = st.sampled_from(
    [
        {},
        {"adopt": True},
        {"protect": True},
        {"ignores": True},
        {"needs": "a"},
        {"deletes_first": True},
        UNRENTING,
        UNRENTING,
        {**UNRENTING, "adopt": True},
        {**UNRENTING, "protect": True},
        {**UNRENTING, "ignores": True},
        {**UNRENTING, "needs": "b"},
        {**UNRENTING, "needs": "many"},
        {**UNRENTING, "needs": "more", "adopt": True},
        {**UNRENTING, "deletes_first": True},
    ]
)
#: What an option is where nobody names it.
PLAIN: dict[str, Any] = dict.fromkeys(("unrent", "adopt", "protect", "ignores", "deletes_first"), False) | {"needs": ""}
POLICIES = st.sampled_from(
    [
        *[()] * 5,
        (("PLIVO_MAX_UNRENTS", "1"),),
        (("PLIVO_MAX_UNRENTS", "0"),),
        (("PLIVO_ALLOW_UNRENT", "false"),),
    ]
)
TARGETS = st.sampled_from([*[()] * 8, ("a",), ("many", "b"), ("plivo", "a"), ("plivo", "more"), ("plivo", *NAMES)])
ORDERS = st.none() | st.integers(0, 2**16)
CONDITIONS = st.builds(Conditions, TROUBLES, ORDERS, POLICIES, TARGETS, st.booleans())
#: What follows a change of the program: often an `up`, with or without trouble.
THEN = st.none() | CONDITIONS


class Programs(RandomRuns[Program]):
    """A stack whose program, pools and luck change."""

    def __init__(self) -> None:
        super().__init__()
        self.program: Program = {}

    @initialize(
        quirks=st.tuples(*[st.sampled_from(["accept", "reject"])] * 2),
        first=st.lists(st.tuples(POOLS, OPTIONS), max_size=3),
        length=st.integers(0, 3),
        is_destroyed=st.sampled_from([False, False, True]),
        last=CONDITIONS,
    )
    def start(
        self,
        quirks: tuple[str, str],
        first: list[tuple[str, dict[str, Any]]],
        length: int,
        is_destroyed: bool,
        last: Conditions,
    ) -> None:
        self.world.reset()
        for quirk, value in zip(("add-duplicate", "add-in-other-pool"), quirks, strict=True):
            self.world.sandbox.set_quirk(quirk, value)
        self.stack.forget()
        self.watched = WatchedStack(self.world, self.stack)
        if first and length:
            *first, (pool, options) = first
            self.program[LISTS[0]] = Many(pool, **options, listed=NUMBERS[:length])
        for name, number, (pool, options) in zip(NAMES, NUMBERS[length:], first, strict=False):
            self.program[name] = Member(pool, **options, number=number)
        self.is_destroyed, self.last = is_destroyed, last

    @rule(name=st.sampled_from(NAMES), number=st.sampled_from(NUMBERS), pool=POOLS, options=OPTIONS, then=THEN)
    def declare(self, name: str, number: str, pool: str, options: dict[str, Any], then: Conditions | None) -> None:
        """Declare a number on its own, out of the resource in which it was."""
        _drop(self.program, number)
        self.program.pop(name, None)
        self._put(name, Member(pool, **options, number=number))
        self._then(then)

    @rule(
        name=st.sampled_from(LISTS),
        numbers=st.sets(st.sampled_from(LISTABLE), min_size=1, max_size=4),
        pool=POOLS,
        service=SERVICES,
        exclusive=st.booleans(),
        options=OPTIONS,
        then=THEN,
    )
    def declare_many(
        self,
        name: str,
        numbers: set[str],
        pool: str,
        service: str,
        exclusive: bool,
        options: dict[str, Any],
        then: Conditions | None,
    ) -> None:
        """Declare numbers in one resource, out of those in which they were."""
        for number in numbers:
            _drop(self.program, number)
        many = Many(pool, service, **options, listed=tuple(sorted(numbers)), exclusive=exclusive)
        self._put(name, many)
        self._then(then)

    @precondition(lambda self: self.lists)
    @rule(pick=PICKS, number=st.sampled_from(LISTABLE), then=THEN)
    def add_to_list(self, pick: int, number: str, then: Conditions | None) -> None:
        """Add a number to a list, out of the resource in which it was."""
        name = chosen(pick, self.lists)
        _drop(self.program, number)
        # An exclusive list is not left without numbers, but dropped.
        many = self.program.get(name)
        if isinstance(many, Many):
            self.program[name] = replace(many, listed=(*many.listed, number))
        self._then(then)

    @precondition(lambda self: self.lists)
    @rule(pick=PICKS, other=PICKS, to=st.none() | st.sampled_from(NAMES), pool=POOLS, options=OPTIONS, then=THEN)
    def drop_from_list(
        self, pick: int, other: int, to: str | None, pool: str, options: dict[str, Any], then: Conditions | None
    ) -> None:
        """Drop a number from a list, or make it a resource of its own."""
        many = self.program[chosen(pick, self.lists)]
        if many.numbers:
            number = chosen(other, many.numbers)
            _drop(self.program, number)
            if to is not None:
                self._put(to, Member(pool, **options, number=number))
        self._then(then)

    @precondition(lambda self: self.lists)
    @rule(pick=PICKS, other=PICKS, service=SERVICES, then=THEN)
    def name_a_service(self, pick: int, other: int, service: str, then: Conditions | None) -> None:
        """Let a list, as a mapping, name the service of one of its numbers, or of none any more."""
        name = chosen(pick, self.lists)
        many = self.program[name]
        if isinstance(many, Many) and many.listed:
            own = {(chosen(other, many.listed), service)} if service else set()
            self.program[name] = replace(many, own_services=frozenset(own))
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, pool=POOLS, service=SERVICES, then=THEN)
    def move(self, pick: int, pool: str, service: str, then: Conditions | None) -> None:
        name = chosen(pick, self.program)
        each = self.program[name]
        self.program[name] = replace(each, pool=pool, service="" if TOLL_FREE in each.numbers else service)
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, then=THEN)
    def leave_out(self, pick: int, then: Conditions | None) -> None:
        del self.program[chosen(pick, self.program)]
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, to=PICKS, with_alias=st.booleans(), then=THEN)
    def rename(self, pick: int, to: int, with_alias: bool, then: Conditions | None) -> None:
        old = chosen(pick, self.program)
        free = [name for name in (LISTS if old in LISTS else NAMES) if name not in self.program]
        if free:
            new, member = chosen(to, free), self.program.pop(old)
            aliases = {*member.aliases, old} if with_alias else set()
            self._put(new, replace(member, aliases=frozenset(aliases - {new})))
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, options=OPTIONS, exclusive=st.booleans(), then=THEN)
    def flip(self, pick: int, options: dict[str, Any], exclusive: bool, then: Conditions | None) -> None:
        name = chosen(pick, self.program)
        flipped = self.program[name] = replace(self.program[name], **{**PLAIN, **options})
        if isinstance(flipped, Many):
            self.program[name] = replace(flipped, exclusive=exclusive and flipped.numbers != ())
        self._then(then)

    @precondition(lambda self: len(self.program) > 1)
    @rule(pick=PICKS, other=PICKS, then=THEN)
    def swap(self, pick: int, other: int, then: Conditions | None) -> None:
        """Let two resources, of any class, give each other a number."""
        first = chosen(pick, self.program)
        second = chosen(other, [name for name in self.program if name != first])
        if self.program[first].numbers and self.program[second].numbers:
            one, two = self.program[first].numbers[0], self.program[second].numbers[0]
            if TOLL_FREE not in (one, two) or not {first, second} & {*LISTS}:
                self.program[first] = self.program[first].with_swapped(one, two)
                self.program[second] = self.program[second].with_swapped(two, one)
        self._then(then)

    @precondition(lambda self: len(self.program) > 1)
    @rule(then=THEN)
    def turn_round(self, then: Conditions | None) -> None:
        """Declare the resources in another order."""
        self.program = dict(reversed(self.program.items()))
        self._then(then)

    @rule(number=st.sampled_from(NUMBERS), pool=POOLS, action=st.sampled_from(["add", "remove"]), then=THEN)
    def by_hand(self, number: str, pool: str, action: str, then: Conditions | None) -> None:
        with contextlib.suppress(ApiError):
            getattr(self.world.hands.pool_members, action)(kind_of(number), pool, number)
            self.watched.by_hand(action, (pool, number))
        self._then(then)

    @rule(conditions=CONDITIONS)
    def refresh(self, conditions: Conditions) -> None:
        self.watched.refresh(conditions)

    @rule(conditions=CONDITIONS)
    def preview(self, conditions: Conditions) -> None:
        self.watched.preview(self.program, conditions)

    @rule(conditions=CONDITIONS, forced=FORCED)
    def up(self, conditions: Conditions, forced: tuple[str, ...]) -> None:
        self.watched.up(self.program, conditions, forced)

    @property
    def _declared(self) -> Program:
        return self.program

    def _restore(self) -> None:
        self.world.sandbox.seed(ACCOUNT)

    def _unprotect(self) -> None:
        self.program = {name: replace(each, protect=False) for name, each in self.program.items()}

    def _converge(self) -> None:
        self.program = self._brought_about(self.program)

    def _next_try(self, program: Program, errors: Sequence[str]) -> NextTry:
        advice = followed(program, self.watched.last_program, errors)
        limits = (("PLIVO_MAX_UNRENTS", str(advice.limit)),) if advice.limit else ()
        return NextTry(advice.program, advice.first, limits, advice.unprotects)

    def _drop_from(self, program: Program, number: str) -> None:
        _drop(program, number)

    def _assert_settled(self) -> None:
        live, wanted = self.world.members, places_of(effective(self.program, self.stack.owned))
        assert {place: service or live[place] for place, service in wanted.items()} == {
            place: live.get(place) for place in wanted
        }
        exclusive = {each.pool for each in self.program.values() if isinstance(each, Many) and each.exclusive}
        owned = {number for _, number in wanted}
        for pool, number in live:
            # What another resource wants, wherever, or has claimed once, is left alone, the latter until a refresh.
            is_stranger = number not in owned and (pool, number) not in self.watched.orphans | self.watched.claimed
            assert not is_stranger or pool not in exclusive or number not in LISTABLE
        self._assert_quiet()

    @property
    def lists(self) -> list[str]:
        return [name for name in self.program if name in LISTS]

    def _put(self, name: str, declared: Member | Many) -> None:
        """Declare a resource; its name is no other one's alias any more, which the engine would refuse."""
        self.program[name] = declared
        for other, each in self.program.items():
            self.program[other] = replace(each, aliases=each.aliases - {name})


def _drop(program: Program, number: str) -> None:
    """Take a number out of the resource that declares it; one that is left without any goes, or stays empty."""
    for name, each in list(program.items()):
        if number not in each.numbers:
            continue
        if isinstance(each, Member) or (each.exclusive and len(each.numbers) == 1):
            del program[name]
        else:
            program[name] = replace(each, listed=tuple(other for other in each.listed if other != number))


@pytest.mark.slow
def test_random_programs_with_faults_deaths_and_other_hands_lose_no_number(world: World, stack: FastStack) -> None:
    run_random(Programs, world, stack, runs=RUNS, steps=15)
