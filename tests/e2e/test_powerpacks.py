"""Powerpacks in a stack: made, changed, renamed, taken over, given up, with the numbers that hang on them."""

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Powerpack

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, POOL, TOLL_FREE, Account
from tests.e2e.stacks import Stack

WRITES = ("POST", "DELETE")


def pack(resource: str = "pack", name: str = "letters", **more: str) -> str:
    """One line of a program."""
    extra = "".join(f", {key}={value}" for key, value in more.items())
    return f'pack = Powerpack("{resource}", name="{name}"{extra})\n'


MEMBERS = """
PoolNumber("one", number_pool_uuid=pack.number_pool_uuid, number=NUMBER)
PoolNumbers("more", number_pool_uuid=pack.number_pool_uuid, numbers=[OTHER_NUMBER])
"""


def written(sandbox: RunningSandbox) -> list[str]:
    """The calls since the last clear that were more than a look, without the account's path."""
    return [f"{call.method} {call.path.split(AUTH_ID)[1]}" for call in sandbox.calls if call.method in WRITES]


def powerpacks(account: Account) -> dict[str | None, Powerpack]:
    """The account's Powerpacks by name."""
    return {each.name: each for each in account.powerpacks}


def test_members_hang_on_a_powerpack_that_is_made_in_the_same_program(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    program = pack(sticky_sender="False") + MEMBERS + 'pulumi.export("pool", pack.number_pool_uuid)'
    preview = stack.preview(program)
    assert preview.succeeded, preview.shown
    assert written(sandbox) == []
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    outputs = stack.resources["pack"]["outputs"]
    assert stack.resources["pack"]["id"] == outputs["uuid"]
    assert (outputs["sticky_sender"], outputs["local_connect"], outputs["application_id"]) == (False, True, "none")
    assert account.numbers(outputs["number_pool_uuid"]) == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    again = stack.preview()
    assert set(again.operations.values()) == {"same"}, again.shown
    assert stack.refresh().succeeded
    assert set(stack.preview().operations.values()) == {"same"}
    assert stack.destroy().succeeded
    assert "letters" not in powerpacks(account)
    assert account.unrented == []


@pytest.mark.parametrize("update", ["partial", "reset"])
def test_a_change_is_made_in_place_and_sends_what_the_program_leaves_out_as_it_is(
    stack: Stack, account: Account, sandbox: RunningSandbox, update: str
) -> None:
    sandbox.set_quirk("powerpack-update", update)
    assert stack.up(pack(local_connect="False")).succeeded
    sandbox.calls.clear()
    outcome = stack.up(pack(name="news", sticky_sender="False"))
    assert outcome.operations == {"pack": "update"}, outcome.shown
    assert len(written(sandbox)) == 1
    changed = powerpacks(account)["news"]
    # Nobody asked for local_connect to come back.
    assert (changed.sticky_sender, changed.local_connect) == (False, False)


def test_a_renamed_resource_takes_its_powerpack_over_without_a_call(stack: Stack, sandbox: RunningSandbox) -> None:
    assert stack.up(pack() + MEMBERS).succeeded
    before = stack.resources["pack"]["id"]
    sandbox.calls.clear()
    outcome = stack.up(pack("box") + MEMBERS)
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert stack.resources["box"]["id"] == before
    assert "taken over from Powerpack pack" in outcome.shown


COMPONENT = """
class Team(pulumi.ComponentResource):
    def __init__(self, name, own, powerpack, opts=None):
        super().__init__("my:index:Team", name, None, opts)
        Powerpack(own, name=powerpack, unrent_numbers=True, opts=ResourceOptions(parent=self))
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'Powerpack("pack", name="letters", unrent_numbers=True)',
            'Powerpack("box", name="news", unrent_numbers=True, opts=ResourceOptions(aliases=[Alias(name="pack")]))',
        ),
        (
            'MessagingPool("pack", name="letters", unrent_numbers=True)',
            'MessagingPool("box", name="news", unrent_numbers=True,'
            ' opts=ResourceOptions(aliases=[Alias(name="pack")]))',
        ),
        (
            f'{COMPONENT}Team("a", "pack", "letters")',
            f'{COMPONENT}Team("b", "pack", "news", opts=ResourceOptions(aliases=[Alias(name="a")]))',
        ),
        (
            'Powerpack("pack", name="letters", unrent_numbers=True)',
            f"{COMPONENT.replace('parent=self', 'parent=self, aliases=[Alias(parent=pulumi.ROOT_STACK_RESOURCE)]')}"
            'Team("a", "pack", "news")',
        ),
    ],
    ids=["by its own alias", "in a MessagingPool", "by its parent's", "into a component"],
)
def test_a_powerpack_that_gets_another_name_with_its_resource_loses_nothing(
    stack: Stack, account: Account, before: str, after: str
) -> None:
    assert stack.up(before).succeeded
    pool = powerpacks(account)["letters"].number_pool_uuid
    account.add(str(pool), NUMBER)
    preview = stack.preview(after)
    assert preview.succeeded, preview.shown
    assert "will be" not in preview.shown
    outcome = stack.up(after)
    assert outcome.succeeded, outcome.shown
    assert account.unrented == []
    assert powerpacks(account)["news"].number_pool_uuid == pool
    assert "letters" not in powerpacks(account)


def test_a_powerpack_that_is_there_already_is_taken_over_only_with_adopt(stack: Stack, sandbox: RunningSandbox) -> None:
    refused = stack.preview(pack(name="otp"))
    assert not refused.succeeded
    assert "adopt=True" in refused.shown
    assert not stack.up(pack(name="otp")).succeeded
    outcome = stack.up(pack(name="otp", adopt="True"))
    assert outcome.succeeded, outcome.shown
    assert stack.resources["pack"]["outputs"]["number_pool_uuid"] == POOL
    assert written(sandbox) == []


@pytest.mark.parametrize("before", ["its create failed", "it was deleted by hand"])
def test_a_powerpack_that_others_made_between_two_runs_is_not_the_stacks(
    stack: Stack, account: Account, sandbox: RunningSandbox, before: str
) -> None:
    if before == "its create failed":
        sandbox.add_fault("POST */Powerpack/ status=400 times=9")
        assert not stack.up(pack()).succeeded
        sandbox.clear_faults()
    else:
        assert stack.up(pack()).succeeded
        account.delete_powerpack(stack.resources["pack"]["id"])
        assert stack.refresh().succeeded
    theirs = {"name": "letters"}
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "powerpacks": [theirs]}]})
    sandbox.calls.clear()
    for refused in (stack.preview(pack()), stack.up(pack())):
        assert not refused.succeeded
        assert "the account has a Powerpack letters already, and not through this resource" in refused.shown
    assert written(sandbox) == []
    assert stack.up(pack(adopt="True")).succeeded
    assert stack.resources["pack"]["outputs"]["adopted"] is True


def test_a_powerpack_is_not_deleted_while_the_program_declares_a_member_of_its_pool(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(pack() + MEMBERS).succeeded
    pool = stack.resources["pack"]["outputs"]["number_pool_uuid"]
    sandbox.calls.clear()
    for run in (stack.preview, stack.up):
        refused = run(f'PoolNumber("one", number_pool_uuid="{pool}", number=NUMBER)')
        assert not refused.succeeded
        assert f"PoolNumber one has numbers in its pool {pool}" in refused.shown
    assert written(sandbox) == []
    assert NUMBER in account.numbers(pool)


def test_a_powerpack_with_unrent_numbers_gives_back_what_it_names_at_preview(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(pack(unrent_numbers="True") + MEMBERS).succeeded
    pool = stack.resources["pack"]["outputs"]["number_pool_uuid"]
    account.rent(["14155550120"])
    account.add(pool, "14155550120")
    sandbox.calls.clear()
    preview = stack.preview("pulumi.export('x', 1)")
    # What other resources have without unrent leaves the pool before, and stays rented.
    assert "1 number will be given back to Plivo for good: 14155550120" in preview.shown
    outcome = stack.up()
    assert outcome.succeeded, outcome.shown
    assert account.unrented == ["14155550120"]
    assert "given back to Plivo for good, with Powerpack letters" in outcome.shown
    assert {NUMBER, OTHER_NUMBER} <= account.rented


def test_a_powerpack_without_unrent_numbers_counts_what_stays_rented(stack: Stack, account: Account) -> None:
    assert stack.up(pack()).succeeded
    pool = stack.resources["pack"]["outputs"]["number_pool_uuid"]
    account.add(pool, NUMBER)
    outcome = stack.up("pulumi.export('x', 1)")
    assert outcome.succeeded, outcome.shown
    assert f"still rented, which costs money: number {NUMBER}" in outcome.shown
    assert account.unrented == []


def test_a_lost_answer_makes_no_second_powerpack(stack: Stack, account: Account, sandbox: RunningSandbox) -> None:
    sandbox.set_quirk("duplicate-powerpack-name", "accept")
    sandbox.add_fault("POST */Powerpack/ status-after=503 times=99")
    outcome = stack.up(pack() + MEMBERS)
    assert outcome.succeeded, outcome.shown
    sandbox.clear_faults()
    assert [each.name for each in account.powerpacks].count("letters") == 1


def test_more_numbers_than_a_run_may_give_back_keep_the_powerpack(stack: Stack, account: Account) -> None:
    stack.config["plivo:maxUnrents"] = "1"
    assert stack.up(pack(unrent_numbers="True")).succeeded
    pool = stack.resources["pack"]["outputs"]["number_pool_uuid"]
    for number in (NUMBER, OTHER_NUMBER):
        account.add(pool, number)
    refused = stack.preview("pulumi.export('x', 1)")
    assert not refused.succeeded
    assert "PLIVO_MAX_UNRENTS=2" in refused.shown
    destroyed = stack.destroy()
    assert not destroyed.succeeded
    assert "Powerpack letters stays: 2 numbers would be given back" in destroyed.shown
    assert account.unrented == []
    assert "letters" in powerpacks(account)


def test_a_toll_free_of_the_pool_is_given_back_too(stack: Stack, account: Account) -> None:
    assert stack.up(
        pack(unrent_numbers="True")
        + "PoolTollFree('free', number_pool_uuid=pack.number_pool_uuid, number=TOLL_FREE, unrent=True)"
    ).succeeded
    assert stack.destroy().succeeded
    assert account.unrented == [TOLL_FREE]


def test_two_powerpacks_of_one_name_are_refused_in_the_program(stack: Stack) -> None:
    refused = stack.preview(pack() + pack("box"))
    assert not refused.succeeded
    assert "Powerpack letters is declared twice: by Powerpack pack and by Powerpack box" in refused.shown


def test_a_name_that_is_passed_on_makes_no_second_owner(stack: Stack, account: Account) -> None:
    assert stack.up(pack("a", "letters", unrent_numbers="True")).succeeded
    passed_on = pack("b", "letters") + pack("a", "news", unrent_numbers="True")
    refused = stack.preview(passed_on)
    assert not refused.succeeded
    assert "is that of Powerpack a, which gets another name" in refused.shown
    stack.up(passed_on)
    assert stack.up(pack("a", "news", unrent_numbers="True")).succeeded
    assert stack.up(passed_on).succeeded
    assert len({stack.resources[name]["id"] for name in ("a", "b")}) == 2
    assert {"letters", "news"} <= powerpacks(account).keys()


def test_a_powerpack_that_is_only_read_keeps_no_other_from_being_deleted(stack: Stack, account: Account) -> None:
    reads = 'Powerpack.get("read", "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e")\n'
    assert stack.up(reads + pack(unrent_numbers="True")).succeeded
    account.add(stack.resources["pack"]["outputs"]["number_pool_uuid"], NUMBER)
    outcome = stack.up(reads)
    assert outcome.succeeded, outcome.shown
    assert "letters" not in powerpacks(account)
    assert account.unrented == [NUMBER]


def test_a_powerpack_that_is_handed_to_a_get_stays(stack: Stack, account: Account, sandbox: RunningSandbox) -> None:
    assert stack.up(pack(unrent_numbers="True")).succeeded
    uuid = stack.resources["pack"]["id"]
    sandbox.calls.clear()
    outcome = stack.up(f'Powerpack.get("read", "{uuid}")')
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert "letters" in powerpacks(account)


def test_of_a_powerpack_that_was_renamed_by_hand_the_preview_says_what_it_can_not_see(
    stack: Stack, account: Account
) -> None:
    assert stack.up(pack(unrent_numbers="True")).succeeded
    state = stack.resources["pack"]["outputs"]
    account.add(state["number_pool_uuid"], NUMBER)
    account.rename_powerpack(state["uuid"], "by hand")
    preview = stack.preview("pulumi.export('x', 1)")
    assert "Powerpack pack will be deleted, and the account has no Powerpack letters" in preview.shown
    outcome = stack.up()
    assert outcome.succeeded, outcome.shown
    assert account.unrented == []
    assert f"still rented, which costs money: number {NUMBER}" in outcome.shown


def test_a_powerpack_that_was_taken_out_of_the_state_can_be_forgotten(stack: Stack, account: Account) -> None:
    assert stack.up(pack()).succeeded
    pool = stack.resources["pack"]["outputs"]["number_pool_uuid"]
    member = f'PoolNumber("n", number_pool_uuid="{pool}", number=NUMBER)'
    assert stack.up(pack() + member).succeeded
    stack.drop_from_state("pack")
    refused = stack.up(member)
    assert not refused.succeeded
    assert "PLIVO_FORGET='powerpack:letters'" in refused.shown
    stack.environment["PLIVO_FORGET"] = "powerpack:letters"
    assert stack.up(member).succeeded
    del stack.environment["PLIVO_FORGET"]
    assert set(stack.preview(member).operations.values()) == {"same"}
    assert "letters" in powerpacks(account)


def test_a_rename_whose_answer_is_lost_is_brought_to_its_end_by_the_next_up(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(pack()).succeeded
    sandbox.add_fault("POST */Powerpack/* status-after=503 times=99")
    sandbox.add_fault("GET */Powerpack/* nth=3 status=500 times=99")
    assert not stack.up(pack(name="news")).succeeded
    sandbox.clear_faults()
    outcome = stack.up(pack(name="news"))
    assert outcome.succeeded, outcome.shown
    assert {"news"} == powerpacks(account).keys() - {"otp", "alerts"}


def test_a_number_that_plivo_did_not_unrent_is_not_told_as_lost_again(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    number = 'PoolNumber("n", number_pool_uuid=pack.number_pool_uuid, number=NUMBER, unrent=True)'
    assert stack.up(pack() + number).succeeded
    sandbox.set_quirk("unrent-on-remove", "partial")
    assert stack.up(pack()).succeeded
    again = stack.up(pack())
    assert again.succeeded, again.shown
    assert "given back" not in again.shown
    assert account.unrented == []


def test_what_another_resource_retains_is_not_given_back_with_the_powerpack(stack: Stack, account: Account) -> None:
    retained = (
        'PoolNumber("n", number_pool_uuid=pack.number_pool_uuid, number=NUMBER,'
        " opts=ResourceOptions(retain_on_delete=True))"
    )
    assert stack.up(pack(unrent_numbers="True") + retained).succeeded
    refused = stack.preview("pulumi.export('x', 1)")
    assert not refused.succeeded
    assert f"would give back number {NUMBER}, which another resource has or retains" in refused.shown
    assert account.unrented == []


@pytest.mark.parametrize("allowed", [False, True])
def test_a_preview_looks_whether_a_number_is_rented_though_its_pool_is_not_there_yet(
    stack: Stack, sandbox: RunningSandbox, allowed: bool
) -> None:
    stack.config["plivo:allowRent"] = "true"
    rent = ", rent=True" if allowed else ""
    preview = stack.preview(pack() + f'PoolNumber("n", number_pool_uuid=pack.number_pool_uuid, number=FOR_SALE{rent})')
    assert preview.succeeded is allowed
    assert ("will be rented, for" if allowed else "the account does not rent") in preview.shown
    assert written(sandbox) == []
