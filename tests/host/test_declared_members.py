"""What the program declares is never taken away by a delete of the same run."""

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.host.conftest import StartPlugin

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER, "unrent": True}


def test_a_renamed_resource_with_adopt_keeps_its_number_in_the_pool_and_rented(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    sandbox.calls.clear()
    run = start_plugin()
    numbers = run.host(PoolNumberProvider())
    numbers.create({**INPUTS, "adopt": True})
    numbers.delete(id_, outputs)
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert "still declares it" in run.warnings


def test_a_replacement_whose_old_half_is_deleted_in_a_later_run_keeps_the_number(
    start_plugin: StartPlugin, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    numbers = start_plugin().host(PoolNumberProvider())
    numbers.check(INPUTS, outputs)
    numbers.delete(id_, outputs)
    assert account.numbers() == {NUMBER: "sms"}
    assert account.unrented == []


def test_a_forced_replacement_that_deletes_first_takes_the_number_over_again(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    plain = {**INPUTS, "unrent": False}
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(plain)
    sandbox.calls.clear()
    numbers = start_plugin().host(PoolNumberProvider())
    numbers.check(plain)
    numbers.delete(id_, outputs)
    _, again = numbers.create(plain)
    assert account.numbers() == {NUMBER: "sms"}
    assert again["adopted"] is False
    assert {call.method for call in sandbox.calls} == {"GET"}


def test_what_one_delete_left_behind_is_taken_over_once_only(start_plugin: StartPlugin) -> None:
    plain = {**INPUTS, "unrent": False}
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(plain)
    numbers = start_plugin().host(PoolNumberProvider())
    numbers.check(plain)
    numbers.delete(id_, outputs)
    numbers.create(plain)
    with pytest.raises(grpc.RpcError, match="adopt=True"):
        numbers.create(plain)


def test_a_number_that_the_program_declares_in_another_pool_is_removed_but_stays_rented(
    start_plugin: StartPlugin, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    run = start_plugin()
    elsewhere = {"number_pool_uuid": OTHER_POOL, "number": NUMBER}
    run.host(PoolTollFreeProvider()).check(elsewhere, elsewhere)
    run.host(PoolNumberProvider()).delete(id_, outputs)
    assert account.numbers() == {}
    assert account.unrented == []
    assert "stays rented" in run.warnings


def test_a_number_that_nobody_declares_is_given_up_beside_others_that_are(
    start_plugin: StartPlugin, account: Account
) -> None:
    first = start_plugin().host(PoolNumberProvider())
    id_, outputs = first.create(INPUTS)
    first.create({**INPUTS, "number": OTHER_NUMBER})
    run = start_plugin().host(PoolNumberProvider())
    run.check({**INPUTS, "number": OTHER_NUMBER}, {**INPUTS, "number": OTHER_NUMBER})
    run.delete(id_, outputs)
    assert account.unrented == [NUMBER]
    assert account.numbers() == {OTHER_NUMBER: "sms"}
