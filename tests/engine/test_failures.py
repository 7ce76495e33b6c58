"""When something fails, nothing more is begun, and the state is true."""

import pytest

from tests.engine.toy_stack import ToyStack, operations_of

FIVE = """
a = Toy("a")
e = Toy("e")
b = Toy("b", opts=ResourceOptions(depends_on=[a, e]))
c = Toy("c", size=b.length)
d = Toy("d", opts=ResourceOptions(parent=c))
pulumi.export("e", e.length)
pulumi.export("c", c.length)
"""


def test_a_failed_create_leaves_out_what_needs_it_and_all_that_comes_later(stack: ToyStack) -> None:
    stack.make("fail-create-b")

    result = stack.up(FIVE)

    assert not result.succeeded
    assert operations_of(result) == {"a": ["create"], "e": ["create"], "b": ["failed"]}
    assert result.errors == ["Toy b: create failed: ValueError: create of b does not work, today"]
    assert "! create failed: Toy b: ValueError: create of b does not work, today" in stack.screen
    assert {"a", "e"} == {name for name, entry in stack.resources.items() if "Toy" in entry["type"]}
    assert result.outputs == {}

    stack.unmake("fail-create-b")

    assert operations_of(stack.up())["b"] == ["create"]
    assert stack.live == {"a", "b", "c", "d", "e"}


def test_after_a_failure_nothing_is_deleted(stack: ToyStack) -> None:
    stack.up('Toy("old")')
    stack.make("fail-create-new")

    result = stack.up('Toy("new")')

    assert not result.succeeded
    assert stack.live == {"old"}
    assert "old" in stack.resources


def test_a_failed_update_keeps_the_old_state(stack: ToyStack) -> None:
    stack.up('Toy("a", size=1)')
    stack.make("fail-update-a")

    assert not stack.up('Toy("a", size=2)').succeeded

    assert stack.resources["a"]["inputs"]["size"] == 1


def test_a_failed_delete_of_what_was_replaced_is_tried_again_at_the_end_of_the_next_up(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.make("fail-delete-a")
    new = 'Toy("a", label="aa", size=1)'
    assert not stack.up(new).succeeded
    assert [entry.get("delete", False) for entry in stack.deployment()["resources"] if "Toy" in entry["type"]] == [
        False,
        True,
    ]
    stack.unmake("fail-delete-a")
    stack.calls()

    result = stack.up('Toy("a", label="aa", size=2)')

    assert result.succeeded
    assert stack.calls("update", "delete") == ["update aa", "delete a"]
    assert stack.live == {"aa"}


def test_a_failed_create_after_delete_before_replace_is_created_by_the_next_up(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.make("fail-create-aa")
    new = 'Toy("a", label="aa", opts=ResourceOptions(delete_before_replace=True))'
    assert not stack.up(new).succeeded
    assert stack.resources["a"]["pendingReplacement"] is True
    stack.unmake("fail-create-aa")
    stack.calls()

    assert stack.up().succeeded

    assert stack.calls("create", "delete") == ["create aa"]
    assert stack.live == {"aa"}
    assert "pendingReplacement" not in stack.resources["a"]


def test_what_was_deleted_for_a_replacement_that_never_came_is_not_deleted_again(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.make("fail-create-aa")
    stack.up('Toy("a", label="aa", opts=ResourceOptions(delete_before_replace=True))')
    stack.calls()

    assert stack.run("destroy").succeeded

    assert stack.calls("delete") == []
    assert stack.deployment()["resources"] == []


def test_a_delete_that_has_to_come_first_and_fails_keeps_the_resource(stack: ToyStack) -> None:
    stack.up('Toy("a")')
    stack.make("fail-delete-a")

    result = stack.up('Toy("a", label="aa", opts=ResourceOptions(delete_before_replace=True))')

    assert not result.succeeded
    assert stack.live == {"a"}
    assert "pendingReplacement" not in stack.resources["a"]


def test_a_failed_delete_stops_a_destroy_and_the_next_one_goes_on(stack: ToyStack) -> None:
    stack.up(FIVE)
    stack.make("fail-delete-b")

    assert not stack.run("destroy").succeeded
    assert {"a", "b"} <= set(stack.resources)
    assert "c" not in stack.resources

    stack.unmake("fail-delete-b")

    assert stack.run("destroy").succeeded
    assert stack.live == set()


def test_a_failed_read_leaves_that_resource_as_it_was(stack: ToyStack) -> None:
    stack.up('Toy("a", size=1); Toy("b", size=1)')
    stack.make("fail-read-a")
    stack.write("world/live/b", '{"label": "b", "size": 5}')

    result = stack.run("refresh")

    assert not result.succeeded
    assert stack.resources["a"]["inputs"]["size"] == 1
    assert stack.resources["b"]["inputs"]["size"] == 5


def test_a_read_that_fails_leaves_out_what_needs_it(stack: ToyStack) -> None:
    result = stack.up(
        """
        b = Toy("b")
        theirs = Toy("theirs", opts=ResourceOptions(id=b.length.apply(lambda _: "nothing")))
        Toy("a", size=theirs.length)
        """
    )

    assert operations_of(result) == {"b": ["create"], "theirs": ["failed"]}
    assert stack.live == {"b"}


def test_a_check_failure_is_one_line_with_the_property(stack: ToyStack) -> None:
    result = stack.run("preview", 'Toy("a", label="bad")')

    assert not result.succeeded
    assert result.errors == ["Toy a: check failed: label: must not be bad"]


def test_a_run_error_of_the_program_is_one_line(stack: ToyStack) -> None:
    result = stack.up('raise pulumi.RunError("the number is declared twice")')

    assert not result.succeeded
    assert result.errors == ["the number is declared twice"]


def test_a_run_error_in_an_apply_is_one_line_too(stack: ToyStack) -> None:
    result = stack.up(
        """
        def refuse(length):
            raise pulumi.RunError("too short")
        pulumi.export("a", Toy("a").length.apply(refuse))
        """
    )

    assert not result.succeeded
    assert result.errors == ["too short"]


def test_an_exception_of_the_program_shows_the_program_s_line_and_none_of_the_engine_s(stack: ToyStack) -> None:
    result = stack.up('Toy("a")\nNone.missing')

    assert not result.succeeded
    [error] = result.errors
    assert "None.missing" in error
    assert "AttributeError" in error
    assert "plivo_sandbox" not in error


def test_a_program_that_exits_fails_the_run(stack: ToyStack) -> None:
    result = stack.up("import os; os._exit(3)")

    assert result.errors == ["the program ended with status 3"]


def test_messages_of_program_and_provider_are_shown(stack: ToyStack) -> None:
    stack.make("warn-create-a")

    result = stack.up(
        """
        a = Toy("a")
        pulumi.log.warn("be careful", resource=a)
        pulumi.log.info("by the way")
        print("printed")
        """
    )

    assert result.succeeded
    assert sorted(result.warnings) == ["Toy a: be careful", "be careful with a"]
    assert result.told == ["this is create a"]
    lines = [line.strip() for line in stack.screen.splitlines()]
    assert "warning: be careful with a" in lines
    assert "this is create a" in lines
    assert "info: by the way" in stack.screen
    assert "info: printed" in stack.screen


def test_an_error_that_the_program_logs_is_shown_and_fails_nothing(stack: ToyStack) -> None:
    stack.up('Toy("a")')

    result = stack.up('pulumi.log.error("no")')

    assert result.succeeded
    assert result.errors == ["no"]
    assert stack.live == set()


@pytest.mark.parametrize(
    ("program", "named"),
    [
        ('pulumi.CustomResource("aws:s3/bucket:Bucket", "b", {})', "aws:s3/bucket:Bucket"),
        ('pulumi.ProviderResource("aws", "p", {})', "pulumi:providers:aws"),
        ('pulumi.runtime.invoke("aws:index/getRegion:getRegion", {})', "getRegion"),
        ('Toy("a", opts=ResourceOptions(import_="x"))', "import_"),
        ('Toy("a", opts=ResourceOptions(deleted_with=Toy("b")))', "deleted_with"),
        ("pulumi.runtime.register_stack_transform(lambda args: None)", "transform"),
    ],
)
def test_what_is_not_supported_is_one_line_that_names_the_cli(stack: ToyStack, program: str, named: str) -> None:
    result = stack.up(program)

    assert not result.succeeded
    [error] = result.errors
    assert named in error
    assert "use the pulumi CLI" in error
