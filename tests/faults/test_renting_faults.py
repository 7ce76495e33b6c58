"""Renting, with a fault or an end at every call: money is spent once for a number, and what was bought is added."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from plivo_sandbox.engine.result import Result
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import NUMBER, POOL
from tests.faults.conftest import World
from tests.faults.declaring import Declared
from tests.faults.fast_stack import FastStack
from tests.faults.judging import assert_fit_to_be_read
from tests.faults.one_process import EngineDiedError
from tests.faults.troubles import CtrlC, Death, Trouble, alternating_faults

OFFERED = ["14155550170", "14155550171"]
ONE = "PoolNumber one", {"number": OFFERED[0]}
MANY = "PoolNumbers many", {"numbers": [NUMBER, *OFFERED]}


def declared(name: str, inputs: dict[str, object]) -> Declared:
    """Return what the resource's constructor would register."""
    kind, _, resource = name.partition(" ")
    numbers = inputs.get("numbers") or [inputs["number"]]
    provider = PoolNumbersProvider() if kind == "PoolNumbers" else PoolNumberProvider()
    claim = Claim(name, POOL, tuple(numbers))  # type: ignore[arg-type]
    return Declared(kind, resource, provider, {**inputs, "number_pool_uuid": POOL, "rent": True}, claim)


class Stage:
    """An empty stack that may rent, and a world that counts what is bought twice."""

    def __init__(self, world: World, stack: FastStack, program: Declared) -> None:
        self.world, self.stack, self.program = world, stack, program
        world.sandbox.seed({"numbers_for_sale": [{"number": each} for each in OFFERED]})
        self._saved = world.sandbox.saved()

    def reset(self) -> None:
        """Bring everything back to what it was."""
        self.world.sandbox.clear_faults()
        self.world.sandbox.restore(self._saved)
        self.stack.forget()

    def up(self, trouble: Trouble = None) -> Result | None:
        """Run `up`; None when the engine died."""
        try:
            result = self.stack.run("up", [self.program], trouble=trouble)
        except EngineDiedError:
            return None
        assert_fit_to_be_read(result)
        return result

    def asked_to_buy(self) -> list[str]:
        """The numbers of the calls that asked to rent, in order."""
        calls = self.world.sandbox.calls
        return [
            call.path.split("/")[-2]
            for call in calls
            # A 429 says that nothing was done.
            if call.method == "POST" and call.status != 429 and json.loads(call.body or b"{}").get("rent")
        ]

    def converge(self) -> None:
        """Assert that runs without faults bring in what the program says, and rent nothing that is rented."""
        self.world.sandbox.clear_faults()
        rented, asked = {*self.world.rented}, self.asked_to_buy()
        assert len(asked) == len({*asked})
        self.world.sandbox.calls.clear()
        result = self.up()
        assert result is not None
        if result.errors:
            # What a run that was killed has brought in is by other hands, as far as a state can tell.
            assert all("adopt=True" in error for error in result.errors)
            adopting = replace(self.program, inputs={**self.program.inputs, "adopt": True})
            assert self.stack.run("up", [adopting]).errors == []
        again = self.asked_to_buy()
        assert not rented & {*again}
        assert len(again) == len({*again})
        wanted = set(self.program.claim.members)
        assert wanted <= {number for pool, number in self.world.members if pool == POOL}
        assert self.world.unrented == []

    def calls(self) -> int:
        """Bring the program up without faults; return how many calls it takes."""
        self.reset()
        result = self.up()
        assert result is not None
        assert result.errors == []
        count = len(self.world.sandbox.calls)
        self.converge()
        return count


@pytest.fixture(params=[ONE, MANY], ids=["one", "many"])
def stage(request: pytest.FixtureRequest, world: World, tmp_stack: Callable[..., FastStack]) -> Stage:
    """A number alone, and a list."""
    return Stage(world, tmp_stack({"plivo:allowRent": "true"}), declared(*request.param))


@pytest.mark.parametrize("half", ["full", "partial-error"])
def test_a_fault_at_any_call_spends_money_at_most_once(stage: Stage, half: str) -> None:
    stage.world.sandbox.set_quirk("rent-on-add", half)
    for fault in alternating_faults(range(stage.calls())):
        stage.reset()
        stage.world.sandbox.add_fault(fault)
        stage.up()
        stage.converge()


@pytest.mark.parametrize("moment", ["before the call", "after the call", "Ctrl-C"])
def test_an_end_at_any_call_spends_money_at_most_once(stage: Stage, moment: str) -> None:
    for position in range(1, stage.calls() + 1):
        stage.reset()
        death = Death(EngineDiedError, position, committed=moment == "after the call")
        stage.up(CtrlC(position) if moment == "Ctrl-C" else death)
        stage.converge()


def test_a_preview_spends_nothing(stage: Stage) -> None:
    result = stage.stack.run("preview", [stage.program])
    assert result.errors == []
    assert all(call.method == "GET" for call in stage.world.sandbox.calls)
