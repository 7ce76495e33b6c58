"""`protect` holds for what a list contains, and for what it is beside."""

from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import ALL, many, single, written

STACKS = Path(__file__).parents[2] / "stacks"
PROTECT = "ResourceOptions(protect=True)"


def protected(numbers: list[str] = ALL, pool: str = "POOL", **more: str) -> str:
    """A protected list."""
    return many("a", numbers, pool, opts=PROTECT, **more)


@pytest.mark.parametrize(
    "change",
    [
        protected(ALL[1:]),
        protected(pool="OTHER_POOL"),
        protected(ALL[1:]) + many("b", ALL[:1]),
        protected(ALL[1:]) + single(ALL[0]),
        many("a", ALL[1:]),
    ],
    ids=["drop", "move", "to a list", "to a resource of its own", "drop together with protect"],
)
@pytest.mark.parametrize("unrent", ["False", "True"])
def test_no_number_leaves_a_protected_list_or_moves_with_it(
    stack: Stack, account: Account, sandbox: RunningSandbox, change: str, unrent: str
) -> None:
    stack.up(protected().replace(", opts", f", unrent={unrent}, opts"))
    sandbox.calls.clear()
    outcome = stack.up(change.replace('a", ', f'a", unrent={unrent}, '))
    assert not outcome.succeeded
    assert "PoolNumbers a is protected" in outcome.shown
    assert written(sandbox) == []
    assert account.numbers() == dict.fromkeys(ALL, "sms")


def test_a_protected_list_that_would_give_up_a_number_is_an_error_at_preview(stack: Stack) -> None:
    stack.up(protected())
    outcome = stack.preview(protected(ALL[1:]))
    assert not outcome.succeeded
    assert f"1 number would leave: {ALL[0]}" in outcome.shown


COMPONENT = """
class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("app:index:Box", name, None, opts)
        PoolNumber("inner", number_pool_uuid=POOL, number=NUMBER, opts=ResourceOptions(parent=self, protect=True))

Box("OLD")
"""
NAMED_BEFORE = 'ResourceOptions(protect=True, aliases=[Alias(name="a")])'


@pytest.mark.parametrize(
    ("program", "renamed"),
    [
        (declared(opts=PROTECT), declared("b", opts=NAMED_BEFORE)),
        (protected(), many("b", ALL, opts=NAMED_BEFORE)),
        (COMPONENT, COMPONENT.replace('Box("OLD")', 'Box("NEW", ResourceOptions(aliases=[Alias(name="OLD")]))')),
    ],
    ids=["single", "list", "inside a component"],
)
def test_what_is_protected_is_renamed_by_an_alias(
    stack: Stack, sandbox: RunningSandbox, program: str, renamed: str
) -> None:
    assert stack.up(program).succeeded
    sandbox.calls.clear()
    assert stack.preview(renamed).succeeded
    outcome = stack.up(renamed)
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []


@pytest.mark.parametrize("form", ["single", "list"])
def test_a_protection_that_a_failed_run_has_not_brought_about_protects_nothing_yet(
    stack: Stack, account: Account, sandbox: RunningSandbox, form: str
) -> None:
    def declaring(number: str, opts: str) -> str:
        if form == "list":
            return many("a", [number], unrent="True", opts=opts)
        return f'PoolNumber("a", number_pool_uuid=POOL, number="{number}", unrent=True, opts={opts})'

    assert stack.up(declaring(ALL[0], "None")).succeeded
    sandbox.add_fault(f"POST */Number/{ALL[1]}/ status=400 times=9")
    assert not stack.up(declaring(ALL[1], PROTECT)).succeeded
    sandbox.clear_faults()
    assert stack.up(declaring(ALL[0], "None")).succeeded
    assert account.numbers() == {ALL[0]: "sms"}
    assert account.unrented == []


def test_a_protection_that_the_ledger_can_not_tell_is_still_held_by_the_engine(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(many("a", ALL[:3], unrent="True")).succeeded
    sandbox.add_fault(f"DELETE */Number/{ALL[2]}/ status=500 times=9")
    assert not stack.up(protected(ALL[:2], unrent="True")).succeeded
    for change in (protected(ALL[:1], unrent="True"), protected(ALL[:1], unrent="True") + many("b", ALL[1:2])):
        sandbox.calls.clear()
        assert not stack.up(change).succeeded
        assert not any("Number/" + ALL[1] in each for each in written(sandbox))
    sandbox.clear_faults()
    assert stack.up(protected(ALL[:2], unrent="True")).succeeded
    assert account.numbers() == dict.fromkeys(ALL[:2], "sms")
    assert account.unrented == [ALL[2]]


def test_a_protected_list_grows_and_shrinks_once_its_protection_was_taken_away(stack: Stack, account: Account) -> None:
    stack.up(protected(ALL[:3]))
    assert stack.up(protected()).succeeded
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert not stack.destroy().succeeded
    # What the error says to do.
    assert stack.up(many("a")).succeeded
    assert stack.up(many("a", ALL[1:])).succeeded
    assert set(account.numbers()) == set(ALL[1:])


def test_exclusive_leaves_alone_a_protected_resource_that_left_the_program(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    held = declared("s", f'"{ALL[3]}"', opts=PROTECT)
    stack.up(many("a", ALL[:3]) + held)
    outcome = stack.up(many("a", ALL[:3], exclusive="True"))
    assert not outcome.succeeded
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert {call.method for call in sandbox.calls} <= {"GET", "POST"}
    assert set(stack.resources) == {"a", "s"}


def pools(together: bool, protect: bool) -> dict[str, object]:
    """The config of the example stacks: one pool of a hundred numbers."""
    pool = {"name": "otp", "number_pool_uuid": POOL, "numbers": HUNDRED}
    return {"numbers:pools": [{**pool, "together": True} if together else pool], "numbers:protect": str(protect)}


HUNDRED = [str(14155570000 + each) for each in range(100)]


@pytest.mark.slow
def test_a_pool_of_the_example_stacks_takes_the_form_that_its_config_names(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    account.rent(HUNDRED)
    program = (STACKS / "__main__.py").read_text()
    (stack.directory / "pool_config.py").write_text((STACKS / "pool_config.py").read_text())
    stack.config |= pools(together=False, protect=True)
    assert stack.up(program).succeeded
    assert stack.resources.keys() == {"otp", *HUNDRED}
    sandbox.calls.clear()
    stack.config |= pools(together=True, protect=True)
    refused = stack.up(program)
    assert not refused.succeeded
    assert len(account.numbers()) == 100
    # Protection is taken away by config alone.
    stack.config |= pools(together=False, protect=False)
    assert stack.up(program).succeeded
    stack.config |= pools(together=True, protect=False)
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.errors
    assert set(stack.resources) == {"otp"}
    assert written(sandbox) == []
    assert len(account.numbers()) == 100
