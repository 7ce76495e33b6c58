"""A run that is limited to some resources."""

from tests.engine.toy_stack import ToyStack

THREE = """
a = Toy("a", size=SIZE)
b = Toy("b", size=SIZE, opts=ResourceOptions(depends_on=[a]))
c = Toy("c", size=SIZE, opts=ResourceOptions(depends_on=[b]))
"""


def urn(name: str) -> str:
    return f"urn:pulumi:dev::toys::pulumi-python:dynamic/toy:Toy::{name}"


def three(size: int, more: str = "") -> str:
    return THREE.replace("SIZE", str(size)) + more


def sizes(stack: ToyStack) -> dict[str, int]:
    return {name: entry["inputs"].get("size") for name, entry in stack.resources.items() if "Toy" in entry["type"]}


def test_up_touches_its_target_alone_and_keeps_the_rest_as_it_was(either: ToyStack) -> None:
    either.up(three(1, 'Toy("gone")'))
    either.calls()

    assert either.up(three(2, 'Toy("new"); Toy("read", opts=ResourceOptions(id="a"))'), target=[urn("b")]).succeeded

    assert sorted(either.calls("check", "create", "update", "delete", "read")) == ["check b", "read a", "update b"]
    assert sizes(either) == {"a": 1, "b": 2, "c": 1, "gone": None, "read": None}


def test_a_target_that_needs_what_is_neither_there_nor_a_target_is_an_error(stack: ToyStack) -> None:
    assert not stack.up(three(1), target=[urn("b")]).succeeded

    assert stack.live == set()


def test_dependents_are_targets_when_asked_for(stack: ToyStack) -> None:
    stack.up(three(1))

    assert stack.up(three(2), target=[urn("b")], target_dependents=True).succeeded

    assert sizes(stack) == {"a": 1, "b": 2, "c": 2}


def test_destroy_takes_nothing_along_that_is_no_target(either: ToyStack) -> None:
    either.up(three(1))
    either.calls()

    assert not either.run("destroy", target=[urn("b")]).succeeded
    assert either.live == {"a", "b", "c"}

    assert either.run("destroy", target=[urn("b"), urn("c")]).succeeded
    assert either.calls("delete") == ["delete c", "delete b"]
    assert sizes(either) == {"a": 1}


def test_refresh_reads_its_target_alone(stack: ToyStack) -> None:
    stack.up(three(1))
    stack.calls()

    assert stack.run("refresh", target=[urn("b")]).succeeded

    assert stack.calls("read") == ["read b"]


def test_a_target_that_is_nowhere_is_an_error(stack: ToyStack) -> None:
    stack.up('Toy("a")')

    for operation in ("up", "refresh", "destroy"):
        assert stack.run(operation, target=[urn("nope")]).errors == [f"the target {urn('nope')} is not in the stack"]
    assert stack.live == {"a"}


def test_what_has_left_the_program_is_deleted_only_as_a_target(stack: ToyStack) -> None:
    stack.up('Toy("a"); Toy("b"); Toy("c")')

    assert stack.up('Toy("a", size=1)', target=[urn("b")]).succeeded

    assert stack.live == {"a", "c"}
    assert sizes(stack) == {"a": None, "c": None}
