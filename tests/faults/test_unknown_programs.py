"""While it is not known what the rest of a program declares, a list gives nothing up."""

from typing import Any

import pytest
from pulumi_plivo import declared
from pulumi_plivo.api import MemberKind
from pulumi_plivo.claims import ANY
from pulumi_plivo.planned_numbers import UNKNOWN_ELSEWHERE
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pytest_mock import MockerFixture

from tests.conftest import OTHER_POOL, POOL
from tests.faults.conftest import World
from tests.faults.small_engine import Program, SmallEngine

ALL = ["14155550100", "14155550101", "14155550102"]
STRANGER = "14155550103"
AWAITED = {UNKNOWN_ELSEWHERE: {"PoolNumbers b #1": ANY}}


@pytest.fixture
def engine(world: World, mocker: MockerFixture) -> SmallEngine:
    """A stack with one list, of whose program the rest does not come."""
    engine = SmallEngine(world.config)
    assert not engine.up(program(numbers=ALL))
    mocker.patch.object(declared, "PATIENCE", 0)
    return engine


def held(world: World, pool: str = POOL) -> set[str]:
    """The numbers in a pool."""
    return {digits for (place, digits), service in world.members.items() if place == pool and service}


def program(**inputs: Any) -> Program:
    """A program with one list."""
    return {"a": (PoolNumbersProvider, {"number_pool_uuid": POOL, **inputs})}


@pytest.mark.parametrize("pool", [POOL, OTHER_POOL])
def test_what_leaves_the_list_stays_in_its_pool_and_in_the_state_until_the_program_is_known(
    engine: SmallEngine, world: World, pool: str
) -> None:
    shorter = {"number_pool_uuid": pool, "numbers": ALL[:2]}
    (error,) = engine.up(program(**shorter, **AWAITED))
    assert f"not removed: {ALL[2]}; {ALL[2]}: what the rest of the program declares" in error
    assert ALL[2] in held(world)
    assert ALL[2] in engine.state["a"].outputs["numbers"]
    assert not engine.up(program(**shorter))
    assert held(world) == (set(ALL[:2]) if pool == POOL else set())
    assert engine.state["a"].outputs["numbers"] == ALL[:2]


def test_an_exclusive_list_removes_nobody_until_the_program_is_known(engine: SmallEngine, world: World) -> None:
    world.hands.pool_members.add(MemberKind.NUMBER, POOL, STRANGER)
    (error,) = engine.up(program(numbers=ALL, exclusive=True, **AWAITED))
    assert (
        "exclusive=True: no other number was removed: what the rest of the program declares is not known yet" in error
    )
    assert held(world) == {*ALL, STRANGER}
    assert not engine.up(program(numbers=ALL, exclusive=True))
    assert held(world) == set(ALL)
