"""What is not found is gone only when the account, its pool and Plivo itself are the right ones."""

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider

from tests.conftest import AUTH_TOKEN, NO_POOL, NUMBER, POOL, SHORTCODE, Account
from tests.host.conftest import StartPlugin
from tests.host.plugin import ProviderHost

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER}
STRANGER = "MASTRANGER0000000001"


@pytest.fixture
def of_another_account(start_plugin: StartPlugin, sandbox: RunningSandbox) -> ProviderHost:
    """The provider of `PoolNumber`, with the credentials of an account that has none of the pools."""
    sandbox.seed({"accounts": [{"auth_id": STRANGER, "auth_token": AUTH_TOKEN}]})
    return start_plugin(authId=STRANGER).host(PoolNumberProvider())


def test_another_account_does_not_empty_the_state(
    start_plugin: StartPlugin, of_another_account: ProviderHost, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    with pytest.raises(grpc.RpcError, match=f"account {STRANGER} was asked.*correct plivo:authId"):
        of_another_account.read(id_, outputs)
    with pytest.raises(grpc.RpcError, match="the state keeps it"):
        of_another_account.delete(id_, outputs)
    assert account.numbers() == {NUMBER: "sms"}


def test_a_change_of_account_is_refused_though_nothing_else_has_changed(
    start_plugin: StartPlugin, sandbox: RunningSandbox, of_another_account: ProviderHost
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match=f"settings name account {STRANGER}.*nothing was changed"):
        of_another_account.diff(id_, outputs, of_another_account.check(INPUTS, outputs).inputs)
    assert not sandbox.calls


def test_many_numbers_in_another_account_are_not_taken_for_gone(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    inputs = {"number_pool_uuid": POOL, "numbers": [NUMBER]}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(inputs)
    sandbox.seed({"accounts": [{"auth_id": STRANGER, "auth_token": AUTH_TOKEN}]})
    other = start_plugin(authId=STRANGER).host(PoolNumbersProvider())
    for news in ({**inputs, "numbers": []}, {**inputs, "service": "mms"}, inputs):
        with pytest.raises(grpc.RpcError, match=f"settings name account {STRANGER}"):
            other.diff(id_, outputs, other.check(news, outputs).inputs)
    assert account.numbers() == {NUMBER: "sms"}


def test_a_shortcode_in_another_account_is_not_taken_for_gone(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    inputs = {"number_pool_uuid": POOL, "shortcode": SHORTCODE}
    id_, outputs = start_plugin().host(PoolShortcodeProvider()).create(inputs)
    sandbox.seed({"accounts": [{"auth_id": STRANGER, "auth_token": AUTH_TOKEN}]})
    other = start_plugin(authId=STRANGER).host(PoolShortcodeProvider())
    with pytest.raises(grpc.RpcError, match=f"account {STRANGER} was asked.*correct plivo:authId"):
        other.read(id_, outputs)
    with pytest.raises(grpc.RpcError, match=f"account {STRANGER} was asked.*correct plivo:authId"):
        other.delete(id_, outputs)
    with pytest.raises(grpc.RpcError, match=f"settings name account {STRANGER}"):
        other.diff(id_, outputs, inputs)
    assert account.shortcodes() == {SHORTCODE}


def test_a_pool_that_is_gone_takes_its_numbers_along_and_says_so(start_plugin: StartPlugin) -> None:
    plugin = start_plugin()
    numbers = plugin.host(PoolNumberProvider())
    outputs = {**INPUTS, "number_pool_uuid": NO_POOL, "service": "sms", "unrent": False, "adopt": False}
    assert numbers.read(NUMBER, {**outputs, "details": {"adopted": False}})[0] == ""
    assert f"number {NUMBER}: not in pool {NO_POOL} any more" in plugin.warnings
    assert "was its Powerpack deleted" in plugin.warnings
    numbers.delete(NUMBER, outputs)


def test_what_answers_404_to_everything_is_not_believed(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    sandbox.add_fault("* * status=404")
    later = start_plugin().host(PoolNumberProvider())
    with pytest.raises(grpc.RpcError, match=r"404.*nothing was changed"):
        later.read(id_, outputs)
    with pytest.raises(grpc.RpcError, match=r"404.*the state keeps it"):
        later.delete(id_, outputs)


@pytest.mark.parametrize("fault", ["status=404", 'status=200 body={"error":"no"}', "status=200 body=<html/>"])
def test_a_delete_that_only_claims_to_have_worked_keeps_the_state(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account, fault: str
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": True})
    sandbox.add_fault(f"DELETE * {fault}")
    with pytest.raises(grpc.RpcError, match="could not remove"):
        start_plugin().host(PoolNumberProvider()).delete(id_, outputs)
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_a_get_takes_the_number_as_it_may_be_written(numbers: ProviderHost, account: Account) -> None:
    numbers.create(INPUTS)
    assert numbers.read("+1 415-555-0100", {"number_pool_uuid": POOL.upper()})[0] == NUMBER
    with pytest.raises(grpc.RpcError, match="can't read number x: number: 'x' is not a phone number"):
        numbers.read("x", {"number_pool_uuid": POOL})
    with pytest.raises(grpc.RpcError, match="can't read number y: number_pool_uuid"):
        numbers.read(NUMBER, {"number_pool_uuid": "y"})
    assert account.numbers() == {NUMBER: "sms"}
