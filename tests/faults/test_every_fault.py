"""Every operation, with every kind of fault at every call it makes: nothing is lost, and the next `up` converges."""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from plivo_sandbox.engine.result import Result
from plivo_sandbox.engine.snapshot import Snapshot
from pulumi_plivo.api import MemberKind

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE
from tests.faults.advice import adopting
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.judging import assert_fit_to_be_read, untold
from tests.faults.one_process import EngineDiedError
from tests.faults.programs import Many, Member, Program, places_of, registered
from tests.faults.troubles import FAULTS, CtrlC, Death, Trouble, alternating_faults


def number(digits: str = NUMBER, pool: str = POOL, **more: Any) -> Member:
    """A number of a program."""
    return Member(pool, number=digits, **more)


def many(*digits: str, pool: str = POOL, **more: Any) -> Many:
    """Several numbers of a program as one resource."""
    return Many(pool, listed=digits, **more)


class Scenario(NamedTuple):
    """A program before, one after, and what is special about the way between."""

    before: Program
    after: Program
    by_hand: tuple[tuple[str, str], ...] = ()
    replace: bool = False
    quirks: tuple[tuple[str, str], ...] = ()


BOTH_POOLS = (("add-in-other-pool", "accept"),)
GIVEN_UP: Program = {"a": number(unrent=True)}
THIRD_NUMBER, STRANGER = "14155550102", "14155550107"
PAIR, OTHER_PAIR = (NUMBER, OTHER_NUMBER), (OTHER_NUMBER, THIRD_NUMBER)
UNRENTING: dict[str, Any] = {"unrent": True}
SCENARIOS = {
    "create": Scenario({}, {"a": number()}),
    "create a toll-free number": Scenario({}, {"a": number(TOLL_FREE)}),
    "create a shortcode": Scenario({}, {"a": number(SHORTCODE)}),
    "adopt": Scenario({}, {"a": number(adopt=True)}, by_hand=((POOL, NUMBER),)),
    "adopt with another service": Scenario({}, {"a": number(adopt=True, service="mms")}, by_hand=((POOL, NUMBER),)),
    "adopt out of another pool": Scenario({}, {"a": number(adopt=True)}, by_hand=((OTHER_POOL, NUMBER),)),
    "move": Scenario({"a": number(unrent=True)}, {"a": number(pool=OTHER_POOL, unrent=True)}),
    "move where two pools are allowed": Scenario(
        {"a": number(unrent=True)}, {"a": number(pool=OTHER_POOL, unrent=True)}, quirks=BOTH_POOLS
    ),
    "change the service": Scenario({"a": number(unrent=True)}, {"a": number(unrent=True, service="mms")}),
    "move and change the service": Scenario({"a": number()}, {"a": number(pool=OTHER_POOL, service="mms")}),
    "delete": Scenario({"a": number()}, {}),
    "delete and unrent": Scenario(GIVEN_UP, {}),
    "delete and unrent by halves": Scenario(GIVEN_UP, {}, quirks=(("unrent-on-remove", "partial"),)),
    "delete and unrent by halves with an error": Scenario(
        GIVEN_UP, {}, quirks=(("unrent-on-remove", "partial-error"),)
    ),
    "replace": Scenario(GIVEN_UP, {"a": number(OTHER_NUMBER, unrent=True)}),
    "rename": Scenario(GIVEN_UP, {"b": number(unrent=True)}),
    "rename and move": Scenario(GIVEN_UP, {"b": number(pool=OTHER_POOL, unrent=True)}),
    "rename and move where two pools are allowed": Scenario(
        GIVEN_UP, {"b": number(pool=OTHER_POOL, unrent=True)}, quirks=BOTH_POOLS
    ),
    "force a replacement": Scenario(
        {"a": number(unrent=True, adopt=True)}, {"a": number(unrent=True, adopt=True)}, replace=True
    ),
    "give one up and move its neighbour": Scenario(
        {"a": number(unrent=True), "b": number(OTHER_NUMBER)}, {"b": number(OTHER_NUMBER, OTHER_POOL)}
    ),
    "create many": Scenario({}, {"a": many(*PAIR)}),
    "adopt one of many": Scenario({}, {"a": many(*PAIR, adopt=True, service="mms")}, by_hand=((POOL, NUMBER),)),
    "add and drop one of many": Scenario({"a": many(*PAIR)}, {"a": many(*OTHER_PAIR)}),
    "drop one of many and give it back": Scenario(
        {"a": many(*PAIR, unrent=True)}, {"a": many(*OTHER_PAIR, unrent=True)}
    ),
    "move many, add one, drop one": Scenario({"a": many(*PAIR)}, {"a": many(*OTHER_PAIR, pool=OTHER_POOL)}),
    "change the service of many": Scenario(
        {"a": many(*PAIR, unrent=True)}, {"a": many(*PAIR, unrent=True, service="mms")}
    ),
    "change the service of one of many": Scenario(
        {"a": many(*PAIR)}, {"a": many(*PAIR, own_services=frozenset({(NUMBER, "mms")}))}
    ),
    "remove strangers": Scenario(
        {"a": many(*PAIR, unrent=True)},
        {"a": many(*PAIR, unrent=True, exclusive=True)},
        by_hand=((POOL, STRANGER),),
    ),
    "delete many": Scenario({"a": many(*PAIR)}, {}),
    "delete many and unrent": Scenario({"a": many(*PAIR, unrent=True)}, {}),
    "from single numbers to a list": Scenario(
        {"a": number(unrent=True), "b": number(OTHER_NUMBER, unrent=True)}, {"all": many(*PAIR, unrent=True)}
    ),
    "from a list to single numbers": Scenario(
        {"all": many(*PAIR, unrent=True)}, {"a": number(unrent=True), "b": number(OTHER_NUMBER, unrent=True)}
    ),
    "two lists swap a number over two pools": Scenario(
        {"a": many(*PAIR, **UNRENTING), "b": many(THIRD_NUMBER, pool=OTHER_POOL, **UNRENTING)},
        {"a": many(NUMBER, THIRD_NUMBER, **UNRENTING), "b": many(OTHER_NUMBER, pool=OTHER_POOL, **UNRENTING)},
    ),
}
"""By name; the changes between lists and singles need neither alias nor `adopt`."""


class Stage:
    """The world and a stack as the program before left them, as often as they are asked for."""

    def __init__(self, world: World, stack: FastStack, scenario: Scenario) -> None:
        self.world, self.stack, self.scenario = world, stack, scenario
        for name, value in scenario.quirks:
            world.sandbox.set_quirk(name, value)
        assert stack.run("up", registered(scenario.before)).errors == []
        for pool, digits in scenario.by_hand:
            world.hands.pool_members.add(MemberKind.NUMBER, pool, digits)
        self._saved = world.sandbox.saved(), stack.state.read_bytes()

    def reset(self) -> None:
        """Bring everything back to what it was."""
        pools, state = self._saved
        self.world.sandbox.clear_faults()
        self.world.sandbox.restore(pools)
        self.stack.state.write_bytes(state)

    def change(self, trouble: Trouble = None) -> Result | None:
        """Run `up` with the program after; return None when the engine died."""
        after = registered(self.scenario.after)
        try:
            return self.stack.run(
                "up", after, replace=self.scenario.after if self.scenario.replace else (), trouble=trouble
            )
        except EngineDiedError:
            return None

    def judge(self, result: Result | None) -> None:
        """Assert what must hold whatever went wrong."""
        if result is not None:
            assert_fit_to_be_read(result)
            assert untold(self.scenario.after, result, self.world.members) == []
        assert set(self.world.unrented) <= self.given_up
        for call in self.world.sandbox.calls:
            if call.method != "GET":
                assert f"/{POOL}/" in call.path or f"/{OTHER_POOL}/" in call.path

    @property
    def given_up(self) -> set[str]:
        """What the program before has with `unrent`, and the one after does not declare."""
        declared = {digits for each in self.scenario.after.values() for digits in each.numbers}
        return {digits for each in self.scenario.before.values() if each.unrent for digits in each.numbers} - declared

    def converge(self, *, may_ask: bool = True) -> None:
        """Run `up` again without faults, and assert that everything is as the program says, with nothing left to do."""
        self.world.sandbox.clear_faults()
        shown, program = [*self.stack.printed], self.scenario.after
        result = self._up(program)
        shown += self.stack.printed
        if result.errors:
            assert may_ask
            assert all("adopt=True" in error for error in result.errors)
            program = adopting(program, result.errors)
            assert self._up(program).errors == []
        wanted, live = places_of(program), self.world.members
        assert {place: live.get(place) for place in wanted} == {
            place: service if place[1] == SHORTCODE else service or "sms" for place, service in wanted.items()
        }
        others = {digits for _, digits in live.keys() - wanted.keys()} - {SHORTCODE}
        assert others <= (set() if self._is_exclusive else {STRANGER})
        # What a run that did not end well has left over is looked for once more.
        assert self._up(program).errors == []
        if self.world.sandbox.calls:
            assert all(call.method == "GET" for call in self.world.sandbox.calls)
            assert self._up(program).errors == []
        assert self.world.sandbox.calls == []
        for digits in self.given_up:
            assert digits in self.world.unrented or any(digits in line for line in shown)

    @property
    def _is_exclusive(self) -> bool:
        return any(isinstance(each, Many) and each.exclusive for each in self.scenario.after.values())

    def _up(self, program: Program) -> Result:
        self.world.sandbox.calls.clear()
        return self.stack.run("up", registered(program))

    def calls(self) -> list[tuple[str, str]]:
        """Make the change without faults; return the calls that it takes."""
        self.reset()
        result = self.change()
        assert result is not None
        assert result.errors == []
        calls = [(call.method, call.path) for call in self.world.sandbox.calls]
        self.converge(may_ask=False)
        assert calls
        return calls


@pytest.fixture(params=list(SCENARIOS))
def stage(request: pytest.FixtureRequest, world: World, stack: FastStack) -> Stage:
    """Each scenario, under its quirks."""
    return Stage(world, stack, SCENARIOS[request.param])


@pytest.mark.parametrize("duplicate", ["accept", "reject"])
def test_a_fault_at_any_call_loses_nothing_and_the_next_up_converges(
    stage: Stage, duplicate: str, record_property: Callable[[str, object], None]
) -> None:
    stage.world.sandbox.set_quirk("add-duplicate", duplicate)
    calls = stage.calls()
    # Whether Plivo takes a second add matters where a fault may have let a first one through.
    positions = [at for at, (method, _) in enumerate(calls) if duplicate == "reject" or method == "POST"]
    record_property("faults", len(positions) * len(FAULTS))
    for fault in alternating_faults(positions, lasts=duplicate == "reject"):
        stage.reset()
        stage.world.sandbox.add_fault(fault)
        result = stage.change()
        assert result is not None
        stage.judge(result)
        stage.converge()


@pytest.mark.parametrize("moment", ["before the call", "after the call", "Ctrl-C"])
def test_an_end_at_any_call_loses_nothing_and_the_next_up_converges(stage: Stage, moment: str) -> None:
    for position in range(1, len(stage.calls()) + 1):
        stage.reset()
        death = Death(EngineDiedError, position, committed=moment == "after the call")
        result = stage.change(CtrlC(position) if moment == "Ctrl-C" else death)
        assert (result is None) is (moment != "Ctrl-C")
        stage.judge(result)
        stage.converge()


def test_a_death_before_any_change_of_the_state_is_saved_loses_nothing_and_the_next_up_converges(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, left = Snapshot._write, 0

    def dying(snapshot: Snapshot, version: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise EngineDiedError
        write(snapshot, version)

    monkeypatch.setattr(Snapshot, "_write", dying)
    result = None
    for position in itertools.count(1):
        stage.reset()
        left = position
        result = stage.change()
        stage.judge(result)
        left = 0
        stage.converge()
        if result is not None:
            break
    assert position > 2
