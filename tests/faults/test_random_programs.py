"""Random programs, hands in the pools, faults and deaths: whatever happens, no number is lost.

`SOAK_RUNS` sets the number of runs, each of 15 steps; 200 without it, always the same ones.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.api.transport import Transport
from pulumi_plivo.pool_number import PoolNumberProvider

from tests.conftest import ACCOUNT, OTHER_POOL, POOL, SHORTCODE
from tests.faults.conftest import World
from tests.faults.small_engine import KilledError, SmallEngine
from tests.faults.test_every_fault import FAULTS

RUNS = int(os.environ.get("SOAK_RUNS", "200"))
NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.sampled_from([f"1415555010{digit}" for digit in range(4)])
POOLS = st.sampled_from([POOL, OTHER_POOL])
SERVICES = st.sampled_from(["sms", "mms"])
FLAGS = st.booleans()
TROUBLES = st.none() | st.builds(
    "* * nth={} times={} {}".format, st.integers(1, 8), st.sampled_from([1, 99]), st.sampled_from(FAULTS)
)


class Programs(RuleBasedStateMachine):
    """A stack whose program, pools and luck change."""

    world: World
    patch: Callable[[Any], None]

    def __init__(self) -> None:
        super().__init__()
        self.program: dict[str, dict[str, Any]] = {}
        # Numbers that other hands touched, or that an error or a death left in doubt, since the last refresh.
        self.doubtful: set[str] = set()

    @initialize(duplicate=st.sampled_from(["accept", "reject"]), two_pools=st.sampled_from(["accept", "reject"]))
    def start(self, duplicate: str, two_pools: str) -> None:
        self.world.reset()
        self.world.sandbox.set_quirk("add-duplicate", duplicate)
        self.world.sandbox.set_quirk("add-in-other-pool", two_pools)
        self.engine = SmallEngine(self.world.config)

    @rule(name=NAMES, number=NUMBERS, pool=POOLS, service=SERVICES, unrent=FLAGS, adopt=FLAGS)
    def declare(self, name: str, number: str, **more: Any) -> None:
        assume(number not in self.declared or self.program.get(name, {}).get("number") == number)
        inputs = {"number": number, "number_pool_uuid": more.pop("pool"), **more}
        self.program[name] = inputs

    @rule(name=NAMES)
    def leave_out(self, name: str) -> None:
        self.program.pop(name, None)

    @rule(old=NAMES, new=NAMES, with_alias=FLAGS)
    def rename(self, old: str, new: str, with_alias: bool) -> None:
        assume(old in self.program and new not in self.program and new not in self.engine.state)
        self.program[new] = self.program.pop(old)
        if with_alias and old in self.engine.state:
            self.engine.state[new] = self.engine.state.pop(old)

    @rule(name=NAMES, key=st.sampled_from(["unrent", "adopt"]))
    def flip(self, name: str, key: str) -> None:
        assume(name in self.program)
        self.program[name] = {**self.program[name], key: not self.program[name][key]}

    @rule(first=NAMES, second=NAMES)
    def swap(self, first: str, second: str) -> None:
        assume(first in self.program and second in self.program)
        one, two = self.program[first]["number"], self.program[second]["number"]
        self.program[first] = {**self.program[first], "number": two}
        self.program[second] = {**self.program[second], "number": one}

    @rule(number=NUMBERS, pool=POOLS, action=st.sampled_from(["add", "remove"]))
    def by_hand(self, number: str, pool: str, action: str) -> None:
        self.doubtful.add(number)
        try:
            getattr(self.world.hands.pool_members, action)(MemberKind.NUMBER, pool, number)
        except ApiError:
            assume(False)

    @rule(trouble=TROUBLES)
    def refresh(self, trouble: str | None) -> None:
        if trouble is not None:
            self.world.sandbox.add_fault(trouble)
        before = self.world.members, self.world.unrented
        if self.engine.refresh() == []:
            self.doubtful.clear()
        self.world.sandbox.clear_faults()
        assert (self.world.members, self.world.unrented) == before

    @rule(trouble=TROUBLES, replace=st.sampled_from([False, False, False, True]))
    def up(self, trouble: str | None, replace: bool) -> None:
        if trouble is not None:
            self.world.sandbox.add_fault(trouble)
        self._watched(lambda: self.engine.up(self._typed(), replace=replace))

    @rule(position=st.integers(1, 8), committed=FLAGS)
    def up_and_die(self, position: int, committed: bool) -> None:
        send = Transport.send
        left = position

        def dying(transport: Transport, *args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            answer = send(transport, *args, **kwargs) if left or committed else None
            if left == 0:
                raise KilledError
            return answer

        self.patch(dying)
        try:
            self._watched(lambda: self.engine.up(self._typed()))
        except KilledError:
            self.doubtful |= self.declared
        finally:
            self.patch(send)

    def teardown(self) -> None:
        """Without further trouble the stack converges, where at most it asks for adopt=True."""
        for _, number in [key for key in self.world.members if key[1] in self.declared]:
            for pool in (POOL, OTHER_POOL):
                wanted = any(
                    (each["number_pool_uuid"], each["number"]) == (pool, number) for each in self.program.values()
                )
                if not wanted and (pool, number) in self.world.members:
                    self.world.hands.pool_members.remove(MemberKind.NUMBER, pool, number)
        self.world.sandbox.seed(ACCOUNT)
        assert self.engine.refresh() == []
        errors = self._watched(lambda: self.engine.up(self._typed()))
        assert all("adopt=True" in error for error in errors)
        self.program = {name: {**inputs, "adopt": True} for name, inputs in self.program.items()}
        assert self._watched(lambda: self.engine.up(self._typed())) == []
        live = self.world.members
        for inputs in self.program.values():
            assert live[inputs["number_pool_uuid"], inputs["number"]] == inputs["service"]

    @property
    def declared(self) -> set[str]:
        return {str(inputs["number"]) for inputs in self.program.values()}

    def _typed(self) -> dict[str, tuple[type[PoolNumberProvider], dict[str, Any]]]:
        return {name: (PoolNumberProvider, inputs) for name, inputs in self.program.items()}

    def _watched(self, up: Callable[[], list[str]]) -> list[str]:
        """Run `up`, and assert what must hold after it, also when it dies."""
        owned = [*self.engine.state.values(), *self.engine.pending]
        given_up = {each.id for each in owned if each.outputs["unrent"]} - self.declared
        ours = {(str(each.outputs["number_pool_uuid"]), each.id) for each in owned}
        ours |= {(str(each["number_pool_uuid"]), str(each["number"])) for each in self.program.values()}
        before, unrented = self.world.members, len(self.world.unrented)
        self.world.sandbox.calls.clear()
        try:
            errors = up()
        finally:
            self.world.sandbox.clear_faults()
            live = self.world.members
            gone = set(self.world.unrented[unrented:])
            assert gone <= given_up
            for place, service in before.items():
                assert place in ours or live.get(place) == service or place[1] in gone
            for call in self.world.sandbox.calls:
                assert call.method == "GET" or any(f"/{pool}/" in call.path for pool, _ in ours)
        shown = " ".join(errors)
        for inputs in self.program.values():
            place = (inputs["number_pool_uuid"], inputs["number"])
            assert place in live or place[1] in shown or place[1] in self.doubtful
        assert (POOL, SHORTCODE) in live
        self.doubtful |= {number for number in self.declared if number in shown}
        return errors


@pytest.mark.slow
def test_random_programs_with_faults_deaths_and_other_hands_lose_no_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class InThisWorld(Programs):
        pass

    InThisWorld.world = world
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
