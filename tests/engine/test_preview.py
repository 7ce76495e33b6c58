"""A preview tells what would be done, and does nothing."""

from tests.engine.toy_stack import ToyStack, operations_of

DEPENDENT = """
a = Toy("a")
b = Toy("b", label=Output.concat(a.label, a.length.apply(str)))
pulumi.export("length", a.length)
"""


def test_a_preview_creates_nothing_and_passes_unknowns_on(stack: ToyStack) -> None:
    result = stack.run("preview", DEPENDENT)

    assert result.summary == {"create": 3}
    assert stack.calls() == ["configure provider", "check a", "check unknown"]
    assert stack.live == set()
    assert not stack.state.exists()
    assert "length = [unknown]" in stack.screen


def test_a_preview_shows_what_would_be_replaced_and_deleted(stack: ToyStack) -> None:
    stack.up(DEPENDENT + 'Toy("c")')
    before = stack.state.read_bytes()
    stack.calls()

    result = stack.run("preview", DEPENDENT.replace('Toy("a")', 'Toy("a", label="aa")'))

    assert operations_of(result) == {
        "a": ["replace", "delete-replaced"],
        "b": ["replace", "delete-replaced"],
        "c": ["delete"],
    }
    assert stack.calls("create", "update", "delete") == []
    assert stack.state.read_bytes() == before


def test_a_preview_reads_nothing_by_an_id_that_is_not_known_yet(stack: ToyStack) -> None:
    result = stack.run("preview", 'a = Toy("a"); Toy("b", opts=ResourceOptions(id=a.id))')

    assert operations_of(result) == {"a": ["create"], "b": ["read"]}
    assert stack.calls() == ["configure provider", "check a"]
