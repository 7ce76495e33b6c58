"""Powerpacks, with a fault or an end at every call: none is made twice, and nothing is given back unasked."""

from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from plivo_sandbox.engine.result import Result

from tests.conftest import NUMBER, OTHER_NUMBER
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.judging import assert_fit_to_be_read
from tests.faults.one_process import EngineDiedError
from tests.faults.powerpacks import Pack, WholeProgram
from tests.faults.troubles import CtrlC, Death, Trouble, alternating_faults

OTP = "otp"


class Change(NamedTuple):
    """A program before, and one after."""

    before: dict[str, Pack]
    after: dict[str, Pack]


CHANGES = {
    "create": Change({}, {"pack": Pack()}),
    "adopt and change": Change({}, {"pack": Pack(OTP, adopt=True, sticky_sender=False)}),
    "change in place": Change({"pack": Pack()}, {"pack": Pack("news", sticky_sender=False)}),
    "rename the resource": Change({"pack": Pack()}, {"box": Pack()}),
    "delete": Change({"pack": Pack()}, {}),
    "delete and give back": Change({"pack": Pack(unrent_numbers=True)}, {}),
    "one goes and one comes": Change({"pack": Pack(unrent_numbers=True)}, {"box": Pack("news")}),
}
INSIDE = [NUMBER, OTHER_NUMBER]


class Stage:
    """The world and a stack as the program before left them, with two numbers in its Powerpack's pool."""

    def __init__(self, world: World, stack: FastStack, change: Change) -> None:
        self.world, self.stack, self.change = world, stack, change
        world.sandbox.set_quirk("duplicate-powerpack-name", "accept")
        assert self.up(change.before).errors == []
        for each in self.made:
            world.put(each.number_pool_uuid, INSIDE)
        self._saved = world.sandbox.saved(), stack.state.read_bytes()

    @property
    def made(self) -> list[Any]:
        """The Powerpacks that were not there from the beginning."""
        return [each for each in self.world.hands.powerpacks.all() if each.name not in (OTP, "alerts")]

    def up(self, program: dict[str, Pack], trouble: Trouble = None) -> Result:
        """Run `up`. Raises EngineDiedError."""
        return self.stack.run("up", WholeProgram(program, {}).declared, trouble=trouble)

    def reset(self) -> None:
        """Bring everything back to what it was."""
        pools, state = self._saved
        self.world.sandbox.clear_faults()
        self.world.sandbox.restore(pools)
        self.stack.state.write_bytes(state)

    def run(self, trouble: Trouble = None) -> Result | None:
        """Make the change; None when the engine died."""
        try:
            result = self.up(self.change.after, trouble)
        except EngineDiedError:
            return None
        assert_fit_to_be_read(result)
        return result

    def converge(self) -> None:
        """Assert that nothing is lost, and that runs without faults bring about what the program says."""
        self.world.sandbox.clear_faults()
        gives_back = any(each.unrent_numbers for each in self.change.before.values())
        assert set(self.world.unrented) <= (set(INSIDE) if gives_back else set())
        program = self.change.after
        errors = self.up(program).errors
        if errors:
            assert all("adopt=True" in error for error in errors)
            program = {name: replace(each, adopt=True) for name, each in program.items()}
            assert self.up(program).errors == []
        wanted = {each.name: each.sticky_sender for each in program.values()}
        live = {each.name: each.sticky_sender for each in self.world.hands.powerpacks.all()}
        assert {name: live.get(name) for name in wanted} == wanted
        names = [each.name for each in self.made]
        assert len(names) == len(set(names)) == len(wanted.keys() - {OTP})
        self.world.sandbox.calls.clear()
        assert self.up(program).errors == []
        assert all(call.method == "GET" for call in self.world.sandbox.calls)

    def calls(self) -> int:
        """Make the change without faults; return how many calls it takes."""
        self.reset()
        result = self.run()
        assert result is not None
        assert result.errors == []
        count = len(self.world.sandbox.calls)
        self.converge()
        return count


@pytest.fixture(params=list(CHANGES))
def stage(request: pytest.FixtureRequest, world: World, stack: FastStack) -> Stage:
    """Each change."""
    return Stage(world, stack, CHANGES[request.param])


def test_a_fault_at_any_call_makes_no_second_powerpack_and_gives_nothing_back_unasked(stage: Stage) -> None:
    for fault in alternating_faults(range(stage.calls())):
        stage.reset()
        stage.world.sandbox.add_fault(fault)
        stage.run()
        stage.converge()


@pytest.mark.parametrize("moment", ["before the call", "after the call", "Ctrl-C"])
def test_an_end_at_any_call_makes_no_second_powerpack_and_gives_nothing_back_unasked(stage: Stage, moment: str) -> None:
    for position in range(1, stage.calls() + 1):
        stage.reset()
        death = Death(EngineDiedError, position, committed=moment == "after the call")
        stage.run(CtrlC(position) if moment == "Ctrl-C" else death)
        stage.converge()
