"""An account's token is rotated in the middle of a stack's life: nothing is lost, and each error names the way on."""

import threading

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import ACCOUNT, AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, Account
from tests.e2e.conftest import CLI
from tests.e2e.stacks import CRYPTER, Stack
from tests.e2e.test_killed import LONGEST_WAIT, wait_for

NEW_TOKEN = "token-after-the-rotation"
SUBACCOUNT = "SASUBACCOUNT00000001"
SUBACCOUNT_POOL = "0d8c7b6a-5f4e-4d3c-9b2a-1f0e9d8c7b6a"
ONE = 'PoolNumber("a", number_pool_uuid=POOL, number=NUMBER)\n'
TWO = """
    first = PoolNumber("a", number_pool_uuid=POOL, number=NUMBER)
    PoolNumber("b", number_pool_uuid=POOL, number=OTHER_NUMBER, opts=ResourceOptions(depends_on=[first]))
"""
THE_WAYS_ON = "after a rotation run `pulumi up`, or set PLIVO_AUTH_TOKEN to the new token"


def in_the_config(stack: Stack) -> None:
    """Put the new token into the stack's config, as `pulumi config set --secret plivo:authToken` does."""
    stack.config["plivo:authToken"] = {"secure": CRYPTER.encrypt(NEW_TOKEN)}


def in_the_environment(stack: Stack) -> None:
    """Put the new token where CI has it."""
    stack.environment["PLIVO_AUTH_TOKEN"] = NEW_TOKEN


def assert_no_token(stack: Stack, *shown: str) -> None:
    """Make sure that neither token is in clear in the state, or on the screen."""
    for token in (AUTH_TOKEN, NEW_TOKEN):
        assert token not in stack.stored
        assert not any(token in each for each in shown)


def test_with_the_new_token_in_the_environment_refresh_up_and_destroy_go_on_at_once(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    assert stack.up(ONE).succeeded
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    in_the_environment(stack)
    refreshed = stack.refresh()
    assert refreshed.succeeded, refreshed.shown
    assert stack.up(TWO).succeeded
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.shown
    assert account.numbers() == {}
    assert_no_token(stack, refreshed.shown, destroyed.shown)


def test_with_the_new_token_in_the_config_an_up_takes_it_and_refresh_and_destroy_follow(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    assert stack.up(ONE).succeeded
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    in_the_config(stack)
    brought = stack.up(TWO)
    assert brought.succeeded, brought.shown
    assert stack.refresh().succeeded
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert stack.destroy().succeeded
    assert account.numbers() == {}
    assert_no_token(stack, brought.shown)


def test_an_up_without_changes_is_enough_for_refresh_and_destroy_to_take_the_new_token_of_the_config(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    assert stack.up(ONE).succeeded
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    in_the_config(stack)
    assert stack.up().succeeded
    assert stack.refresh().succeeded
    assert stack.destroy().succeeded
    assert account.numbers() == {}


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_a_plain_refresh_or_destroy_before_that_up_names_both_ways_on_and_changes_nothing(
    stack: Stack, sandbox: RunningSandbox, account: Account, command: str
) -> None:
    assert stack.up(ONE).succeeded
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    in_the_config(stack)
    outcome = getattr(stack, command)()
    assert not outcome.succeeded
    assert THE_WAYS_ON in outcome.shown
    assert account.numbers() == {NUMBER: "sms"}
    assert stack.resources["a"]["id"] == NUMBER
    assert_no_token(stack, outcome.shown)
    in_the_environment(stack)
    assert getattr(stack, command)().succeeded


def test_a_preview_with_the_old_token_fails_when_it_looks_at_the_account(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    assert stack.up(ONE).succeeded
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    outcome = stack.preview(TWO)
    assert not outcome.succeeded
    told = " ".join(outcome.errors)
    assert "no look at the account" in told
    assert 'Plivo answered 401 "authentication failed"; the auth token is not this account\'s, or no longer' in told
    assert account.numbers() == {NUMBER: "sms"}


def test_a_rotation_in_the_middle_of_an_up_leaves_what_was_done_in_the_state_and_the_next_up_does_the_rest(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.add_fault("POST * nth=1 delay-answer=600")
    process = stack.start_up(TWO)
    wait_for(lambda: any(call.method == "POST" for call in list(sandbox.calls)))
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    sandbox.release()
    process.wait(LONGEST_WAIT)
    assert account.numbers() == {NUMBER: "sms"}
    assert stack.resources.keys() == {"a"}
    in_the_config(stack)
    sandbox.calls.clear()
    outcome = stack.up()
    assert outcome.succeeded, outcome.shown
    assert outcome.operations == {"a": "same", "b": "create"}
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert [call.path.rstrip("/").rpartition("/")[2] for call in sandbox.calls if call.method == "POST"] == [
        OTHER_NUMBER
    ]


def test_a_rotation_in_the_middle_of_a_destroy_leaves_the_rest_for_the_next_one(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    assert stack.up(TWO).succeeded
    sandbox.add_fault("DELETE * nth=1 delay-answer=600")
    with_old_token = threading.Thread(target=stack.destroy)
    with_old_token.start()
    wait_for(lambda: any(call.method == "DELETE" for call in list(sandbox.calls)))
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    sandbox.release()
    with_old_token.join()
    assert account.numbers() == {NUMBER: "sms"}
    assert stack.resources.keys() == {"a"}
    in_the_environment(stack)
    assert stack.destroy().succeeded
    assert account.numbers() == {}
    assert account.rented >= {NUMBER, OTHER_NUMBER}


def test_a_subaccount_has_a_token_of_its_own_and_its_main_accounts_is_refused(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    subaccount = {
        "auth_id": SUBACCOUNT,
        "auth_token": NEW_TOKEN,
        "main_account": AUTH_ID,
        "numbers": [{"number": "12125550120"}],
        "powerpacks": [{"name": "own", "number_pool_uuid": SUBACCOUNT_POOL}],
    }
    sandbox.seed({"accounts": [*ACCOUNT["accounts"], subaccount]})
    stack.config["plivo:authId"] = SUBACCOUNT
    program = f'PoolNumber("a", number_pool_uuid="{SUBACCOUNT_POOL}", number="12125550120")\n'
    refused = stack.preview(program)
    assert not refused.succeeded
    assert "the auth token is not this account's" in refused.shown
    in_the_config(stack)
    brought = stack.up(program)
    assert brought.succeeded, brought.shown
    assert sandbox.state()["accounts"][SUBACCOUNT]["pools"][SUBACCOUNT_POOL]["numbers"] == {"12125550120": "sms"}


@pytest.mark.parametrize("stack", [CLI], indirect=True)
def test_with_run_program_a_refresh_of_the_cli_takes_the_new_token_of_the_config_at_once(
    stack: Stack, sandbox: RunningSandbox, account: Account
) -> None:
    assert stack.up(ONE).succeeded
    sandbox.rotate_token(AUTH_ID, NEW_TOKEN)
    in_the_config(stack)
    assert stack.refresh(run_program=True).succeeded
    assert account.numbers() == {NUMBER: "sms"}
