"""What the two engines once did differently; each case says what the pulumi CLI does, and both are held to it."""

from typing import Any

import pytest
import yaml
from plivo_sandbox.engine.errors import EngineError

from tests.engine.toy_stack import ToyStack

INFINITY = {"4dabf18193072939515e22adb298388d": "8ad145fe-0d11-4827-bfd7-1abcbf086f5c", "value": "7ff0000000000000"}
NO_NUMBER = {**INFINITY, "value": "7ff8000000000000"}
ASSET = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17"}


def up(stack: ToyStack, program: str) -> bool:
    """Bring the stack to the program without a preview, as the CLI does with --skip-preview."""
    return stack.run("up", program, skip_preview=True).succeeded


def succeeds(stack: ToyStack, project: str, values: dict[str, Any], program: str = "") -> bool:
    """Whether a stack with these values of its config can be brought up, and keep them as its outputs."""
    stack.write("Pulumi.yaml", f"name: toys\nruntime: python\nmain: program\n{project}")
    stack.config.update(values)
    keys = [key for key in "abcdef" if f"toys:{key}" in values or f"\n  {key}:" in project]
    program = program or f"for key in {keys}: pulumi.export(key, pulumi.Config().get(key))"
    try:
        return up(stack, program)
    except EngineError:
        # Before anything is begun, the embedded engine raises where the CLI ends with an error.
        return False


def test_an_error_that_the_program_logs_fails_nothing(either: ToyStack) -> None:
    assert up(either, 'Toy("gone"); pulumi.export("x", 1)')

    assert up(either, 'Toy("a"); pulumi.export("x", 2); pulumi.log.error("no")')

    assert either.live == {"a"}
    assert either.outputs == {"x": 2}


def test_beside_a_protected_resource_that_leaves_the_rest_is_done_before_the_run_fails(either: ToyStack) -> None:
    up(either, 'Toy("a", opts=ResourceOptions(protect=True)); Toy("b"); Toy("c"); pulumi.export("x", 1)')

    assert not up(either, 'Toy("b", size=3); Toy("d"); pulumi.export("x", 2)')

    assert either.live == {"a", "b", "d"}
    assert either.resources["b"]["inputs"]["size"] == 3
    assert either.outputs == {"x": 2}


@pytest.mark.parametrize(
    ("declared", "value", "is_accepted"),
    [
        ("{type: integer}", "5", True),
        ("{type: integer}", "x", False),
        ("{type: integer}", 5.5, False),
        ("{type: boolean}", "yes", False),
        ("{type: boolean}", True, True),
        ("{type: string}", 5, True),
        ("{type: array, items: {type: integer}}", [1, "2"], True),
        ("{type: array, items: {type: integer}}", [1, "x"], False),
        ("{type: object}", [1], False),
        ("{type: string, secret: true}", "open", False),
        ("{type: string, value: x, default: y}", "z", False),
    ],
)
def test_a_value_of_the_config_has_the_type_that_was_declared(
    either: ToyStack, declared: str, value: Any, is_accepted: bool
) -> None:
    assert succeeds(either, f"config:\n  a: {declared}\n", {"toys:a": value}) == is_accepted


@pytest.mark.parametrize(
    "declared",
    [
        "a: null",
        "a: 1.5",
        "a: {value: null}",
        "a: {description: what it is}",
        "a: {default: 1, meaning: none}",
        "a: {type: number, default: 1}",
        "a: {type: string, default: 5}",
        "a: {type: array, default: [1]}",
        "other:a: {default: 1}",
    ],
)
def test_a_declaration_of_config_that_the_cli_refuses_is_refused(stack: ToyStack, declared: str) -> None:
    assert not succeeds(stack, f"config:\n  {declared}\n", {})


@pytest.mark.parametrize("timeout", ["soon", "5", "1d"])
def test_a_timeout_that_is_no_duration_fails_the_run_and_deletes_nothing(either: ToyStack, timeout: str) -> None:
    up(either, 'Toy("a"); Toy("b")')

    assert not up(either, f'Toy("a", opts=ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(update="{timeout}")))')

    assert either.live == {"a", "b"}


def test_timeouts_are_kept_in_the_state_in_seconds(either: ToyStack) -> None:
    up(
        either,
        """
        timeouts = pulumi.CustomTimeouts(create="1h30m", update="1.5s", delete="3ns")
        Toy("a", opts=ResourceOptions(custom_timeouts=timeouts))
        Toy("b", opts=ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="0", update="-5m")))
        """,
    )

    assert either.resources["a"]["customTimeouts"] == {"create": 5400, "update": 1.5, "delete": 3e-09}
    assert either.resources["b"]["customTimeouts"] == {"update": -300}

    assert up(either, 'Toy("a"); Toy("b")')

    assert "customTimeouts" not in either.resources["a"]


def test_hidden_properties_are_kept_in_the_state_and_their_values_not_shown(either: ToyStack) -> None:
    up(either, 'Toy("a", note="first", opts=ResourceOptions(hide_diffs=["note"]))')
    assert either.resources["a"]["hideDiff"] == ["note"]

    diff = {"with_diff": True} if type(either) is ToyStack else {}
    either.run("preview", 'Toy("a", note="second", opts=ResourceOptions(hide_diffs=["note"]))', **diff)

    assert "note" in either.screen
    assert "second" not in either.screen


CONFIG_VALUES = {
    "null": "",
    "[null]": "[null]",
    "-0.0": "0",
    "[-0.0]": "[0]",
    "1.0": "1",
    "1e3": "1000",
    "1e20": "100000000000000000000",
    "1e22": "1e+22",
    "1.5e-7": "1.5e-7",
    "0.00001234": "0.00001234",
    "123456789012345678901": "123456789012345680000",
    "0o17": "15",
    "017": "15",
    "yes": "yes",
    "[on]": '["on"]',
    "TRUE": "true",
    "12:30": "12:30",
    "1_000": "1000",
    "1e400": "1e400",
    "2020-01-01": "2020-01-01 00:00:00 +0000 UTC",
    '["<&>"]': '["\\u003c\\u0026\\u003e"]',
    "{b: 1, a: é}": '{"a":"é","b":1}',
    "{x: {secure: 5}}": '{"x":{"secure":5}}',
}


def test_a_program_gets_each_value_of_the_config_as_the_cli_writes_it(either: ToyStack) -> None:
    either.declare(f'for i in range({len(CONFIG_VALUES)}): pulumi.export(f"k{{i}}", pulumi.Config().get(f"k{{i}}"))')
    config = either.directory / "Pulumi.dev.yaml"
    lines = "".join(f"  toys:k{index}: {value}\n" for index, value in enumerate(CONFIG_VALUES))
    config.write_text(config.read_text().replace("config:\n", f"config:\n{lines}"))

    assert either.run("up").succeeded

    assert either.outputs == {f"k{index}": text for index, text in enumerate(CONFIG_VALUES.values())}


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "[.inf]"])
def test_an_infinite_number_in_the_config_is_refused(either: ToyStack, value: str) -> None:
    assert not succeeds(either, "", {"toys:a": yaml.safe_load(value)})


def test_a_default_of_the_project_is_written_as_the_cli_does(either: ToyStack) -> None:
    project = "config:\n  a: {default: -0.0}\n  b: {value: 1.0}\n  c: [1, null]\n  d: true\n"

    assert succeeds(either, project, {})

    assert either.outputs == {"a": "0", "b": "1", "c": "[1,null]", "d": "true"}


def test_after_a_failed_step_no_new_outputs_are_recorded(either: ToyStack) -> None:
    up(either, 'pulumi.export("x", 1); pulumi.export("y", 1)')
    either.make("fail-create-f")

    assert not up(either, 'f = Toy("f"); pulumi.export("x", 2); pulumi.export("length", f.length)')

    assert either.outputs == {"x": 1, "y": 1}


def test_a_program_that_fails_at_its_end_has_its_outputs_recorded_beside_the_old_ones(either: ToyStack) -> None:
    up(either, 'pulumi.export("x", 1); pulumi.export("y", 1)')

    assert not up(either, 'pulumi.export("x", 2); raise pulumi.RunError("no")')

    assert either.outputs == {"x": 2, "y": 1}


@pytest.mark.parametrize("trouble", ["fail-create-f", "fail-check-f", "fail-diff-f", "fail-update-f"])
def test_after_a_failure_nothing_more_is_registered_and_nothing_deleted(either: ToyStack, trouble: str) -> None:
    up(either, 'Toy("gone")' if "create" in trouble else 'Toy("gone"); Toy("f")')
    either.make(trouble)
    before = either.live

    assert not up(
        either,
        """
        f = Toy("f", size=1)
        # The program goes on as long as it can, whatever becomes of the first.
        pulumi.export("later", f.length.apply(lambda _: Toy("later").length))
        """,
    )

    assert either.live == before
    assert "later" not in either.resources


@pytest.mark.parametrize(("number", "kept"), [("inf", INFINITY), ("nan", NO_NUMBER)])
def test_an_infinite_number_is_kept_in_a_form_that_json_has(either: ToyStack, number: str, kept: Any) -> None:
    program = f'Toy("a", size=float("{number}")); pulumi.export("x", float("{number}"))'
    assert up(either, program)

    assert either.resources["a"]["inputs"]["size"] == kept
    assert either.resources["a"]["outputs"]["size"] == kept
    assert either.outputs["x"] == kept
    assert up(either, program)
    assert either.run("destroy").succeeded


def test_a_large_number_is_what_it_was(either: ToyStack) -> None:
    assert up(either, "pulumi.export('x', [2.0**60, 1e300])")

    assert [float(number) for number in either.outputs["x"]] == [2.0**60, 1e300]


def test_an_asset_among_the_outputs_is_kept_with_the_hash_of_what_is_in_it(either: ToyStack) -> None:
    either.write("program/x.txt", "abc")

    assert up(
        either,
        """
        Toy("a", text=pulumi.StringAsset("hello"))
        pulumi.export("text", pulumi.StringAsset("out"))
        pulumi.export("file", pulumi.FileAsset("x.txt"))
        """,
    )

    out = "762069bc07a6e1b5df123a5ae7bd91c10daa04694fbaa17fba0cd6a8dcce8f22"
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert either.outputs["text"] == {**ASSET, "text": "out", "hash": out}
    assert either.outputs["file"] == {**ASSET, "path": "x.txt", "hash": abc}
    # The provider's check, which is the SDK's, gives it back without.
    assert either.resources["a"]["inputs"]["text"] == {**ASSET, "text": "hello"}


def test_an_asset_that_cannot_be_read_fails_the_run(either: ToyStack) -> None:
    assert not up(either, 'Toy("a", file=pulumi.FileAsset("missing.txt"))')

    assert either.live == set()


def test_of_two_resources_with_one_alias_the_second_fails_and_the_replaced_half_has_the_first_s_name(
    either: ToyStack,
) -> None:
    up(either, 'Toy("a")')

    assert not up(
        either,
        """
        b = Toy("b", opts=ResourceOptions(aliases=[Alias(name="a")]))
        Toy("d", opts=ResourceOptions(aliases=[Alias(name="a")], depends_on=[b]))
        """,
    )

    assert _places(either) == [("b", "a", True), ("b", "b", False)]
    assert up(either, 'Toy("b")')
    assert _places(either) == [("b", "b", False)]
    assert either.live == {"b"}


def _places(stack: ToyStack) -> list[tuple[str, str, bool]]:
    """Name, id and whether it waits to be deleted, of each toy in the state."""
    entries = [entry for entry in stack.deployment()["resources"] if entry["type"].endswith(":Toy")]
    return sorted((entry["urn"].rpartition("::")[2], entry["id"], entry.get("delete", False)) for entry in entries)


@pytest.mark.parametrize(
    "value", ['pulumi.AssetArchive({"x": pulumi.StringAsset("y")})', 'pulumi.RemoteAsset("http://127.0.0.1:9/x")']
)
def test_archives_and_assets_elsewhere_are_refused_with_a_word_for_the_cli(stack: ToyStack, value: str) -> None:
    result = stack.up(f'Toy("a", file={value})')

    assert not result.succeeded
    assert "use the pulumi CLI" in result.errors[0]
