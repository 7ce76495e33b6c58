"""One program and three environments: each stack stays with its account, and says at preview when that is another."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import ACCOUNT, AUTH_ID, AUTH_TOKEN, NUMBER, Account
from tests.e2e.stacks import Stack

OTHER_AUTH_ID = "MAOTHERACCOUNT000001"
OTHER_TOKEN = "token-of-the-other-account"
ONE = 'PoolNumber("a", number_pool_uuid=POOL, number=NUMBER)\n'
TWO = ONE + 'PoolNumber("b", number_pool_uuid=POOL, number=OTHER_NUMBER)\n'
NOT_THIS_ACCOUNTS = "the auth token is not this account's, or no longer: it came from PLIVO_AUTH_TOKEN"


@pytest.fixture(autouse=True)
def other_account(sandbox: RunningSandbox) -> None:
    """A second account, as that of another environment."""
    sandbox.seed({"accounts": [*ACCOUNT["accounts"], {"auth_id": OTHER_AUTH_ID, "auth_token": OTHER_TOKEN}]})


def in_the_shell(stack: Stack, **variables: str) -> None:
    """Put variables into the environment, as a shell that was used for another account has them."""
    stack.environment |= variables


@pytest.mark.parametrize("before", ["", ONE, TWO], ids=["nothing", "one", "more"])
def test_a_shell_with_the_auth_id_and_token_of_another_account_is_refused_at_preview_whatever_changes(
    stack: Stack, sandbox: RunningSandbox, before: str
) -> None:
    if before:
        assert stack.up(before).succeeded
    in_the_shell(stack, PLIVO_AUTH_ID=OTHER_AUTH_ID, PLIVO_AUTH_TOKEN=OTHER_TOKEN)
    sandbox.calls.clear()
    outcome = stack.preview(ONE)
    assert not outcome.succeeded
    told = " ".join(outcome.errors)
    assert f"this stack belongs to account {AUTH_ID}" in told
    assert f"the auth id and token of account {OTHER_AUTH_ID}" in told
    assert OTHER_TOKEN not in outcome.shown
    assert sandbox.calls == []


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_such_a_shell_changes_nothing_in_a_refresh_or_destroy_either(
    stack: Stack, account: Account, command: str
) -> None:
    assert stack.up(ONE).succeeded
    in_the_shell(stack, PLIVO_AUTH_ID=OTHER_AUTH_ID, PLIVO_AUTH_TOKEN=OTHER_TOKEN)
    outcome = getattr(stack, command)()
    assert not outcome.succeeded
    assert f"this stack belongs to account {AUTH_ID}" in outcome.shown
    assert account.numbers() == {NUMBER: "sms"}
    assert stack.resources["a"]["id"] == NUMBER


@pytest.mark.parametrize(("before", "after"), [(ONE, TWO), (TWO, ONE), (TWO, "import pulumi_plivo\n")])
def test_a_token_of_another_account_is_an_error_at_preview_where_numbers_come_or_go(
    stack: Stack, before: str, after: str
) -> None:
    assert stack.up(before).succeeded
    in_the_shell(stack, PLIVO_AUTH_TOKEN=OTHER_TOKEN)
    outcome = stack.preview(after)
    assert not outcome.succeeded
    assert NOT_THIS_ACCOUNTS in " ".join(outcome.errors)
    assert OTHER_TOKEN not in outcome.shown


def test_a_preview_in_which_nothing_changes_asks_nobody_and_needs_no_credentials(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    assert stack.up(ONE).succeeded
    del stack.config["plivo:authToken"]
    sandbox.calls.clear()
    assert stack.preview().succeeded
    assert sandbox.calls == []


def test_a_preview_in_which_numbers_only_leave_makes_one_call(stack: Stack, sandbox: RunningSandbox) -> None:
    assert stack.up(TWO).succeeded
    sandbox.calls.clear()
    assert stack.preview(ONE).succeeded
    assert [call.path for call in sandbox.calls] == [f"/v1/Account/{AUTH_ID}/Powerpack/"]


def test_an_account_of_the_shell_alone_does_not_take_a_stack_away_from_its_own(stack: Stack, account: Account) -> None:
    in_the_shell(stack, PLIVO_AUTH_ID=OTHER_AUTH_ID)
    assert stack.up(ONE).succeeded
    assert account.numbers() == {NUMBER: "sms"}


def test_a_stack_whose_file_names_no_account_is_refused_at_preview_in_another_one(stack: Stack) -> None:
    del stack.config["plivo:authId"], stack.config["plivo:authToken"]
    in_the_shell(stack, PLIVO_AUTH_ID=AUTH_ID, PLIVO_AUTH_TOKEN=AUTH_TOKEN)
    assert stack.up(ONE).succeeded
    in_the_shell(stack, PLIVO_AUTH_ID=OTHER_AUTH_ID, PLIVO_AUTH_TOKEN=OTHER_TOKEN)
    outcome = stack.preview(ONE)
    assert not outcome.succeeded
    told = " ".join(outcome.errors)
    assert f"the state belongs to account {AUTH_ID}, and the settings name account {OTHER_AUTH_ID}" in told


def test_a_file_that_names_another_account_than_the_state_is_refused_at_preview(stack: Stack) -> None:
    assert stack.up(ONE).succeeded
    stack.config["plivo:authId"] = OTHER_AUTH_ID
    in_the_shell(stack, PLIVO_AUTH_TOKEN=OTHER_TOKEN)
    outcome = stack.preview(TWO)
    assert not outcome.succeeded
    assert "the state belongs to account" in " ".join(outcome.errors)
