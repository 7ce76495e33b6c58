"""The embedded engine in one process does what it does with processes, and dies as they do."""

import os
from pathlib import Path
from typing import Any

import pytest
from plivo_sandbox.engine import operations
from pulumi_plivo.api.transport import Transport

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, TOLL_FREE
from tests.faults.conftest import World
from tests.faults.fast_stack import NAME, PASSPHRASE, FastStack
from tests.faults.one_process import EngineDiedError, PluginDiedError
from tests.faults.programs import Many, Member, Program, registered
from tests.faults.troubles import Death, dying_at

LISTED = ("14155550103", "14155550104", "14155550105")
FIRST: Program = {
    "a": Member(NUMBER, POOL),
    "b": Member(OTHER_NUMBER, POOL, peril="unrent"),
    "c": Member(TOLL_FREE, POOL),
    "many": Many(LISTED, POOL),
}
SECOND: Program = {
    "a": Member("14155550102", POOL, peril="deletes_first"),
    "d": Member(OTHER_NUMBER, OTHER_POOL, service="mms", aliases=frozenset({"b"})),
    "many": Many(LISTED[1:], OTHER_POOL, service="mms", exclusive=True),
}
SOURCES = [
    f"""
from pulumi_plivo import PoolNumber, PoolNumbers, PoolTollFree
PoolNumber("a", number_pool_uuid="{POOL}", number="{NUMBER}")
PoolNumber("b", number_pool_uuid="{POOL}", number="{OTHER_NUMBER}", unrent=True)
PoolTollFree("c", number_pool_uuid="{POOL}", number="{TOLL_FREE}")
PoolNumbers("many", number_pool_uuid="{POOL}", numbers={list(LISTED)})
""",
    f"""
from pulumi import Alias, ResourceOptions
from pulumi_plivo import PoolNumber, PoolNumbers
first = ResourceOptions(delete_before_replace=True)
PoolNumber("a", number_pool_uuid="{POOL}", number="14155550102", opts=first)
renamed = ResourceOptions(aliases=[Alias(name="b")])
PoolNumber("d", number_pool_uuid="{OTHER_POOL}", number="{OTHER_NUMBER}", service="mms", opts=renamed)
PoolNumbers("many", number_pool_uuid="{OTHER_POOL}", numbers={list(LISTED[1:])}, service="mms", exclusive=True)
""",
]


@pytest.fixture
def stack(world: World, tmp_path: Path) -> FastStack:
    """An empty stack on the local Plivo."""
    return FastStack(tmp_path / "stack", world.config)


def environment() -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "PLIVO_"))}
    return {**inherited, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}


def comparable(stack: FastStack) -> list[dict[str, Any]]:
    """Return the members in the state without what differs from run to run."""
    entries = [{**entry, "created": "", "modified": "", "provider": ""} for entry in stack.owned]
    for entry in entries:
        entry["outputs"] = {**entry["outputs"], "added_on": ""}
        # A resource of many numbers has a token of its own.
        entry["id"] = entry["id"].partition("/")[0]
    return sorted(entries, key=lambda entry: str(entry["urn"]))


def test_the_state_is_the_one_that_processes_make(world: World, stack: FastStack, tmp_path: Path) -> None:
    in_one_process = []
    for program in (FIRST, SECOND):
        assert stack.run("up", registered(program)).succeeded
        in_one_process.append((comparable(stack), world.members))
    world.reset()
    apart = FastStack(tmp_path / "apart", world.config)
    for source, expected in zip(SOURCES, in_one_process, strict=True):
        (tmp_path / "apart" / "program" / "__main__.py").write_text(source)
        result = operations.up(tmp_path / "apart", NAME.stack, state=apart.state, environment=environment())
        assert result.errors == []
        assert (comparable(apart), world.members) == expected


def test_a_dead_plugin_fails_its_call_and_every_later_one_of_the_command(
    stack: FastStack, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Transport, "send", dying_at(Death(PluginDiedError, 1, committed=False)))
        result = stack.run("up", registered(FIRST))

    assert [step.operation for step in result.steps if "plivo" in step.type] == ["failed"] * len(FIRST)
    assert all("the provider's process has ended" in error for error in result.errors)
    assert world.sandbox.calls == []
    assert stack.run("up", registered(FIRST)).succeeded


def test_a_dead_engine_writes_nothing_more(stack: FastStack, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stack.run("up", registered({"a": FIRST["a"]})).succeeded
    before = stack.state.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(Transport, "send", dying_at(Death(EngineDiedError, 1, committed=True)))
        with pytest.raises(EngineDiedError):
            stack.run("destroy")

    assert (POOL, NUMBER) not in world.members
    assert stack.state.read_bytes() == before
    assert stack.run("destroy").succeeded
    assert stack.owned == []


def test_what_the_plugin_of_one_command_knew_is_forgotten_in_the_next(stack: FastStack, world: World) -> None:
    assert stack.run("up", registered(FIRST)).succeeded

    assert stack.run("destroy").succeeded

    assert {number for pool, number in world.members} == {"77777"}
    assert world.unrented == [OTHER_NUMBER]


def test_a_run_that_leaves_something_unfinished_fails_as_a_program_does_and_deletes_nothing(
    world: World, stack: FastStack, tmp_path: Path
) -> None:
    singles: Program = {"a": Member(NUMBER, POOL)}
    before: Program = {"many": Many((OTHER_NUMBER,), POOL), "more": Many(LISTED[:1], POOL), **singles}
    after: Program = {"many": Many((OTHER_NUMBER, LISTED[1]), POOL), "more": Many((LISTED[0], LISTED[2]), POOL)}
    faults = [f"POST */{digits}/ status=400" for digits in LISTED[1:]]
    assert stack.run("up", registered(before)).succeeded
    for fault in faults:
        world.sandbox.add_fault(fault)
    result = stack.run("up", registered(after))
    in_one_process = (comparable(stack), world.members)
    world.reset()
    apart = FastStack(tmp_path / "apart", world.config)
    assert apart.run("up", registered(before)).succeeded
    for fault in faults:
        world.sandbox.add_fault(fault)
    lines = [
        f"PoolNumbers({name!r}, number_pool_uuid={each.pool!r}, numbers={list(each.numbers)})"
        for name, each in after.items()
    ]
    source = "\n".join(["from pulumi_plivo import PoolNumbers", *lines])
    (tmp_path / "apart" / "program" / "__main__.py").write_text(source)
    from_program = operations.up(tmp_path / "apart", NAME.stack, state=apart.state, environment=environment())
    assert (comparable(apart), world.members) == in_one_process
    assert [from_program.succeeded, result.succeeded] == [False, False]
    assert (POOL, NUMBER) in world.members
    assert len(result.errors) == len(after)
    # The SDK shows one error of a program; the plugin names the rest.
    shown = " ".join([*from_program.errors, *from_program.warnings])
    assert all(f"not added: {digits}" in shown for digits in LISTED[1:])
