"""The provider is called, and the state is written, as the pulumi CLI does it."""

import itertools
from typing import Any

import pytest

from tests.engine.comparison import comparable
from tests.engine.toy_stack import CRYPTER, CliToyStack, ToyStack

# Each resource depends on the one before it: the order of the calls is then the same in every run.
CHAIN = """
a = Toy("a", size=1)
b = Toy("b", size=a.length, opts=ResourceOptions(depends_on=[a]))
c = Toy("c", opts=ResourceOptions(depends_on=[b]))
pulumi.export("length", c.length)
"""
SECRETS = """
token = pulumi.Config("toy").require_secret("token")
a = Toy("a", token=token, nested={"token": token, "open": 1}, listed=[token])
b = Toy("b", size=a.length, opts=ResourceOptions(additional_secret_outputs=["length"]))
pulumi.export("token", token)
pulumi.export("b", b.length)
"""
BOXES = """
box = Box("box", colour="COLOUR", opts=ResourceOptions(retain_on_delete=RETAIN, aliases=[Alias(name="crate")]))
a = Toy("a", opts=ResourceOptions(parent=box))
inner = Box("box-inner", opts=ResourceOptions(parent=box, depends_on=[a]))
b = Toy("b", opts=ResourceOptions(parent=inner))
box.register_outputs({"length": a.length})
"""

SCENARIOS: dict[str, list[tuple[str, str | None]]] = {
    "create, keep, destroy": [("up", CHAIN), ("up", None), ("destroy", None)],
    "preview before anything exists": [("preview", CHAIN)],
    "update": [
        ("up", CHAIN),
        ("preview", CHAIN.replace("size=1", "size=2")),
        ("up", CHAIN.replace("size=1", "size=2")),
    ],
    "replace": [("up", CHAIN), ("up", CHAIN.replace('"b", size', '"b", label="bb", size'))],
    "preview of a replacement": [("up", CHAIN), ("preview", CHAIN.replace('"a", size', '"a", label="aaa", size'))],
    "delete before replace": [
        ("up", CHAIN.replace("size=a.length, ", "")),
        (
            "up",
            """
            a = Toy("a", size=1)
            b = Toy("b", label="bb", opts=ResourceOptions(depends_on=[a], delete_before_replace=True))
            c = Toy("c", opts=ResourceOptions(depends_on=[b]))
            """,
        ),
    ],
    "delete before replace takes its dependents along": [
        (
            "up",
            """
            a = Toy("a", opts=ResourceOptions(delete_before_replace=True))
            b = Toy("b", label=Output.concat(a.label, "-b"))
            c = Toy("c", size=b.length)
            """,
        ),
        (
            "up",
            """
            a = Toy("a", label="aa", opts=ResourceOptions(delete_before_replace=True))
            b = Toy("b", label=Output.concat(a.label, "-b"))
            c = Toy("c", size=b.length)
            """,
        ),
    ],
    "remove from the program": [("up", CHAIN), ("up", 'a = Toy("a", size=1)'), ("up", "")],
    "rename with an alias": [
        ("up", 'Toy("a", size=1)'),
        ("up", 'Toy("b", label="a", size=1, opts=ResourceOptions(aliases=[Alias(name="a")]))'),
        ("up", 'Toy("b", label="a", size=1)'),
    ],
    "rename without an alias": [("up", 'Toy("a")'), ("up", 'Toy("b", label="a")')],
    "secrets": [("up", SECRETS), ("up", SECRETS.replace('"open": 1', '"open": 2')), ("refresh", None)],
    "components": [
        (
            "up",
            BOXES.replace("COLOUR", "red")
            .replace("RETAIN", "None")
            .replace('"box"', '"crate"')
            .replace("box-", "crate-"),
        ),
        ("up", BOXES.replace("COLOUR", "red").replace("RETAIN", "True")),
        ("up", BOXES.replace("COLOUR", "blue").replace("RETAIN", "None")),
        ("destroy", None),
    ],
    "ignored changes": [
        ("up", 'Toy("a", size=1, tags={"env": "dev", "team": "x"})'),
        (
            "up",
            """
            ignored = ResourceOptions(ignore_changes=["size", "tags.env"])
            Toy("a", size=2, tags={"env": "prod", "team": "y"}, opts=ignored)
            """,
        ),
    ],
    "replace on changes with a diff of the provider": [
        ("up", 'Toy("a", size=1)'),
        ("up", 'Toy("a", size=2, opts=ResourceOptions(replace_on_changes=["size"]))'),
    ],
    "replace on changes without one": [
        ("up", 'PlainToy("a", size=1)'),
        ("up", 'PlainToy("a", size=2, opts=ResourceOptions(replace_on_changes=["size"]))'),
    ],
    "retain on delete": [
        ("up", 'Toy("a", opts=ResourceOptions(retain_on_delete=True))'),
        ("up", ""),
        ("destroy", None),
    ],
    "adopt what was read, then let go of it": [
        ("up", 'live = Toy("live", label="x"); Toy("a", opts=ResourceOptions(depends_on=[live]))'),
        ("up", 'Toy("live", label="x", opts=ResourceOptions(id="x"))'),
        ("refresh", None),
        ("up", 'Toy("live", label="y")'),
    ],
    "another id of what was created": [
        ("up", 'a = Toy("a"); Toy("b", opts=ResourceOptions(depends_on=[a]))'),
        ("up", 'Toy("a", opts=ResourceOptions(id="b"))'),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_calls_and_state_are_those_of_the_cli(name: str, stack: ToyStack, cli_stack: CliToyStack) -> None:
    for operation, program in SCENARIOS[name]:
        assert stack.run(operation, program).succeeded == cli_stack.run(operation, program).succeeded
        assert _ordered(operation, stack) == _ordered(operation, cli_stack)
        if operation != "preview":
            assert comparable(stack.deployment(), CRYPTER) == comparable(cli_stack.deployment(), CRYPTER)


def _ordered(operation: str, stack: ToyStack) -> list[Any]:
    """The calls in order; those that may happen at the same time, in the order of the alphabet."""
    at_once = ("read", "diff") if operation == "refresh" else ("delete",)
    groups = itertools.groupby(stack.full_calls(), key=lambda call: call[0] in at_once)
    return [sorted(group, key=str) if is_at_once else list(group) for is_at_once, group in groups]
