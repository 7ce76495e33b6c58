"""What `pulumi state delete` takes out of a state stays as it is at Plivo, and the ledger can be told so."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import ALL, many, written

REST = declared("b", "OTHER_NUMBER")


@pytest.mark.parametrize("config", [{}, {"plivo:allowUnrent": "false"}, {"plivo:maxUnrents": "0"}], ids=str)
def test_what_left_the_state_is_not_given_back_and_stops_nobody_who_names_it(
    stack: Stack, account: Account, sandbox: RunningSandbox, config: dict[str, str]
) -> None:
    assert stack.up(declared(unrent="True") + REST).succeeded
    stack.drop_from_state("a")
    stack.config |= config
    sandbox.calls.clear()
    outcome = stack.up(REST)
    assert outcome.succeeded is not bool(config)
    assert "name it in PLIVO_FORGET" in outcome.shown or not config
    stack.environment["PLIVO_FORGET"] = f"+{NUMBER}"
    outcome = stack.up(REST)
    assert outcome.succeeded, outcome.shown
    assert "given back" not in outcome.shown
    del stack.environment["PLIVO_FORGET"]
    outcome = stack.up(REST)
    assert outcome.succeeded, outcome.shown
    assert "given back" not in outcome.shown
    assert written(sandbox) == []
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}


def test_what_is_to_be_forgotten_but_is_in_the_state_stays_rented(stack: Stack, account: Account) -> None:
    assert stack.up(declared(unrent="True") + REST).succeeded
    stack.environment["PLIVO_FORGET"] = NUMBER
    outcome = stack.up(REST)
    assert outcome.succeeded, outcome.shown
    assert account.unrented == []
    assert account.numbers() == {OTHER_NUMBER: "sms"}
    assert "still rented" in outcome.shown


def test_what_a_create_has_claimed_in_vain_does_not_stop_a_program_without_it(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.config["plivo:maxUnrents"] = "2"
    assert stack.up(REST).succeeded
    sandbox.add_fault("POST * status=400 times=99")
    assert not stack.up(many("all", [NUMBER, *ALL[2:4]], unrent="True") + REST).succeeded
    sandbox.clear_faults()
    assert stack.preview(REST).succeeded
    outcome = stack.up(REST)
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {OTHER_NUMBER: "sms"}
