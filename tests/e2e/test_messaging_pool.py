"""The component that most stacks use: a Powerpack and its members at once."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import FOR_SALE, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_powerpacks import written

LAST_NUMBER = "14155550107"
OTP = "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e"


def pool(**inputs: object) -> str:
    """One line of a program."""
    return f"pool = MessagingPool('pool', {', '.join(f'{key}={value!r}' for key, value in inputs.items())})\n"


@pytest.mark.parametrize("each", [False, True])
def test_a_powerpack_is_made_with_its_members_and_their_order_is_no_change(
    stack: Stack, account: Account, each: bool
) -> None:
    inputs = {"name": "letters", "toll_frees": ["+1 800-555-0100"], "each": each}
    outcome = stack.up(
        pool(numbers=[NUMBER, "+1 415-555-0101"], **inputs) + "pulumi.export('pool', pool.number_pool_uuid)"
    )
    assert outcome.succeeded, outcome.shown
    uuid = stack.deployment()["resources"][0]["outputs"]["pool"]
    assert account.numbers(uuid) == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert account.toll_frees(uuid) == {TOLL_FREE}
    members = {NUMBER, OTHER_NUMBER} if each else set()
    assert stack.resources.keys() == {"pool", TOLL_FREE, *members}
    again = stack.preview(pool(numbers=["+1 415-555-0101", NUMBER], **inputs))
    assert set(again.operations.values()) == {"same"}, again.shown


def test_a_pool_that_is_there_is_adopted_whole_without_a_write(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    account.add(POOL, NUMBER, "mms")
    sandbox.calls.clear()
    outcome = stack.up(pool(name="otp", numbers=[NUMBER], shortcodes=[SHORTCODE], adopt=True))
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert account.numbers() == {NUMBER: "mms"}


def test_a_powerpack_that_is_given_by_its_uuid_is_only_read(stack: Stack, account: Account) -> None:
    outcome = stack.up(pool(powerpack_uuid=OTP, numbers={NUMBER: "mms"}))
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "mms"}
    assert stack.destroy().succeeded
    assert account.numbers() == {}
    assert "otp" in [each.name for each in account.powerpacks]


def test_a_pool_that_is_given_alone_has_its_members_and_its_powerpack_is_not_even_read(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    program = pool(number_pool_uuid=POOL, numbers=[NUMBER], shortcodes=[SHORTCODE]) + (
        "pulumi.export('pool', [pool.number_pool_uuid, pool.powerpack_uuid])"
    )
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert stack.deployment()["resources"][0]["outputs"]["pool"] == [POOL, None]
    assert account.numbers() == {NUMBER: "sms"}
    assert not [each.path for each in sandbox.calls if "/Powerpack/" in each.path]
    assert set(stack.preview().operations.values()) == {"same"}


def test_a_number_that_says_more_than_its_service_is_a_resource_of_its_own(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.config["plivo:allowRent"] = "true"
    account.add(POOL, LAST_NUMBER)
    own = {
        NUMBER: "mms",
        OTHER_NUMBER: {"service": "mms"},
        "14155550102": None,
        LAST_NUMBER: {"adopt": True, "unrent": True},
        FOR_SALE: {"rent": True, "service": "mms"},
    }
    inputs = {"number_pool_uuid": POOL, "service": "sms", "toll_frees": {TOLL_FREE: {"unrent": True}}}
    outcome = stack.up(pool(numbers=own, **inputs))
    assert outcome.succeeded, outcome.shown
    assert stack.resources.keys() == {"pool", TOLL_FREE, LAST_NUMBER, FOR_SALE}
    services = {NUMBER: "mms", OTHER_NUMBER: "mms", "14155550102": "sms", LAST_NUMBER: "sms", FOR_SALE: "mms"}
    assert account.numbers() == services
    assert set(stack.preview().operations.values()) == {"same"}

    sandbox.calls.clear()
    outcome = stack.up(pool(numbers={**own, LAST_NUMBER: None}, **inputs))
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert stack.resources.keys() == {"pool", TOLL_FREE, FOR_SALE}

    outcome = stack.up(pool(numbers={**services, LAST_NUMBER: None, FOR_SALE: {"rent": True}}, number_pool_uuid=POOL))
    assert outcome.succeeded, outcome.shown
    assert account.unrented == [TOLL_FREE]


def test_a_number_that_gives_itself_back_leaves_the_others_of_its_pool_rented(stack: Stack, account: Account) -> None:
    inputs: dict[str, object] = {"number_pool_uuid": POOL, "each": True, "unrent": True}
    assert stack.up(pool(numbers={NUMBER: {"unrent": False}, OTHER_NUMBER: {}, LAST_NUMBER: "sms"}, **inputs)).succeeded
    outcome = stack.up(pool(numbers=[LAST_NUMBER], **inputs))
    assert outcome.succeeded, outcome.shown
    assert account.unrented == [OTHER_NUMBER]
    assert account.numbers() == {LAST_NUMBER: "sms"}


def test_a_member_that_moves_to_another_component_stays_the_same_resource(stack: Stack, account: Account) -> None:
    both = "MessagingPool('{}', number_pool_uuid=POOL, numbers={}, each=True)\n" + (
        "MessagingPool('{}', number_pool_uuid=OTHER_POOL, numbers={}, each=True)\n"
    )
    assert stack.up(both.format("a", [NUMBER, OTHER_NUMBER], "b", [])).succeeded
    outcome = stack.up(both.format("a", [OTHER_NUMBER], "b", [NUMBER]))
    assert outcome.succeeded, outcome.shown
    assert outcome.operations[NUMBER] == "update"
    assert (account.numbers(), account.numbers(OTHER_POOL)) == ({OTHER_NUMBER: "sms"}, {NUMBER: "sms"})


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ({}, "name one of name, powerpack_uuid, number_pool_uuid: a Powerpack of its own, one that is there, or"),
        ({"name": "a", "powerpack_uuid": OTP}, "name one of name, powerpack_uuid, number_pool_uuid"),
        ({"powerpack_uuid": OTP, "sticky_sender": False}, "sticky_sender can't be set of a Powerpack that the stack"),
        ({"number_pool_uuid": POOL, "unrent_numbers": True}, "unrent_numbers can't be set of a Powerpack that the"),
        ({"name": "a", "toll_frees": "18005550100"}, "toll_frees has to be known in the program, since"),
        ({"name": "a", "numbers": ["1"], "each": True}, "numbers: '1' is not a phone number"),
        ({"name": "a", "toll_frees": [TOLL_FREE, "+1 800-555-0100"]}, f"toll_frees: {TOLL_FREE} is there twice"),
        (
            {"name": "a", "toll_frees": {TOLL_FREE: {"service": "sms"}}},
            f"toll_frees: {TOLL_FREE} can't have service; there are unrent, adopt, rent",
        ),
    ],
)
def test_what_can_not_be_is_named_in_the_program(stack: Stack, inputs: dict[str, object], text: str) -> None:
    refused = stack.preview(pool(**inputs))
    assert not refused.succeeded
    assert f"MessagingPool pool: {text}" in refused.shown
