"""The component that most stacks use: a Powerpack and its members at once."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, POOL, SHORTCODE, TOLL_FREE, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_powerpacks import written

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


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ({}, "name one of name and powerpack_uuid"),
        ({"name": "a", "powerpack_uuid": OTP}, "name one of name and powerpack_uuid"),
        ({"powerpack_uuid": OTP, "sticky_sender": False}, "sticky_sender can't be set of a Powerpack that is only"),
        ({"name": "a", "toll_frees": "18005550100"}, "toll_frees has to be known in the program, since"),
        ({"name": "a", "numbers": ["1"], "each": True}, "numbers: '1' is not a phone number"),
    ],
)
def test_what_can_not_be_is_named_in_the_program(stack: Stack, inputs: dict[str, object], text: str) -> None:
    refused = stack.preview(pool(**inputs))
    assert not refused.succeeded
    assert f"MessagingPool pool: {text}" in refused.shown
