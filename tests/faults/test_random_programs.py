"""Random programs on the embedded engine, hands in the pools, faults and deaths: whatever happens, no number is lost.

`SOAK_RUNS` sets the number of runs, each of 15 steps; 200 without it, always the same ones.
"""

import contextlib
import os
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from plivo_sandbox.engine.result import Result
from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.api.transport import Transport
from pulumi_plivo.number_lifecycle import NumberProvider
from pulumi_plivo.plivo_provider import DELETES_FIRST
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import ACCOUNT, AUTH_TOKEN, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.one_process import Declared, EngineDiedError, PluginDiedError
from tests.faults.test_every_fault import FAULTS

RUNS = int(os.environ.get("SOAK_RUNS", "200"))
NAMES = ("a", "b", "c")
NUMBERS = (*(f"1415555010{digit}" for digit in range(4)), TOLL_FREE)
#: Which of what there is to choose from in a step: a step that finds nothing does nothing, but costs no run.
PICKS = st.integers(0, 11)
POOLS = st.sampled_from([POOL, OTHER_POOL])
SERVICES = st.sampled_from(["sms", "mms"])
FLAGS = st.booleans()
#: Whether a member says unrent=True or delete_before_replace=True; its constructor refuses both together.
PERILS = st.sampled_from(["", "unrent", "deletes_first"])
POSITIONS = st.sampled_from([1, 2, 3, 4, 5, 6, 8, 11])
FAULT = st.builds("* * nth={} times={} {}".format, POSITIONS, st.sampled_from([1, 99]), st.sampled_from(FAULTS))
MEMBER_PATH = re.compile(r"/NumberPool/([^/]+)/(?:Number|Tollfree)/(\d+)/")


class Death(NamedTuple):
    """Whose process dies, at which call to Plivo, and whether Plivo still gets the call."""

    victim: type[BaseException]
    position: int
    committed: bool


DEATH = st.builds(Death, st.sampled_from([PluginDiedError, EngineDiedError]), POSITIONS, FLAGS)
TROUBLES = st.none() | FAULT | DEATH
#: What follows a change of the program: often an `up`, with or without trouble.
WAIT = "wait"
THEN = st.just(WAIT) | TROUBLES


@dataclass(frozen=True)
class Member:
    """A number as the program declares it."""

    number: str
    pool: str
    service: str = "sms"
    peril: str = ""
    adopt: bool = False
    aliases: frozenset[str] = frozenset()

    @property
    def deletes_first(self) -> bool:
        return self.peril == "deletes_first"

    @property
    def place(self) -> tuple[str, str]:
        return self.pool, self.number

    @property
    def kind(self) -> MemberKind:
        return kind_of(self.number)

    def declared_as(self, name: str) -> Declared:
        """Return what the resource's constructor would register."""
        inputs: dict[str, Any] = {"number_pool_uuid": self.pool, "number": self.number, "adopt": self.adopt}
        inputs["unrent"] = self.peril == "unrent"
        if self.deletes_first:
            inputs[DELETES_FIRST] = True
        provider: type[NumberProvider]
        type_, provider = "PoolTollFree", PoolTollFreeProvider
        if self.kind is MemberKind.NUMBER:
            type_, provider, inputs["service"] = "PoolNumber", PoolNumberProvider, self.service
        type_ = f"pulumi-python:dynamic/plivo:{type_}"
        return Declared(type_, name, provider(), inputs, self.deletes_first, tuple(self.aliases))


def chosen(pick: int, options: Iterable[str]) -> str:
    """Return one of the options."""
    listed = list(options)
    return listed[pick % len(listed)]


def kind_of(number: str) -> MemberKind:
    return MemberKind.TOLL_FREE if number == TOLL_FREE else MemberKind.NUMBER


def place_of(entry: dict[str, Any]) -> tuple[str, str]:
    """Return where the state has a member."""
    return str(entry["outputs"]["number_pool_uuid"]), str(entry["id"])


class Programs(RuleBasedStateMachine):
    """A stack whose program, pools and luck change."""

    world: World
    stack: FastStack
    patch: Callable[[Any], None]

    def __init__(self) -> None:
        super().__init__()
        self.program: dict[str, Member] = {}
        # Numbers that other hands touched, or that an error or a death left in doubt, since the last refresh.
        self.doubtful: set[str] = set()

    @initialize(
        quirks=st.tuples(*[st.sampled_from(["accept", "reject"])] * 2),
        first=st.lists(st.tuples(POOLS, SERVICES, PERILS), max_size=3),
        destroyed=st.sampled_from([False, False, True]),
        trouble=TROUBLES,
    )
    def start(
        self,
        quirks: tuple[str, str],
        first: list[tuple[str, str, str]],
        destroyed: bool,
        trouble: str | Death | None,
    ) -> None:
        self.world.reset()
        for quirk, value in zip(("add-duplicate", "add-in-other-pool"), quirks, strict=True):
            self.world.sandbox.set_quirk(quirk, value)
        self.stack.forget()
        for name, number, (pool, service, peril) in zip(NAMES, NUMBERS, first, strict=False):
            self.program[name] = Member(number, pool, service, peril)
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
        then: str | Death | None,
    ) -> None:
        self.program.pop(name, None)
        number = chosen(pick, [number for number in NUMBERS if number not in self.declared])
        self._put(name, Member(number, pool, service, peril, adopt))
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, pool=POOLS, service=SERVICES, then=THEN)
    def move(self, pick: int, pool: str, service: str, then: str | Death | None) -> None:
        name = chosen(pick, self.program)
        self.program[name] = replace(self.program[name], pool=pool, service=service)
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, then=THEN)
    def leave_out(self, pick: int, then: str | Death | None) -> None:
        del self.program[chosen(pick, self.program)]
        self._then(then)

    @precondition(lambda self: 0 < len(self.program) < len(NAMES))
    @rule(pick=PICKS, to=PICKS, with_alias=FLAGS, then=THEN)
    def rename(self, pick: int, to: int, with_alias: bool, then: str | Death | None) -> None:
        old, new = chosen(pick, self.program), chosen(to, [name for name in NAMES if name not in self.program])
        member = self.program.pop(old)
        aliases = {*member.aliases, old} if with_alias else set()
        self._put(new, replace(member, aliases=frozenset(aliases - {new})))
        self._then(then)

    @precondition(lambda self: self.program)
    @rule(pick=PICKS, adopt=FLAGS, peril=PERILS, then=THEN)
    def flip(self, pick: int, adopt: bool, peril: str, then: str | Death | None) -> None:
        name = chosen(pick, self.program)
        self.program[name] = replace(self.program[name], adopt=adopt, peril=peril)
        self._then(then)

    @precondition(lambda self: len(self.program) > 1)
    @rule(pick=PICKS, other=PICKS, peril=PERILS, then=THEN)
    def swap(self, pick: int, other: int, peril: str, then: str | Death | None) -> None:
        first = chosen(pick, self.program)
        second = chosen(other, [name for name in self.program if name != first])
        one, two = self.program[first], self.program[second]
        self.program[first] = replace(one, number=two.number, peril=peril)
        self.program[second] = replace(two, number=one.number)
        self._then(then)

    @rule(number=st.sampled_from(NUMBERS), pool=POOLS, action=st.sampled_from(["add", "remove"]), then=THEN)
    def by_hand(self, number: str, pool: str, action: str, then: str | Death | None) -> None:
        self.doubtful.add(number)
        with contextlib.suppress(ApiError):
            getattr(self.world.hands.pool_members, action)(kind_of(number), pool, number)
        self._then(then)

    @rule(trouble=TROUBLES)
    def refresh(self, trouble: str | Death | None) -> None:
        before = self.world.members, self.world.unrented
        result = self._run("refresh", trouble)
        if result is not None and result.succeeded:
            self.doubtful.clear()
        assert (self.world.members, self.world.unrented) == before

    @rule(trouble=TROUBLES)
    def preview(self, trouble: str | Death | None) -> None:
        before = self.world.members, self.world.unrented, self.stack.owned
        self._run("preview", trouble, self.program)
        assert (self.world.members, self.world.unrented, self.stack.owned) == before

    @rule(trouble=TROUBLES, forced=st.sampled_from(["", "a", "b", "abc"]))
    def up(self, trouble: str | Death | None, forced: str) -> None:
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
        assert all("adopt=True" in error or "with unrent=False alone first" in error for error in result.errors)
        for name, member in self.program.items():
            peril = "" if member.deletes_first else member.peril
            self.program[name] = replace(member, adopt=True, peril=peril)
        assert self._up(None).errors == []
        live = self.world.members
        for member in self.program.values():
            assert live[member.place] == (member.service if member.kind is MemberKind.NUMBER else "mms")
        assert self._up(None).errors == []
        assert self.world.sandbox.calls == []
        if self.is_destroyed:
            assert self._destroy(None).errors == []
            assert self.stack.owned == []
            assert self.world.members == {(POOL, SHORTCODE): "", **self._strangers(live)}

    @property
    def declared(self) -> set[str]:
        return {member.number for member in self.program.values()}

    def _put(self, name: str, member: Member) -> None:
        """Declare a member; its name is no other resource's alias any more, which the engine would refuse."""
        self.program[name] = member
        for other, declared in self.program.items():
            self.program[other] = replace(declared, aliases=declared.aliases - {name})

    def _strangers(self, live: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
        return {place: service for place, service in live.items() if place[1] not in self.declared}

    def _clear_other_places(self) -> None:
        """Take what the program declares out of every pool where it does not declare it."""
        wanted = {member.place for member in self.program.values()}
        for pool, number in self.world.members:
            if number in self.declared and (pool, number) not in wanted:
                self.world.hands.pool_members.remove(kind_of(number), pool, number)

    def _then(self, then: str | Death | None) -> None:
        if then != WAIT:
            self._up(then)

    def _up(self, trouble: str | Death | None, forced: str = "") -> Result:
        owned = set(map(place_of, self.stack.owned))
        before = self.world.members
        result = self._watched("up", trouble, self.program, forced)
        taken_over = {place for place in before if place in set(map(place_of, self.stack.owned)) - owned}
        known = {number for _, number in owned}
        for member in self.program.values():
            assert member.adopt or member.number in known or member.place not in taken_over
        if result is None:
            self.doubtful |= self.declared
            return Result("up")
        live, shown = self.world.members, " ".join(result.errors)
        for name, member in self.program.items():
            if member.number in shown or self._is_excused(name, result):
                self.doubtful.add(member.number)
            assert member.place in live or member.number in self.doubtful
        if result.succeeded:
            assert {entry["urn"].rpartition("::")[2] for entry in self.stack.owned} == set(self.program)
            assert sorted(map(place_of, self.stack.owned)) == sorted(each.place for each in self.program.values())
        return result

    def _is_excused(self, name: str, result: Result) -> bool:
        """Whether the resource is named as failing for a reason that need not name the number it declares."""
        reasons = ["check failed: ", "the provider's process has ended"]
        if self.program[name].deletes_first:
            reasons.append("delete failed: ")
        return any(f" {name}: " in error and any(each in error for each in reasons) for error in result.errors)

    def _destroy(self, trouble: str | Death | None) -> Result:
        result = self._watched("destroy", trouble, {})
        self.doubtful |= self.declared
        return result or Result("destroy")

    def _watched(
        self, operation: str, trouble: str | Death | None, program: dict[str, Member], forced: str = ""
    ) -> Result | None:
        """Run a command, and assert what must hold after it, also when it dies."""
        owned = self.stack.owned
        declared = {member.number for member in program.values()}
        given_up = {entry["id"] for entry in owned if entry["outputs"]["unrent"]} - declared
        ours = {place_of(entry) for entry in owned} | {member.place for member in program.values()}
        before, unrented = self.world.members, len(self.world.unrented)
        result = self._run(operation, trouble, program, forced)
        live = self.world.members
        gone = set(self.world.unrented[unrented:])
        assert gone <= given_up
        for place, service in before.items():
            assert place in ours or live.get(place) == service or place[1] in gone
        for call in self.world.sandbox.calls:
            assert call.method == "GET" or MEMBER_PATH.findall(call.path)[0] in ours
        assert (POOL, SHORTCODE) in live
        return result

    def _run(
        self,
        operation: str,
        trouble: str | Death | None,
        program: dict[str, Member] | None = None,
        forced: Collection[str] = "",
    ) -> Result | None:
        """Run a command, and return None when the engine died."""
        declared = [member.declared_as(name) for name, member in (program or {}).items()]
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


SEND = Transport.send


def dying_at(death: Death) -> Callable[..., Any]:
    """Return a `Transport.send` in which the process dies at one call."""
    left = death.position

    def dying(transport: Transport, *args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        answer = SEND(transport, *args, **kwargs) if left or death.committed else None
        if left == 0:
            raise death.victim
        return answer

    return dying


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
