"""A protected resource is neither deleted nor replaced, and nothing is begun that would need it."""

from tests.engine.toy_stack import ToyStack

PROTECTED = 'Toy("a", opts=ResourceOptions(protect=True)); Toy("b")'


def test_destroy_deletes_nothing_when_one_resource_is_protected(stack: ToyStack) -> None:
    stack.up(PROTECTED)

    result = stack.run("destroy")

    assert not result.succeeded
    assert "Toy a" in result.errors[0]
    assert "protected" in result.errors[0]
    assert stack.live == {"a", "b"}


def test_up_does_nothing_when_a_protected_resource_has_left_the_program(stack: ToyStack) -> None:
    stack.up(PROTECTED)

    result = stack.up('Toy("b", size=1); Toy("c")')

    assert not result.succeeded
    assert "Toy a: delete failed: it is protected" in result.errors[0]
    assert stack.live == {"a", "b"}
    assert "size" not in stack.resources["b"]["inputs"]


def test_up_does_nothing_when_a_protected_resource_would_be_replaced(stack: ToyStack) -> None:
    stack.up(PROTECTED)

    result = stack.up(PROTECTED.replace('"a", opts', '"a", label="aa", opts') + '; Toy("c")')

    assert not result.succeeded
    assert "label cannot change in place" in result.errors[0]
    assert stack.live == {"a", "b"}


def test_a_protected_resource_is_updated_in_place(stack: ToyStack) -> None:
    stack.up(PROTECTED)

    assert stack.up(PROTECTED.replace('"a", opts', '"a", size=1, opts')).summary == {"update": 1, "same": 2}


def test_taking_the_protection_away_allows_the_replacement_in_the_same_run(stack: ToyStack) -> None:
    stack.up(PROTECTED)

    assert stack.up('Toy("a", label="aa"); Toy("b")').succeeded
    assert stack.live == {"aa", "b"}


def test_protection_of_a_component_covers_its_children(stack: ToyStack) -> None:
    stack.up('box = Box("box", opts=ResourceOptions(protect=True)); Toy("a", opts=ResourceOptions(parent=box))')

    assert not stack.run("destroy").succeeded
    assert stack.live == {"a"}


def test_a_stack_transformation_that_protects_everything_is_followed(stack: ToyStack) -> None:
    stack.up(
        """
        def protected(args):
            opts = ResourceOptions.merge(args.opts, ResourceOptions(protect=True))
            return pulumi.ResourceTransformationResult(props=args.props, opts=opts)
        pulumi.runtime.register_stack_transformation(protected)
        Toy("a")
        """
    )

    assert stack.resources["a"]["protect"] is True
    assert not stack.run("destroy").succeeded
    assert stack.live == {"a"}
