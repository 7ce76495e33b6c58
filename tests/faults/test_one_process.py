"""The embedded engine in one process does what it does with processes, and dies as they do."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plivo_sandbox.engine import operations
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE
from tests.faults.conftest import World, members_in
from tests.faults.fast_stack import NAME, PASSPHRASE, FastStack
from tests.faults.one_process import EngineDiedError, PluginDiedError
from tests.faults.programs import Many, Member, Program, registered
from tests.faults.troubles import CtrlC, Death

LISTED = ("14155550103", "14155550104", "14155550105")
THIRD = "14155550102"
#: Programs that follow each other, and what their user writes for them.
PROGRAMS: list[tuple[Program, str]] = [
    (
        {
            "a": Member(POOL, number=NUMBER),
            "b": Member(POOL, number=OTHER_NUMBER, unrent=True),
            "c": Member(POOL, number=TOLL_FREE, protect=True),
            "s": Member(POOL, number=SHORTCODE),
            "many": Many(POOL, listed=LISTED),
        },
        f"""
PoolNumber("a", number_pool_uuid="{POOL}", number="{NUMBER}")
PoolNumber("b", number_pool_uuid="{POOL}", number="{OTHER_NUMBER}", unrent=True)
PoolTollFree("c", number_pool_uuid="{POOL}", number="{TOLL_FREE}", opts=ResourceOptions(protect=True))
PoolShortcode("s", number_pool_uuid="{POOL}", shortcode="{SHORTCODE}")
PoolNumbers("many", number_pool_uuid="{POOL}", numbers={list(LISTED)})
""",
    ),
    (
        {
            "a": Member(POOL, number=THIRD, ignores=True),
            "d": Member(OTHER_POOL, "mms", number=OTHER_NUMBER, aliases=frozenset({"b"})),
            "c": Member(POOL, number=TOLL_FREE),
            "many": Many(OTHER_POOL, listed=LISTED[1:], own_services=frozenset({(LISTED[1], "mms")}), exclusive=True),
            "x": Member(POOL, number=LISTED[0], needs="many", unrent=True, adopt=True),
        },
        f"""
PoolNumber("a", number_pool_uuid="{POOL}", number="{THIRD}", opts=ResourceOptions(ignore_changes=["number"]))
renamed = ResourceOptions(aliases=[Alias(name="b")])
PoolNumber("d", number_pool_uuid="{OTHER_POOL}", number="{OTHER_NUMBER}", service="mms", opts=renamed)
PoolTollFree("c", number_pool_uuid="{POOL}", number="{TOLL_FREE}")
services = {{"{LISTED[1]}": "mms", "{LISTED[2]}": ""}}
many = PoolNumbers("many", number_pool_uuid="{OTHER_POOL}", numbers=services, exclusive=True)
after = ResourceOptions(depends_on=[many])
PoolNumber("x", number_pool_uuid="{POOL}", number="{LISTED[0]}", unrent=True, adopt=True, opts=after)
""",
    ),
]
FIRST = PROGRAMS[0][0]
HEAD = """
from pulumi import Alias, ResourceOptions
from pulumi_plivo import PoolNumber, PoolNumbers, PoolShortcode, PoolTollFree
"""


def comparable(stack: FastStack) -> list[dict[str, Any]]:
    """Return the resources in the state, the ledger among them, without what differs from run to run."""
    assert stack.ledger is not None
    entries = [{**entry, "created": "", "modified": "", "provider": ""} for entry in (stack.ledger, *stack.owned)]
    for entry in entries:
        outputs = entry["outputs"] = {**entry["outputs"], "added_on": ""}
        outputs["details"] = {**outputs.get("details", {}), "added_on": ""}
        if "claims" in outputs:
            # When the stack began to claim a number, and when it did not.
            for times in ("since", "gaps"):
                numbers = " ".join(outputs["claims"].get(times, {}).values()).split()
                outputs["claims"] = {**outputs["claims"], times: sorted(numbers)}
        # A resource of many numbers has a token of its own.
        entry["id"] = entry["id"].partition("/")[0]
        entry["dependencies"] = sorted(entry["dependencies"]) if "dependencies" in entry else []
        entry["propertyDependencies"] = {}
    return sorted(entries, key=lambda entry: str(entry["urn"]))


@pytest.mark.slow
def test_the_state_is_the_one_that_processes_make(
    world: World,
    stack: FastStack,
    sandbox: RunningSandbox,
    tmp_path: Path,
) -> None:
    in_one_process = []
    for program, _ in PROGRAMS:
        assert stack.run("up", registered(program)).errors == []
        in_one_process.append((comparable(stack), world.members))
    apart = FastStack(tmp_path / "apart", {**world.config, "plivo:baseUrl": sandbox.base_url})
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "PLIVO_"))}
    environment = {**inherited, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    for (_, source), (state, members) in zip(PROGRAMS, in_one_process, strict=True):
        (tmp_path / "apart" / "program" / "__main__.py").write_text(HEAD + source)
        result = operations.up(tmp_path / "apart", NAME.stack, state=apart.state, environment=environment)
        assert result.errors == []
        assert comparable(apart) == state
        assert members_in(sandbox.state()) == members


def test_a_dead_plugin_fails_its_call_and_nothing_is_registered_after_it(stack: FastStack, world: World) -> None:
    result = stack.run("up", registered(FIRST), trouble=Death(PluginDiedError, 1, committed=False))
    assert [step.name for step in result.steps if step.operation == "failed"] == [next(iter(FIRST))]
    assert all("the provider's process has ended" in error for error in result.errors)
    assert world.sandbox.calls == []
    assert stack.run("up", registered(FIRST)).succeeded


@pytest.mark.parametrize("order", [None, 7])
def test_a_dead_engine_writes_nothing_more(stack: FastStack, world: World, order: int | None) -> None:
    assert stack.run("up", registered({"a": FIRST["a"]})).succeeded
    before = stack.state.read_bytes()
    with pytest.raises(EngineDiedError):
        stack.run("destroy", trouble=Death(EngineDiedError, 1, committed=True), order=order)
    assert (POOL, NUMBER) not in world.members
    assert stack.state.read_bytes() == before
    assert stack.run("destroy", order=order).succeeded
    assert stack.owned == []


def test_after_a_ctrl_c_what_is_under_way_is_finished_and_kept_and_nothing_more_is_begun(
    stack: FastStack, world: World
) -> None:
    wanted: Program = {"a": Member(POOL, number=NUMBER), "b": Member(POOL, number=OTHER_NUMBER)}
    assert stack.run("up", registered({"z": Member(POOL, number=THIRD)})).succeeded
    calls = len(world.sandbox.calls)
    result = stack.run("up", registered(wanted), trouble=CtrlC(calls))
    assert world.sandbox.calls[-1].method == "POST"
    assert (result.cancelled, result.succeeded) == (True, False)
    assert {entry["id"] for entry in stack.owned} == {NUMBER, THIRD}
    assert world.members.keys() >= {(POOL, NUMBER), (POOL, THIRD)}
    assert (POOL, OTHER_NUMBER) not in world.members


def test_what_the_plugin_of_one_command_knew_is_forgotten_in_the_next(stack: FastStack, world: World) -> None:
    program = {name: each for name, each in FIRST.items() if not each.protect}
    assert stack.run("up", registered(program)).succeeded
    assert stack.run("destroy").succeeded
    assert world.members == {}
    assert stack.owned == []


def test_three_resources_at_once_end_alike_in_every_order_and_a_seed_repeats_its_order(
    stack: FastStack, world: World
) -> None:
    orders: list[list[tuple[str, str]]] = []
    for seed in [*range(6), 5]:
        world.reset()
        stack.forget()
        assert stack.run("up", registered(FIRST), order=seed).succeeded
        orders.append([(call.method, call.path) for call in world.sandbox.calls])
        assert {number for _, number in world.members} == {number for each in FIRST.values() for number in each.numbers}
    assert orders[-1] == orders[-2]
    assert len({str(order) for order in orders}) > 3


def test_a_run_that_leaves_something_unfinished_fails_as_a_program_does_and_deletes_nothing(
    world: World, stack: FastStack
) -> None:
    before: Program = {"many": Many(POOL, listed=LISTED[:1]), "a": Member(POOL, number=NUMBER)}
    assert stack.run("up", registered(before)).succeeded
    world.sandbox.add_fault(f"POST */{LISTED[1]}/ status=400")
    result = stack.run("up", registered({"many": Many(POOL, listed=LISTED[:2])}))
    assert [error for error in result.errors if f"not done: {LISTED[1]}" in error]
    assert (POOL, NUMBER) in world.members


def test_what_a_resource_may_want_whose_numbers_never_come_stays_where_it_is(world: World, stack: FastStack) -> None:
    before: Program = {"a": Member(POOL, number=NUMBER, unrent=True), "many": Many(POOL, listed=LISTED, unrent=True)}
    assert stack.run("up", registered(before)).succeeded
    held = world.members
    shorter, unknown = registered({"many": Many(POOL, listed=LISTED[1:], unrent=True), "b": FIRST["a"]})
    unknown = replace(unknown, claim=replace(unknown.claim, members=(), is_partial=True), is_sent=False)
    result = stack.run("up", [shorter, unknown])
    assert [error for error in result.errors if "PoolNumber b may want it" in error]
    assert any(
        f"up to 2 numbers will be given back to Plivo for good: {NUMBER}, {LISTED[0]}" in line for line in stack.printed
    )
    assert world.members == held
    assert stack.run("up", [shorter]).succeeded
    assert sorted(world.unrented) == [NUMBER, LISTED[0]]


def test_a_run_without_the_ledger_fails_and_deletes_nothing(world: World, stack: FastStack) -> None:
    before: Program = {"a": Member(POOL, number=NUMBER), "many": Many(POOL, listed=LISTED)}
    assert stack.run("up", registered(before)).succeeded
    held = world.members
    result = stack.run("up", registered({"many": Many(POOL, listed=LISTED[1:])}), targets=["many", "a"])
    assert not result.succeeded
    assert world.members == held
