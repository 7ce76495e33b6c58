"""Lists of numbers that change in ways that are easy to get wrong: moved by halves, read instead of owned, renamed."""

from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import ACCOUNT, NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import ALL, many, single


def test_a_list_that_becomes_a_get_is_not_unrented(stack: Stack, account: Account) -> None:
    stack.up(many(unrent="True"))
    outcome = stack.up('PoolNumbers.get("all", POOL, number_pool_uuid=POOL)\n')
    assert "with a get of all that the pool holds, which the program declares; no call" in outcome.shown
    assert account.unrented == [], outcome.shown
    assert account.numbers() == dict.fromkeys(ALL, "sms"), outcome.shown


def test_a_move_that_failed_half_way_and_is_given_up_leaves_nothing_behind_unnamed(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.up(many())
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    assert not stack.up(many(pool="OTHER_POOL")).succeeded
    sandbox.clear_faults()
    left = set(account.numbers(OTHER_POOL))
    assert left
    outcome = stack.destroy()
    assert outcome.succeeded
    still = set(account.numbers(OTHER_POOL)) | set(account.numbers())
    assert all(digits in outcome.shown for digits in still), (still, outcome.shown, stack.resources)


def test_a_number_dropped_after_a_move_that_failed_half_way_does_not_stay_behind_unnamed(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.up(many())
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    assert not stack.up(many(pool="OTHER_POOL")).succeeded
    sandbox.clear_faults()
    moved = sorted(account.numbers(OTHER_POOL))[0]
    wanted = [each for each in ALL if each != moved]
    outcome = stack.up(many(numbers=wanted, pool="OTHER_POOL"))
    assert outcome.succeeded, outcome.shown
    assert set(account.numbers(OTHER_POOL)) == set(wanted), outcome.shown
    assert account.numbers() == {}


def test_a_move_that_failed_half_way_can_be_taken_back_after_a_refresh(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.up(many())
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    assert not stack.up(many(pool="OTHER_POOL")).succeeded
    sandbox.clear_faults()
    stack.refresh()
    outcome = stack.up(many())
    assert outcome.succeeded, outcome.errors
    assert set(account.numbers()) == set(ALL)
    assert account.numbers(OTHER_POOL) == {}


def test_a_move_that_failed_half_way_can_go_on_to_a_third_pool(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    third = "11111111-2222-4333-8444-555555555555"
    (account_of_test,) = ACCOUNT["accounts"]
    more = {"name": "third", "number_pool_uuid": third}
    sandbox.seed({"accounts": [{**account_of_test, "powerpacks": [*account_of_test["powerpacks"], more]}]})
    stack.up(many())
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    assert not stack.up(many(pool="OTHER_POOL")).succeeded
    sandbox.clear_faults()
    outcome = stack.up(many(pool=f'"{third}"'))
    assert outcome.succeeded, outcome.errors
    assert set(account.numbers(third)) == set(ALL)
    assert account.numbers() == account.numbers(OTHER_POOL) == {}


def test_a_list_that_takes_over_the_name_of_a_single_number_by_alias_says_what_is_wrong(
    stack: Stack, account: Account
) -> None:
    stack.up(single(NUMBER))
    alias = 'ResourceOptions(aliases=[Alias(name="n0", type_="pulumi-python:dynamic/plivo:PoolNumber")])'
    outcome = stack.up(many(adopt="True", opts=alias))
    assert "an alias can't turn a resource of one class into one of another" in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)
    assert account.numbers() == {NUMBER: "sms"}


def test_exclusive_beside_resources_whose_check_comes_later_leaves_them_in_the_pool(
    stack: Stack, account: Account
) -> None:
    program = (
        many(numbers=ALL[:2], exclusive="True")
        + f'def later(_):\n    PoolNumber("late", number_pool_uuid=POOL, number="{ALL[2]}", adopt=True)\n'
        + "all.members.apply(later)\n"
    )
    for extra in ("", "# again\n"):
        assert stack.up(program + extra).succeeded
        stack.refresh()
        assert set(account.numbers()) == set(ALL[:3])
    outcome = stack.up(program.replace("numbers=[", "numbers=['14155550106', "))
    assert outcome.succeeded, outcome.shown
    assert set(account.numbers()) == {*ALL[:3], "14155550106"}, outcome.shown


def test_exclusive_leaves_alone_a_number_that_the_program_reads(stack: Stack, account: Account) -> None:
    account.add(POOL, "14155550106")
    read = 'PoolNumber.get("theirs", "14155550106", number_pool_uuid=POOL, opts=ResourceOptions(depends_on=[all]))\n'
    outcome = stack.up(many(exclusive="True") + read)
    assert "14155550106" in account.numbers(), outcome.shown
