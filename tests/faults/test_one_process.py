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
from tests.faults.programs import Member, Program, registered
from tests.faults.test_random_programs import Death, dying_at

FIRST: Program = {
    "a": Member(NUMBER, POOL),
    "b": Member(OTHER_NUMBER, POOL, peril="unrent"),
    "c": Member(TOLL_FREE, POOL),
}
SECOND: Program = {
    "a": Member("14155550102", POOL, peril="deletes_first"),
    "d": Member(OTHER_NUMBER, OTHER_POOL, service="mms", aliases=frozenset({"b"})),
}
SOURCES = [
    f"""
from pulumi_plivo import PoolNumber, PoolTollFree
PoolNumber("a", number_pool_uuid="{POOL}", number="{NUMBER}")
PoolNumber("b", number_pool_uuid="{POOL}", number="{OTHER_NUMBER}", unrent=True)
PoolTollFree("c", number_pool_uuid="{POOL}", number="{TOLL_FREE}")
""",
    f"""
from pulumi import Alias, ResourceOptions
from pulumi_plivo import PoolNumber
first = ResourceOptions(delete_before_replace=True)
PoolNumber("a", number_pool_uuid="{POOL}", number="14155550102", opts=first)
renamed = ResourceOptions(aliases=[Alias(name="b")])
PoolNumber("d", number_pool_uuid="{OTHER_POOL}", number="{OTHER_NUMBER}", service="mms", opts=renamed)
""",
]


@pytest.fixture
def stack(world: World, tmp_path: Path) -> FastStack:
    """An empty stack on the local Plivo."""
    return FastStack(tmp_path / "stack", world.config)


def comparable(stack: FastStack) -> list[dict[str, Any]]:
    """Return the members in the state without what differs from run to run."""
    entries = [{**entry, "created": "", "modified": "", "provider": ""} for entry in stack.owned]
    for entry in entries:
        entry["outputs"] = {**entry["outputs"], "added_on": ""}
    return sorted(entries, key=lambda entry: str(entry["urn"]))


def test_the_state_is_the_one_that_processes_make(world: World, stack: FastStack, tmp_path: Path) -> None:
    in_one_process = []
    for program in (FIRST, SECOND):
        assert stack.run("up", registered(program)).succeeded
        in_one_process.append((comparable(stack), world.members))
    world.reset()
    apart = FastStack(tmp_path / "apart", world.config)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "PLIVO_"))}
    environment["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE
    for source, expected in zip(SOURCES, in_one_process, strict=True):
        (tmp_path / "apart" / "program" / "__main__.py").write_text(source)
        result = operations.up(tmp_path / "apart", NAME.stack, state=apart.state, environment=environment)
        assert result.errors == []
        assert (comparable(apart), world.members) == expected


def test_a_dead_plugin_fails_its_call_and_every_later_one_of_the_command(
    stack: FastStack, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Transport, "send", dying_at(Death(PluginDiedError, 1, committed=False)))
        result = stack.run("up", registered(FIRST))

    assert [step.operation for step in result.steps if "plivo" in step.type] == ["failed"] * 3
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
