"""What the commands do for each kind of change."""

import os

from tests.engine.toy_stack import ToyStack, operations_of

AB = 'a = Toy("a"); b = Toy("b", opts=ResourceOptions(depends_on=[a]))'


def test_up_creates_what_is_new_and_keeps_what_is_the_same(stack: ToyStack) -> None:
    assert operations_of(stack.up(AB)) == {"a": ["create"], "b": ["create"]}
    assert stack.live == {"a", "b"}

    again = stack.up()

    assert again.succeeded
    assert again.summary == {"same": 3}
    assert stack.calls("create", "update", "delete") == ["create a", "create b"]


def test_a_changed_property_is_updated_in_place_and_named(stack: ToyStack) -> None:
    stack.up('Toy("a", size=1, colour="red")')

    result = stack.up('Toy("a", size=2, colour="red")', with_diff=True)

    assert result.summary == {"update": 1, "same": 1}
    assert [step.changed for step in result.steps if step.operation == "update"] == [("size",)]
    assert "~  update   Toy a" in stack.screen
    assert "size: 1 => 2" in stack.screen
    assert stack.resources["a"]["outputs"]["size"] == 2


def test_a_program_of_the_same_length_and_second_is_the_new_one(stack: ToyStack) -> None:
    program = stack.directory / "program" / "__main__.py"
    stack.environment.pop("PYTHONDONTWRITEBYTECODE", None)
    stack.declare('Toy("a")')
    os.utime(program, (1, 1))
    stack.up()

    stack.declare('Toy("b")')
    os.utime(program, (1, 1))
    stack.up()

    assert stack.live == {"b"}


def test_a_replacement_is_created_before_the_old_one_is_deleted_at_the_end(stack: ToyStack) -> None:
    stack.up(AB)
    stack.calls()

    result = stack.up(AB.replace('"a")', '"a", label="aa")'))

    assert operations_of(result)["a"] == ["replace", "delete-replaced"]
    assert result.summary == {"replace": 1, "same": 2}
    assert stack.calls("create", "delete", "diff") == ["diff a", "create aa", "diff b", "delete a"]
    assert stack.live == {"aa", "b"}


def test_a_replacement_is_checked_again_without_old_inputs(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.full_calls()

    stack.up('Toy("a", label="aa")')

    calls = [(call, details.get("olds")) for call, _, details in stack.full_calls()]
    assert calls[1:4] == [("check", {"label": "a"}), ("diff", {"label": "a", "length": 1}), ("check", {})]


def test_delete_before_replace_deletes_first(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.calls()

    result = stack.up('Toy("a", label="aa", opts=ResourceOptions(delete_before_replace=True))')

    assert operations_of(result)["a"] == ["delete-replaced", "replace"]
    assert stack.calls("create", "delete") == ["delete a", "create aa"]
    assert "pendingReplacement" not in stack.resources["a"]


def test_a_forced_replacement_is_checked_without_old_inputs(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.full_calls()

    result = stack.up(replace=[stack.resources["a"]["urn"]])

    assert operations_of(result)["a"] == ["replace", "delete-replaced"]
    calls = stack.full_calls()
    assert [call for call, *_ in calls] == ["configure", "check", "create", "delete"]
    assert calls[1][2]["olds"] == {}


def test_what_leaves_the_program_is_deleted_after_everything_else_dependents_first(stack: ToyStack) -> None:
    stack.up(AB)
    stack.calls()

    result = stack.up('Toy("c")')

    assert operations_of(result) == {"c": ["create"], "b": ["delete"], "a": ["delete"]}
    assert stack.calls("create", "delete") == ["create c", "delete b", "delete a"]


def test_destroy_deletes_in_reverse_order_and_leaves_an_empty_state(stack: ToyStack) -> None:
    stack.up(AB)
    stack.calls()

    result = stack.run("destroy")

    assert result.succeeded
    assert stack.calls() == ["configure provider", "delete b", "delete a"]
    assert stack.deployment()["resources"] == []
    assert stack.run("destroy").succeeded


def test_a_retained_resource_leaves_the_state_only(stack: ToyStack) -> None:
    stack.up('Toy("a", opts=ResourceOptions(retain_on_delete=True))')

    assert stack.run("destroy").succeeded

    assert stack.live == {"a"}
    assert stack.deployment()["resources"] == []


def test_an_alias_keeps_a_renamed_resource(stack: ToyStack) -> None:
    stack.up('Toy("a")')

    result = stack.up('Toy("b", label="a", opts=ResourceOptions(aliases=[Alias(name="a")]))')

    assert operations_of(result) == {"b": ["same"]}
    assert "a" not in stack.resources


def test_a_whole_urn_is_an_alias_too(stack: ToyStack) -> None:
    stack.up('Toy("a")')

    urn = stack.resources["a"]["urn"]

    assert operations_of(stack.up(f'Toy("b", label="a", opts=ResourceOptions(aliases=["{urn}"]))')) == {"b": ["same"]}


def test_a_resource_that_moves_under_a_parent_is_kept_by_an_alias(stack: ToyStack) -> None:
    stack.up('Toy("a")')

    result = stack.up('box = Box("box"); Toy("a", opts=ResourceOptions(parent=box, aliases=[Alias(parent=None)]))')

    assert operations_of(result) == {"box": ["create"], "a": ["same"]}


def test_children_follow_the_alias_of_their_parent(stack: ToyStack) -> None:
    program = (
        'box = Box("NAME", opts=ResourceOptions(ALIAS)); Toy("NAME-a", label="a", opts=ResourceOptions(parent=box))'
    )
    stack.up(program.replace("NAME", "crate").replace("ALIAS", ""))

    result = stack.up(program.replace("NAME", "box").replace("ALIAS", 'aliases=[Alias(name="crate")]'))

    assert operations_of(result) == {"box": ["same"], "box-a": ["same"]}


def test_two_resources_with_one_name_are_an_error_and_the_first_is_done(stack: ToyStack) -> None:
    result = stack.up('Toy("a"); Toy("a", label="b")')

    assert not result.succeeded
    assert len(result.errors) == 1
    assert "two resources" in result.errors[0]


def test_an_alias_that_another_resource_has_is_an_error(stack: ToyStack) -> None:
    stack.up('Toy("a")')

    result = stack.up('a = Toy("a"); Toy("b", opts=ResourceOptions(depends_on=[a], aliases=[Alias(name="a")]))')

    assert not result.succeeded
    assert "alias" in result.errors[0]
    assert stack.live == {"a"}


def test_ignored_changes_keep_the_old_value(stack: ToyStack) -> None:
    stack.up('Toy("a", size=1, tags={"env": "dev", "team": "x"})')

    options = 'ResourceOptions(ignore_changes=["size", "tags.env"])'
    result = stack.up(f'Toy("a", size=2, tags={{"env": "prod", "team": "y"}}, opts={options})')

    assert operations_of(result)["a"] == ["update"]
    assert stack.resources["a"]["inputs"]["size"] == 1
    assert stack.resources["a"]["inputs"]["tags"] == {"env": "dev", "team": "y"}


def test_replace_on_changes_replaces_where_the_engine_compares(stack: ToyStack) -> None:
    stack.up('PlainToy("a", size=1)')

    result = stack.up('PlainToy("a", size=2, opts=ResourceOptions(replace_on_changes=["size"]))')

    assert operations_of(result)["a"] == ["replace", "delete-replaced"]


def test_a_resource_read_by_its_id_is_never_written_or_deleted(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.config = {}
    read = 'theirs = Toy("theirs", opts=ResourceOptions(id="a")); pulumi.export("length", theirs.length)'
    other = ToyStack(stack.directory / "other")
    other.environment["TOY_WORLD"] = str(stack.world)

    result = other.up(read)

    assert result.summary == {"create": 1, "read": 1}
    assert result.outputs == {"length": 1}
    assert other.resources["theirs"]["external"] is True
    assert other.run("destroy").succeeded
    assert stack.live == {"a"}


def test_reading_what_does_not_exist_is_an_error(stack: ToyStack) -> None:
    result = stack.up('Toy("theirs", opts=ResourceOptions(id="nothing"))')

    assert not result.succeeded
    assert result.errors == ["Toy theirs: read failed: there is no resource with the id nothing"]


def test_components_hold_children_and_outputs(stack: ToyStack) -> None:
    stack.up(
        """
        box = Box("box", colour="red")
        a = Toy("a", opts=ResourceOptions(parent=box))
        box.register_outputs({"length": a.length})
        """
    )

    box, a = stack.resources["box"], stack.resources["a"]
    assert box["outputs"] == {"length": 1}
    assert a["parent"] == box["urn"]
    assert a["urn"] == "urn:pulumi:dev::toys::toy:index:Box$pulumi-python:dynamic/toy:Toy::a"


def test_refresh_takes_over_what_has_changed_and_drops_what_is_gone(stack: ToyStack) -> None:
    program = 'a = Toy("a", size=1); b = Toy("b", size=1, opts=ResourceOptions(depends_on=[a])); Toy("c")'
    stack.up(program)
    (stack.world / "live" / "a").unlink()
    stack.write("world/live/b", '{"label": "b", "size": 5}')

    result = stack.run("refresh")

    assert operations_of(result) == {"a": ["delete"], "b": ["update"], "c": ["same"]}
    assert "a" not in stack.resources
    assert stack.resources["b"].get("dependencies", []) == []
    assert stack.resources["b"]["inputs"]["size"] == 5
    assert operations_of(stack.up()) == {"a": ["create"], "b": ["update"], "c": ["same"]}


def test_refresh_reads_then_compares_every_resource(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.calls()

    stack.run("refresh")

    assert stack.calls() == ["configure provider", "read a", "diff a"]
