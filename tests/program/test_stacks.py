"""Programs that the ledger must bear, in whole stacks on the embedded engine."""

import json

import pytest

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import EmbeddedStack

ALL = [f"1415555010{digit}" for digit in range(4)]
PROTECT = "ResourceOptions(protect=True)"
TRANSFORMED = """
def change(args):
    {}
    return pulumi.ResourceTransformationResult(props=args.props, opts=args.opts)

pulumi.runtime.register_stack_transformation(change)
"""


def many(name: str, numbers: object, **more: str) -> str:
    """One line of a program."""
    extra = "".join(f", {key}={value}" for key, value in more.items())
    return f'PoolNumbers("{name}", number_pool_uuid=POOL, numbers={numbers}{extra})\n'


def single(name: str, number: str, **more: str) -> str:
    """One line of a program."""
    extra = "".join(f", {key}={value}" for key, value in more.items())
    return f'PoolNumber("{name}", number_pool_uuid=POOL, number="{number}"{extra})\n'


def ledger(stack: EmbeddedStack) -> str:
    """What the state file has of the ledger, as text."""
    (found,) = [each for each in stack.deployment()["resources"] if each["type"].endswith("plivo:Ledger")]
    return json.dumps({key: found[key] for key in ("inputs", "outputs")})


@pytest.mark.parametrize(
    "program",
    [
        many("many", f'pulumi.Output.secret(["{NUMBER}"])'),
        many("many", f'[pulumi.Output.secret("{NUMBER}")]'),
        'PoolNumber("a", number_pool_uuid=POOL, number=pulumi.Output.secret(NUMBER))\n',
    ],
    ids=["list", "in a list", "single"],
)
def test_a_secret_number_is_encrypted_in_the_ledger_with_all_that_it_claims_and_remembers(
    stack: EmbeddedStack, account: Account, program: str
) -> None:
    for each in (program + single("open", OTHER_NUMBER), program):
        outcome = stack.up(each)
        assert outcome.succeeded, outcome.shown
        assert NUMBER not in ledger(stack)
        assert OTHER_NUMBER not in ledger(stack)
    assert account.numbers() == {NUMBER: "sms"}


def test_a_number_that_is_no_secret_can_be_read_in_the_ledger(stack: EmbeddedStack) -> None:
    stack.up(single("a", NUMBER))
    assert NUMBER in ledger(stack)


def test_a_resource_declared_inside_an_apply_takes_a_number_over_and_does_not_lose_it(
    stack: EmbeddedStack, account: Account
) -> None:
    stack.up(single("first", OTHER_NUMBER) + many("many", [NUMBER], unrent="True"))
    late = f"first = {single('first', OTHER_NUMBER)}first.id.apply(lambda _: {single('inner', NUMBER).strip()})\n"
    outcome = stack.up(late)
    assert outcome.succeeded, outcome.shown
    assert set(stack.resources) == {"first", "inner"}
    assert set(account.numbers()) == {NUMBER, OTHER_NUMBER}
    assert account.unrented == []


def test_a_transformation_that_protects_everything_keeps_what_a_list_has(
    stack: EmbeddedStack, account: Account
) -> None:
    protect = TRANSFORMED.format("args.opts.protect = True")
    assert stack.up(protect + many("many", ALL) + single("a", "14155550105")).succeeded
    for change in (many("many", ALL[1:]) + single("a", "14155550105"), many("many", ALL) + single("b", "14155550105")):
        outcome = stack.up(protect + change)
        assert not outcome.succeeded
        assert "protected" in outcome.shown
    assert set(account.numbers()) == {*ALL, "14155550105"}
    assert stack.up(protect + many("many", [*ALL, "14155550106"]) + single("a", "14155550105")).succeeded


def test_a_protected_list_whose_numbers_are_known_late_keeps_them(stack: EmbeddedStack, account: Account) -> None:
    program = "first = {}" + many("many", "first.id.apply(lambda _: {})", opts=PROTECT)
    first = single("first", "14155550105")
    assert stack.up(program.format(first, ALL)).succeeded
    for run in (stack.preview, stack.up):
        outcome = run(program.format(first, ALL[1:]))
        assert not outcome.succeeded
        assert "protected" in outcome.shown
    assert set(account.numbers()) == {*ALL, "14155550105"}


def test_a_transformation_that_changes_the_pool_moves_the_numbers_and_gives_none_back(
    stack: EmbeddedStack, account: Account
) -> None:
    program = many("many", ALL[:2], unrent="True") + single("a", ALL[2], unrent="True")
    assert stack.up(program).succeeded
    moved = TRANSFORMED.format(
        'args.props.update(number_pool_uuid=OTHER_POOL) if "number_pool_uuid" in args.props else None'
    )
    outcome = stack.up(moved + program)
    assert outcome.succeeded, outcome.shown
    assert (account.numbers(POOL), set(account.numbers(OTHER_POOL))) == ({}, set(ALL[:3]))
    assert stack.up(program).succeeded
    assert (set(account.numbers(POOL)), account.numbers(OTHER_POOL)) == (set(ALL[:3]), {})
    assert account.unrented == []


def test_a_transformation_that_gives_two_resources_the_same_number_is_refused_and_loses_none(
    stack: EmbeddedStack, account: Account
) -> None:
    program = single("a", ALL[0], unrent="True") + single("b", ALL[1], unrent="True")
    assert stack.up(program).succeeded
    same = TRANSFORMED.format('args.props.update(number=NUMBER) if "number" in args.props else None')
    outcome = stack.up(same + program)
    assert not outcome.succeeded
    assert "has it too: a number belongs to one resource" in outcome.shown
    assert set(account.numbers()) == set(ALL[:2])
    assert account.unrented == []


def test_a_refused_option_is_one_line_and_sends_nothing(stack: EmbeddedStack, account: Account) -> None:
    for option in ('import_="14155550100"', "delete_before_replace=True"):
        outcome = stack.up(single("a", NUMBER, opts=f"ResourceOptions({option})"))
        assert not outcome.succeeded
        assert option.partition("=")[0] in outcome.shown
        assert "Traceback" not in "".join(outcome.errors)
    assert account.numbers() == {}
