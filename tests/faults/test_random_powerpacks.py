"""Random programs with Powerpacks and numbers to be rented: none is made twice, no money spent twice, no number lost.

`SOAK_RUNS` sets the number of runs, each of 12 steps; 60 without it, always the same ones.
"""

import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from pulumi_plivo.api import ApiError

from tests.conftest import ACCOUNT, AUTH_ID, FOR_SALE_TOLL_FREE, OTHER_POOL, POOL, TOLL_FREE
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.powerpack_advice import followed_whole
from tests.faults.powerpacks import Pack, WholeProgram, names_of, pools_of
from tests.faults.programs import TOLL_FREES, Many, Member, Program, kind_of, output_of, places_of, powerpack_of
from tests.faults.random_runs import PICKS, NextTry, RandomRuns, chosen, run_random
from tests.faults.running_stack import CONFIG, Conditions
from tests.faults.troubles import TROUBLES
from tests.faults.watched_powerpacks import WatchedPowerpacks

RUNS = int(os.environ.get("SOAK_RUNS", "60"))
PACKS = ("p", "q")
NAMES = ("a", "b")
LIST = "many"
#: The last of them is there from the beginning, with a shortcode in its pool.
POWERPACKS = ("letters", "news", "otp")
RENTED = ("14155550100", "14155550101")
OFFERED = ("14155550170", "14155550171")
LISTABLE = (*RENTED, *OFFERED)
NUMBERS = (*LISTABLE, TOLL_FREE, FOR_SALE_TOLL_FREE)
TO_RENT = {*OFFERED, FOR_SALE_TOLL_FREE}
QUIRKS = {
    "add-duplicate": ("accept", "reject"),
    "add-in-other-pool": ("accept", "reject"),
    "duplicate-powerpack-name": ("accept", "reject"),
    "powerpack-update": ("partial", "reset"),
    "rent-on-add": ("full", "full", "partial-error"),
    "rent-when-refused": ("nothing", "bought"),
    "unrented-number": ("gone", "on-offer"),
}
PACK_OPTIONS = st.fixed_dictionaries(
    {"sticky_sender": st.booleans(), "unrent_numbers": st.sampled_from([True, False, True])},
    optional={"adopt": st.just(True), "protect": st.sampled_from([True, False, False])},
)
#: What an option is where nobody names it.
PLAIN: dict[str, Any] = dict.fromkeys(("unrent", "adopt", "protect", "rent", "deletes_first"), False)
OPTIONS = st.sampled_from(
    [
        {},
        {"rent": True},
        {"rent": True},
        {"rent": True, "unrent": True},
        {"rent": True, "adopt": True},
        {"rent": True, "protect": True},
        {"unrent": True},
        {"unrent": True, "adopt": True},
        {"unrent": True, "protect": True},
        {"adopt": True},
        {"rent": True, "unrent": True, "deletes_first": True},
    ]
)
POLICIES = st.sampled_from(
    [
        *[()] * 5,
        (("PLIVO_MAX_UNRENTS", "1"),),
        (("PLIVO_ALLOW_UNRENT", "false"),),
        (("PLIVO_ALLOW_RENT", "false"),),
        ((f"{CONFIG}maxRents", "1"),),
        ((f"{CONFIG}maxRents", "1"),),
        ((f"{CONFIG}maxRents", "0"),),
    ]
)
TARGETS = st.sampled_from([*[()] * 8, ("p",), ("plivo", "a"), ("plivo", "q", "many")])
CONDITIONS = st.builds(Conditions, TROUBLES, st.none() | st.integers(0, 2**16), POLICIES, TARGETS, st.booleans())
#: What follows a change of the program: often an `up`, with or without trouble.
THEN = st.none() | CONDITIONS | CONDITIONS
FORCED = st.sampled_from([(), (), ("p",), ("a", "many"), (*PACKS, *NAMES, LIST)])


class Programs(RandomRuns[WholeProgram]):
    """A stack whose program, Powerpacks, pools and luck change."""

    def __init__(self) -> None:
        super().__init__()
        self.packs: dict[str, Pack] = {}
        self.members: Program = {}

    @initialize(
        quirks=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in QUIRKS.items()}),
        pack=PACK_OPTIONS,
        options=st.lists(OPTIONS, max_size=3),
        is_destroyed=st.sampled_from([False, False, True]),
        last=CONDITIONS,
    )
    def start(
        self,
        quirks: dict[str, str],
        pack: dict[str, Any],
        options: list[dict[str, Any]],
        is_destroyed: bool,
        last: Conditions,
    ) -> None:
        self.world.reset()
        self._offer()
        for quirk, value in quirks.items():
            self.world.sandbox.set_quirk(quirk, value)
        self.stack.forget()
        self.watched = WatchedPowerpacks(self.world, self.stack)
        self.packs["p"] = Pack(POWERPACKS[0], **pack)
        for name, number, each in zip((*NAMES, LIST), (OFFERED[0], RENTED[0], OFFERED[1]), options, strict=False):
            pool = output_of("p")
            self.members[name] = (
                Many(pool, **each, listed=(number, RENTED[1])) if name == LIST else Member(pool, **each, number=number)
            )
        self.is_destroyed, self.last = is_destroyed, last

    @rule(resource=st.sampled_from(PACKS), name=st.sampled_from(POWERPACKS), options=PACK_OPTIONS, then=THEN)
    def declare_powerpack(self, resource: str, name: str, options: dict[str, Any], then: Conditions | None) -> None:
        """Declare a Powerpack, or change one; who has its name already gets the one that becomes free."""
        old = self.packs.get(resource)
        for other, pack in list(self.packs.items()):
            if other != resource and pack.name == name:
                if old is None:
                    name = chosen(0, (each for each in POWERPACKS if each != name))
                else:
                    self.packs[other] = replace(pack, name=old.name)
        aliases = frozenset() if old is None else old.aliases
        self._put_pack(resource, Pack(name, **options, aliases=aliases))
        self._then(then)

    @precondition(lambda self: self.packs)
    @rule(pick=PICKS, with_alias=st.booleans(), then=THEN)
    def rename_powerpack(self, pick: int, with_alias: bool, then: Conditions | None) -> None:
        """Give the resource of a Powerpack another name."""
        old = chosen(pick, self.packs)
        free = [resource for resource in PACKS if resource not in self.packs]
        if free:
            pack = self.packs.pop(old)
            aliases = {*pack.aliases, old} if with_alias else set()
            self._put_pack(free[0], replace(pack, aliases=frozenset(aliases - {free[0]})))
            self._repool(output_of(old), output_of(free[0]))
        self._then(then)

    @precondition(lambda self: self.packs)
    @rule(pick=PICKS, members=st.sampled_from(["go too", "move", "stay", "as text"]), then=THEN)
    def leave_powerpack_out(self, pick: int, members: str, then: Conditions | None) -> None:
        """Drop a Powerpack; what hangs on it goes too, moves, or stays by the pool's uuid, where that may be all."""
        resource = chosen(pick, self.packs)
        pool = pools_of(self.stack.owned).get(resource)
        if members in ("stay", "as text") and pool is not None:
            self._repool(output_of(resource), pool)
        if members != "as text":
            del self.packs[resource]
        if members == "move":
            self._repool(output_of(resource), POOL)
        hanging = {"", *self.packs}
        self.members = {name: each for name, each in self.members.items() if powerpack_of(each.pool) in hanging}
        self._then(then)

    @rule(name=st.sampled_from(NAMES), number=st.sampled_from(NUMBERS), pool=PICKS, options=OPTIONS, then=THEN)
    def declare(self, name: str, number: str, pool: int, options: dict[str, Any], then: Conditions | None) -> None:
        """Declare a number on its own, out of the resource in which it was."""
        self._drop(number)
        self._put(name, Member(self._pool(pool), **options, number=number))
        self._then(then)

    @rule(
        numbers=st.sets(st.sampled_from(LISTABLE), min_size=1, max_size=3),
        pool=PICKS,
        exclusive=st.sampled_from([False, False, True]),
        options=OPTIONS,
        then=THEN,
    )
    def declare_many(
        self, numbers: set[str], pool: int, exclusive: bool, options: dict[str, Any], then: Conditions | None
    ) -> None:
        """Declare numbers in one resource, out of those in which they were."""
        for number in numbers:
            self._drop(number)
        self._put(LIST, Many(self._pool(pool), **options, listed=tuple(sorted(numbers)), exclusive=exclusive))
        self._then(then)

    @precondition(lambda self: self.members)
    @rule(pick=PICKS, pool=PICKS, then=THEN)
    def move(self, pick: int, pool: int, then: Conditions | None) -> None:
        name = chosen(pick, self.members)
        self.members[name] = replace(self.members[name], pool=self._pool(pool))
        self._then(then)

    @precondition(lambda self: self.members)
    @rule(pick=PICKS, other=PICKS, then=THEN)
    def leave_out(self, pick: int, other: int, then: Conditions | None) -> None:
        """Drop a member, or a number of a list."""
        self._drop(chosen(other, self.members[chosen(pick, self.members)].numbers or ("",)))
        self._then(then)

    @precondition(lambda self: self.members)
    @rule(pick=PICKS, with_alias=st.booleans(), then=THEN)
    def rename(self, pick: int, with_alias: bool, then: Conditions | None) -> None:
        old = chosen(pick, self.members)
        free = [name for name in NAMES if name not in self.members]
        if old in NAMES and free:
            each = self.members.pop(old)
            aliases = {*each.aliases, old} if with_alias else set()
            self._put(free[0], replace(each, aliases=frozenset(aliases - {free[0]})))
        self._then(then)

    @precondition(lambda self: self.members)
    @rule(pick=PICKS, options=OPTIONS, then=THEN)
    def flip(self, pick: int, options: dict[str, Any], then: Conditions | None) -> None:
        name = chosen(pick, self.members)
        self.members[name] = replace(self.members[name], **{**PLAIN, **options})
        self._then(then)

    @rule(number=st.sampled_from(NUMBERS), pool=PICKS, action=st.sampled_from(["add", "add", "remove"]), then=THEN)
    def by_hand(self, number: str, pool: int, action: str, then: Conditions | None) -> None:
        live = chosen(pool, [each for _, each in self.world.sandbox.powerpacks(AUTH_ID).values()])
        with contextlib.suppress(ApiError):
            getattr(self.world.hands.pool_members, action)(kind_of(number), live, number)
            self.watched.by_hand(action, (live, number))
        self._then(then)

    @rule(
        action=st.sampled_from(["make", "rename", "delete"]),
        name=st.sampled_from(POWERPACKS[:2]),
        pick=PICKS,
        then=THEN,
    )
    def powerpack_by_hand(self, action: str, name: str, pick: int, then: Conditions | None) -> None:
        made = {uuid: name for uuid, (name, _) in self.world.sandbox.powerpacks(AUTH_ID).items() if name not in KEPT}
        with contextlib.suppress(ApiError):
            if action == "make" and name not in made.values():
                self.world.hands.powerpacks.create({"name": name})
            elif action == "rename" and made:
                self.world.hands.powerpacks.update(chosen(pick, made), {"name": f"other {pick}"})
            elif action == "delete" and made:
                self.world.hands.powerpacks.delete(chosen(pick, made))
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
    def program(self) -> WholeProgram:
        """The program as it is now."""
        return WholeProgram(dict(self.packs), dict(self.members))

    @property
    def _declared(self) -> WholeProgram:
        return self.program

    def _unprotect(self) -> None:
        self.packs = {name: replace(pack, protect=False) for name, pack in self.packs.items()}
        self.members = {name: replace(each, protect=False) for name, each in self.members.items()}

    def _converge(self) -> None:
        self.packs, self.members = self._brought_about(self.program)

    def _brought_about(self, program: WholeProgram, depth: int = 0) -> WholeProgram:
        return super()._brought_about(program.renting, depth)

    def _next_try(self, program: WholeProgram, errors: Sequence[str]) -> NextTry:
        advice = followed_whole(program, self.watched.last_program, names_of(self.stack.owned), errors)
        limits = {"PLIVO_MAX_UNRENTS": str(advice.limit)} if advice.limit else {}
        limits |= {f"{CONFIG}maxRents": "20"} if advice.rents else {}
        return NextTry(advice.program, advice.first, tuple(limits.items()), advice.unprotects)

    def _drop_from(self, program: WholeProgram, number: str) -> None:
        _drop(program.members, number)

    def _assert_settled(self) -> None:
        program, outside = self.program, self.watched.outside
        wanted = places_of(program.with_pools(pools_of(self.stack.owned)))
        assert wanted.keys() <= outside.members.keys()
        assert program.numbers <= outside.rented
        made = [name for name, _ in outside.packs.values()]
        assert all(made.count(pack.name) == 1 for pack in program.packs.values())
        self._assert_quiet()

    def _pool(self, pick: int) -> str:
        """Return one of the pools: those of the program's Powerpacks, and two that are there from the beginning."""
        own = [output_of(resource) for resource in self.packs]
        return chosen(pick, [*own, *own, POOL, OTHER_POOL] if own else [POOL, OTHER_POOL])

    def _put(self, name: str, declared: Member | Many) -> None:
        """Declare a resource; its name is no other one's alias any more, which the engine would refuse."""
        if isinstance(declared, Member) and declared.number in TOLL_FREES:
            declared = replace(declared, service="")
        self.members[name] = declared
        for other, each in self.members.items():
            self.members[other] = replace(each, aliases=each.aliases - {name})

    def _put_pack(self, resource: str, pack: Pack) -> None:
        self.packs[resource] = pack
        for other, each in self.packs.items():
            self.packs[other] = replace(each, aliases=each.aliases - {resource})

    def _repool(self, old: str, new: str) -> None:
        self.members = {
            name: replace(each, pool=new) if each.pool == old else each for name, each in self.members.items()
        }

    def _drop(self, number: str) -> None:
        _drop(self.members, number)

    def _restore(self) -> None:
        """Let there be again what programs name: numbers that were given back, and pools that are gone."""
        account = ACCOUNT["accounts"][0]
        live = {pool for _, pool in self.world.sandbox.powerpacks(AUTH_ID).values()}
        gone = [
            {"name": f"{pack['name']} again", "number_pool_uuid": pack["number_pool_uuid"]}
            for pack in account["powerpacks"]
            if pack["number_pool_uuid"] not in live
        ]
        self.world.sandbox.seed({**ACCOUNT, "accounts": [{**account, "powerpacks": gone}]})
        self._offer()

    def _offer(self) -> None:
        self.world.sandbox.seed({"numbers_for_sale": [{"number": each} for each in OFFERED]})


#: Powerpacks that other hands leave alone: their pools are named in programs.
KEPT = ("otp", "alerts")


def _drop(members: Program, number: str) -> None:
    """Take a number out of the resource that declares it; one that is left without any goes."""
    for name, each in list(members.items()):
        if number in each.numbers and (isinstance(each, Member) or len(each.numbers) == 1):
            del members[name]
        elif number in each.numbers and isinstance(each, Many):
            members[name] = replace(each, listed=tuple(other for other in each.listed if other != number))


@pytest.mark.slow
def test_random_powerpacks_and_rented_numbers_are_made_once_and_lose_no_number(
    world: World, tmp_stack: Callable[..., FastStack]
) -> None:
    run_random(Programs, world, tmp_stack({"plivo:allowRent": "true"}), runs=RUNS, steps=12)
