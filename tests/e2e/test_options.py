"""Pulumi's resource options, on resources of this package."""

from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_lifecycle import by_hand


def declared(name: str = "a", number: str = "NUMBER", pool: str = "POOL", **more: str) -> str:
    """One line of a program."""
    extra = "".join(f", {key}={value}" for key, value in more.items())
    return f'PoolNumber("{name}", number_pool_uuid={pool}, number={number}{extra})\n'


def test_a_protected_number_stays(stack: Stack, account: Account) -> None:
    stack.up(declared(opts="ResourceOptions(protect=True)"))
    assert not stack.up("").succeeded
    assert not stack.destroy().succeeded
    assert account.numbers() == {NUMBER: "sms"}
    assert "a" in stack.resources


def test_a_retained_number_leaves_the_state_and_stays_in_the_pool(stack: Stack, account: Account) -> None:
    stack.up(declared(opts="ResourceOptions(retain_on_delete=True)"))
    assert stack.up("").succeeded
    assert account.numbers() == {NUMBER: "sms"}
    assert stack.resources == {}


def test_an_ignored_change_is_not_made(stack: Stack, account: Account) -> None:
    stack.up(declared())
    outcome = stack.up(declared(service='"mms"', opts='ResourceOptions(ignore_changes=["service"])'))
    assert outcome.succeeded
    assert account.numbers() == {NUMBER: "sms"}


def test_a_rename_with_an_alias_changes_nothing_at_plivo(stack: Stack, sandbox: RunningSandbox) -> None:
    stack.up(declared())
    sandbox.calls.clear()
    outcome = stack.up(declared("b", opts='ResourceOptions(aliases=[Alias(name="a")])'))
    assert outcome.succeeded, outcome.shown
    assert sandbox.calls == []
    assert set(stack.resources) == {"b"}


def test_a_component_and_what_depends_on_it(stack: Stack, account: Account) -> None:
    program = """
    class Campaign(pulumi.ComponentResource):
        def __init__(self, name):
            super().__init__("app:index:Campaign", name)
            first = PoolNumber("inner", number_pool_uuid=POOL, number=NUMBER, opts=ResourceOptions(parent=self))
            self.register_outputs({"number": first.number})

    campaign = Campaign("spring")
    PoolNumber("outer", number_pool_uuid=POOL, number=OTHER_NUMBER, opts=ResourceOptions(depends_on=[campaign]))
    """
    assert stack.up(program).succeeded
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert stack.resources["inner"]["parent"] == stack.urn("spring")
    assert stack.destroy().succeeded
    assert account.numbers() == {}


def test_an_output_of_one_resource_feeds_another_and_is_unknown_at_preview(stack: Stack, account: Account) -> None:
    program = """
    first = PoolNumber("first", number_pool_uuid=POOL, number=NUMBER)
    pool = first.added_on.apply(lambda _: OTHER_POOL)
    PoolNumber("second", number_pool_uuid=pool, number=OTHER_NUMBER)
    """
    assert stack.preview(program).succeeded
    assert account.numbers() == {}
    assert stack.up(program).succeeded
    assert account.numbers(OTHER_POOL) == {OTHER_NUMBER: "sms"}


def test_get_reads_a_number_that_the_stack_does_not_own(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    by_hand(sandbox, "add", POOL, NUMBER)
    program = """
    found = PoolNumber.get("found", NUMBER, number_pool_uuid=POOL)
    pulumi.export("service", found.service)
    """
    assert stack.up(program).succeeded
    assert stack.resources["found"]["external"] is True
    assert stack.refresh().succeeded
    assert stack.destroy().succeeded
    assert account.numbers() == {NUMBER: "sms"}


def test_get_of_a_number_that_is_not_there_is_an_error(stack: Stack) -> None:
    assert not stack.up('PoolNumber.get("found", NUMBER, number_pool_uuid=POOL)').succeeded


def test_inputs_may_be_coroutines(stack: Stack, account: Account) -> None:
    program = """
    async def later(value):
        return value

    PoolNumber("a", number_pool_uuid=later(POOL), number=later(NUMBER), unrent=later(False))
    """
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms"}
