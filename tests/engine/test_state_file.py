"""The state file: Pulumi's format, always whole, and one run at a time."""

import json
import os
import subprocess
import threading
from contextlib import suppress

import psutil
import pytest
from plivo_sandbox.engine.errors import EngineError

from tests.engine.toy_stack import CliToyStack, ToyStack, operations_of

PROGRAM = """
token = pulumi.Config("toy").require_secret("token")
box = Box("box", colour="red")
a = Toy("a", token=token, opts=ResourceOptions(parent=box))
b = Toy("b", size=a.length, opts=ResourceOptions(additional_secret_outputs=["length"], depends_on=[box]))
read = Toy("read", opts=ResourceOptions(id="a", depends_on=[b]))
pulumi.export("token", token)
pulumi.export("length", b.length)
"""


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill the engine, and what it has started."""
    started = psutil.Process(process.pid).children(recursive=True)
    with process:
        process.kill()
    for each in started:
        with suppress(psutil.NoSuchProcess):
            each.kill()


def test_the_state_can_be_imported_into_the_cli_and_previews_with_no_change(
    stack: ToyStack, cli_stack: CliToyStack
) -> None:
    cli_stack.environment["TOY_WORLD"] = str(stack.world)
    cli_stack.declare(PROGRAM)
    stack.up(PROGRAM)
    cli_stack.pulumi("stack", "init", "dev", check=True)

    cli_stack.pulumi("stack", "import", "--stack", "dev", "--file", str(stack.state), check=True)

    cli_stack.pulumi("preview", "--stack", "dev", "--expect-no-changes", check=True)
    assert cli_stack.run("destroy").succeeded
    assert stack.live == set()


def test_a_state_of_the_cli_goes_on_on_the_embedded_engine(stack: ToyStack, cli_stack: CliToyStack) -> None:
    stack.environment["TOY_WORLD"] = str(cli_stack.world)
    assert cli_stack.up(PROGRAM).succeeded
    stack.state.parent.mkdir()
    stack.state.write_text(cli_stack.pulumi("stack", "export", "--stack", "dev", check=True).stdout)

    result = stack.up(PROGRAM)

    assert result.summary == {"same": 4, "read": 1}
    assert stack.run("destroy").succeeded
    assert cli_stack.live == set()


def test_what_a_resource_needs_comes_before_it(stack: ToyStack) -> None:
    stack.up(PROGRAM)
    stack.up(PROGRAM.replace('"a", token', '"a", label="aa", token'))

    seen: set[str] = set()
    for entry in stack.deployment()["resources"]:
        needed = {entry.get("parent"), *entry.get("dependencies", [])} - {None}
        assert needed <= seen
        seen.add(entry["urn"])


def test_killed_between_two_steps_the_run_loses_nothing_that_was_done(stack: ToyStack) -> None:
    stack.declare(
        """
        a = Toy("a")
        b = Toy("b", opts=ResourceOptions(depends_on=[a]))
        Toy("c", opts=ResourceOptions(depends_on=[b]))
        """
    )
    stack.pause("create-b")
    process = stack.start("up")
    stack.wait_for("create-b")

    kill(process)

    assert {"a"} == {name for name, entry in stack.resources.items() if "Toy" in entry["type"]}
    stack.unmake("wait-create-b")
    assert operations_of(stack.up()) == {"a": ["same"], "b": ["create"], "c": ["create"]}


def test_killed_between_the_halves_of_a_replacement_the_next_run_deletes_the_old_one(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.declare('Toy("a", label="aa")')
    stack.pause("delete-a")
    process = stack.start("up")
    stack.wait_for("delete-a")

    kill(process)

    stack.unmake("wait-delete-a")
    stack.calls()
    assert stack.up().succeeded
    assert stack.calls("create", "delete") == ["delete a"]
    assert stack.live == {"aa"}


def test_a_second_run_on_a_locked_stack_is_refused_and_a_preview_is_not(stack: ToyStack) -> None:
    stack.pause("create-a")
    first = threading.Thread(target=stack.up, args=['Toy("a")'])
    first.start()
    stack.wait_for("create-a")

    for operation in ("up", "refresh", "destroy"):
        with pytest.raises(EngineError, match=f"stack dev is being changed by another run .process {os.getpid()}"):
            stack.run(operation)
    assert stack.run("preview").succeeded

    stack.go_on("create-a")
    first.join()
    assert stack.up().succeeded


def test_a_killed_run_leaves_no_lock(stack: ToyStack) -> None:
    stack.declare('Toy("a")')
    stack.pause("create-a")
    process = stack.start("up")
    stack.wait_for("create-a")

    kill(process)

    stack.unmake("wait-create-a")
    assert stack.up().succeeded


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 3}', '{"version": 3, "deployment": []}'])
def test_a_file_that_is_no_state_is_left_alone(stack: ToyStack, text: str) -> None:
    stack.declare('Toy("a")')
    stack.state.parent.mkdir()
    stack.state.write_text(text)

    with pytest.raises(EngineError):
        stack.up()
    assert stack.state.read_text() == text


@pytest.mark.parametrize(
    "change",
    [
        {"version": 4},
        {"deployment": {"secrets_providers": {"type": "cloud"}}},
        {"deployment": {"resources": [{"urn": "urn:x", "type": "x", "custom": True, "deletedWith": "urn:y"}]}},
    ],
)
def test_a_state_that_the_engine_cannot_treat_names_the_cli(stack: ToyStack, change: dict[str, object]) -> None:
    stack.declare('Toy("a")')
    stack.state.parent.mkdir()
    stack.state.write_text(json.dumps({"version": 3, "deployment": {}, **change}))

    with pytest.raises(EngineError, match="use the pulumi CLI"):
        stack.up()
