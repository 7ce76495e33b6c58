"""Powerpacks, with a fault or an end at every call: none is made twice, and nothing is given back unasked."""

from typing import Any, NamedTuple

import pytest
from plivo_sandbox.engine.result import Result
from pulumi_plivo.plans.claim import POWERPACKS, Claim, powerpack_member
from pulumi_plivo.powerpack import PowerpackProvider

from tests.conftest import NUMBER, OTHER_NUMBER
from tests.faults.conftest import World
from tests.faults.declaring import Declared
from tests.faults.fast_stack import FastStack
from tests.faults.judging import assert_fit_to_be_read
from tests.faults.one_process import EngineDiedError
from tests.faults.troubles import CtrlC, Death, Trouble, alternating_faults

OTP = "otp"


class Pack(NamedTuple):
    """A Powerpack as a program declares it."""

    resource: str = "pack"
    name: str = "letters"
    sticky_sender: bool = True
    unrent_numbers: bool = False
    adopt: bool = False

    def declared(self) -> Declared:
        """Return what its constructor would register."""
        inputs = {key: getattr(self, key) for key in ("name", "sticky_sender", "unrent_numbers", "adopt")}
        claim = Claim(
            f"Powerpack {self.resource}",
            POWERPACKS,
            (powerpack_member(self.name),),
            unrent=self.unrent_numbers,
            is_adopting=self.adopt,
        )
        return Declared("Powerpack", self.resource, PowerpackProvider(), inputs, claim)


class Change(NamedTuple):
    """A program before, and one after."""

    before: list[Pack]
    after: list[Pack]


CHANGES = {
    "create": Change([], [Pack()]),
    "adopt and change": Change([], [Pack(name=OTP, adopt=True, sticky_sender=False)]),
    "change in place": Change([Pack()], [Pack(name="news", sticky_sender=False)]),
    "rename the resource": Change([Pack()], [Pack("box")]),
    "delete": Change([Pack()], []),
    "delete and give back": Change([Pack(unrent_numbers=True)], []),
    "one goes and one comes": Change([Pack(unrent_numbers=True)], [Pack("box", "news")]),
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

    def up(self, program: list[Pack], trouble: Trouble = None) -> Result:
        """Run `up`. Raises EngineDiedError."""
        return self.stack.run("up", [each.declared() for each in program], trouble=trouble)

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
        gives_back = any(each.unrent_numbers for each in self.change.before)
        assert set(self.world.unrented) <= (set(INSIDE) if gives_back else set())
        program = self.change.after
        errors = self.up(program).errors
        if errors:
            assert all("adopt=True" in error for error in errors)
            program = [each._replace(adopt=True) for each in program]
            assert self.up(program).errors == []
        wanted = {each.name: each.sticky_sender for each in program}
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
