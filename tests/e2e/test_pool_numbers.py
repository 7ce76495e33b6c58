"""Many numbers in one resource, in whole stacks on an engine."""

from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack

ALL = [f"1415555010{digit}" for digit in range(4)]


def many(name: str = "all", numbers: object = tuple(ALL), pool: str = "POOL", **more: str) -> str:
    """One line of a program."""
    listed = numbers if isinstance(numbers, str) else repr(list(numbers))  # type: ignore[call-overload]
    extra = "".join(f", {key}={value}" for key, value in more.items())
    return f'{name} = PoolNumbers("{name}", number_pool_uuid={pool}, numbers={listed}{extra})\n'


def single(number: str, **more: str) -> str:
    """One line of a program."""
    extra = "".join(f", {key}={value}" for key, value in more.items())
    return f'PoolNumber("n{number[-1]}", number_pool_uuid=POOL, number="{number}"{extra})\n'


def written(sandbox: RunningSandbox) -> list[str]:
    """The calls since the last clear that were more than a look."""
    return [f"{call.method} {call.path}" for call in sandbox.calls if call.method != "GET"]


def test_up_adds_all_and_destroy_removes_all(stack: Stack, account: Account) -> None:
    outcome = stack.up(many() + 'pulumi.export("members", all.members)')
    assert outcome.succeeded, outcome.shown
    assert outcome.operations == {"all": "create"}
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert stack.resources["all"]["id"].startswith(f"{POOL}/")
    assert stack.resources["all"]["outputs"]["members"] == dict.fromkeys(ALL, "sms")
    assert stack.preview().operations == {"all": "same"}
    assert stack.destroy().succeeded
    assert account.numbers() == {}
    assert account.unrented == []


def test_a_change_of_a_list_is_an_update_and_what_is_given_back_leaves_with_a_replacement(
    stack: Stack, account: Account
) -> None:
    stack.up(many())
    changed = many(numbers=[*ALL[1:], "14155550105"])
    preview = stack.preview(changed)
    assert preview.operations == {"all": "update"}
    assert f"1 to add: 14155550105; 1 to remove: {ALL[0]}" in preview.shown
    assert stack.up(many(numbers=[*ALL[1:], "14155550105"], unrent="True")).operations == {"all": "update"}
    assert set(account.numbers()) == {*ALL[1:], "14155550105"}
    less = many(numbers=ALL[1:], unrent="True")
    assert stack.preview(less).operations == {"all": "replace"}
    assert stack.up(less).succeeded
    assert account.unrented == ["14155550105"]
    assert set(account.numbers()) == set(ALL[1:])


def test_an_update_that_fails_in_the_middle_fails_the_run_and_the_next_does_the_rest(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.up(many())
    changed = many(numbers=[*ALL[1:], "14155550105", "14155550106"])
    sandbox.add_fault("POST */14155550106/ status=400")
    outcome = stack.up(changed)
    assert not outcome.succeeded
    assert "PoolNumbers all: pool" in outcome.shown
    assert f"4 of 5 numbers done; not done: 14155550106; not removed: {ALL[0]}; could not add number" in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)
    assert ALL[0] in account.numbers()
    sandbox.clear_faults()
    sandbox.calls.clear()
    assert stack.up().succeeded
    assert len(written(sandbox)) == 2
    assert set(account.numbers()) == {*ALL[1:], "14155550105", "14155550106"}
    assert stack.preview().operations == {"all": "same"}


def test_a_number_that_leaves_an_unrenting_list_is_given_back_alone(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.up(many(unrent="True"))
    sandbox.calls.clear()
    outcome = stack.up(many(numbers=ALL[1:], unrent="True"))
    assert outcome.succeeded, outcome.shown
    assert account.unrented == [ALL[0]]
    assert len(written(sandbox)) == 1
    assert set(account.numbers()) == set(ALL[1:])


def test_single_resources_become_one_for_many_and_back_with_nothing_done_at_plivo(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    singles = "".join(single(each, unrent="True") for each in ALL)
    stack.up(singles)
    sandbox.calls.clear()
    outcome = stack.up(many(unrent="True"))
    assert outcome.succeeded, outcome.shown
    assert set(stack.resources) == {"all"}
    outcome = stack.up(singles)
    assert outcome.succeeded, outcome.shown
    assert set(stack.resources) == {"n0", "n1", "n2", "n3"}
    assert written(sandbox) == []
    assert account.unrented == []
    assert account.numbers() == dict.fromkeys(ALL, "sms")


def test_a_rename_without_alias_does_nothing_at_plivo(stack: Stack, account: Account, sandbox: RunningSandbox) -> None:
    stack.up(many(unrent="True"))
    sandbox.calls.clear()
    outcome = stack.up(many("renamed", unrent="True"))
    assert outcome.succeeded, outcome.shown
    assert "taken over from PoolNumbers all, which gives them up; no call" in outcome.shown
    assert written(sandbox) == []
    assert set(stack.resources) == {"renamed"}
    assert account.numbers() == dict.fromkeys(ALL, "sms")


def test_the_same_number_in_a_list_and_in_a_resource_of_its_own_is_refused_at_preview(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    outcome = stack.preview(many() + single(ALL[2]))
    assert not outcome.succeeded
    assert f"number {ALL[2]} is declared twice: by PoolNumbers all in pool {POOL} and by PoolNumber n2" in outcome.shown
    assert written(sandbox) == []


def test_numbers_may_be_outputs_alone_and_as_a_whole(stack: Stack, account: Account) -> None:
    outcome = stack.up(
        f'first = PoolNumber("first", number_pool_uuid=OTHER_POOL, number="{ALL[3]}")\n'
        f"pool = first.number.apply(lambda _: POOL)\n"
        + many("a", f'[pulumi.Output.from_input("{ALL[0]}"), "{ALL[1]}"]', pool="pool")
        + many("b", f'pulumi.Output.from_input(["{ALL[2]}"])')
    )
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == dict.fromkeys(ALL[:3], "sms")


def test_a_refresh_takes_over_what_left_the_pool_and_up_brings_it_back(stack: Stack, account: Account) -> None:
    stack.up(many())
    account.remove(POOL, NUMBER)
    assert stack.refresh().succeeded
    assert set(stack.resources["all"]["outputs"]["numbers"]) == set(ALL[1:])
    assert stack.up().operations == {"all": "update"}
    assert account.numbers() == dict.fromkeys(ALL, "sms")


def test_exclusive_removes_what_others_put_into_the_pool(stack: Stack, account: Account) -> None:
    stack.up(many(exclusive="True", unrent="True"))
    account.add(POOL, "14155550105")
    stack.refresh()
    outcome = stack.up()
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert account.unrented == []
    assert "14155550105" in outcome.shown


def test_a_new_pool_moves_all_of_them_and_gives_none_back(stack: Stack, account: Account) -> None:
    stack.up(many(unrent="True"))
    outcome = stack.up(many(pool="OTHER_POOL", unrent="True"))
    assert outcome.succeeded, outcome.shown
    assert outcome.operations == {"all": "replace"}
    assert account.numbers() == {}
    assert account.numbers(OTHER_POOL) == dict.fromkeys(ALL, "sms")
    assert account.unrented == []


def test_get_reads_what_a_pool_holds(stack: Stack, account: Account) -> None:
    account.add(POOL, OTHER_NUMBER)
    outcome = stack.up(
        'found = PoolNumbers.get("found", POOL, number_pool_uuid=POOL)\npulumi.export("numbers", found.numbers)'
    )
    assert outcome.succeeded, outcome.shown
    assert set(stack.resources["found"]["outputs"]["numbers"]) == {OTHER_NUMBER}
    assert stack.up("").succeeded
    assert account.numbers() == {OTHER_NUMBER: "sms"}
