"""A delete that comes before its replacement's create: the rest of the program may not be known yet."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, Account
from tests.host.conftest import StartPlugin

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER, "unrent": True}


def test_a_number_that_is_deleted_before_its_replacement_is_never_unrented_but_named(
    start_plugin: StartPlugin, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    run = start_plugin()
    numbers = run.host(PoolNumberProvider())
    checked = numbers.check({**INPUTS, "number": OTHER_NUMBER, "unrent": False})
    assert checked.failures == {}
    numbers.delete(id_, outputs)
    assert account.numbers() == {}
    assert account.unrented == []
    assert f"number {NUMBER} leaves pool {POOL} but stays rented" in run.warnings


def test_a_number_that_is_deleted_after_its_replacement_was_made_is_given_up(
    start_plugin: StartPlugin, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    numbers = start_plugin().host(PoolNumberProvider())
    numbers.create({**INPUTS, "number": OTHER_NUMBER})
    numbers.delete(id_, outputs)
    assert account.unrented == [NUMBER]


def test_a_shortcode_is_not_deleted_before_its_replacement_is_there(
    start_plugin: StartPlugin, account: Account
) -> None:
    shortcodes = start_plugin().host(PoolShortcodeProvider())
    shortcodes.check({"number_pool_uuid": POOL, "shortcode": "88888"})
    with pytest.raises(grpc.RpcError, match="only Plivo's support could bring it back"):
        shortcodes.delete(SHORTCODE, {"number_pool_uuid": POOL, "shortcode": SHORTCODE})
    assert account.shortcodes() == {SHORTCODE}


def test_a_move_to_where_the_number_is_already_is_told(start_plugin: StartPlugin, account: Account) -> None:
    run = start_plugin()
    numbers = run.host(PoolNumberProvider())
    moved = {**INPUTS, "number_pool_uuid": OTHER_POOL}
    id_, outputs = numbers.create(moved)
    numbers.update(id_, {**outputs, "number_pool_uuid": POOL}, moved)
    assert f"was in pool {OTHER_POOL} already" in run.warnings
    assert account.numbers(OTHER_POOL) == {NUMBER: "sms"}


def test_a_number_that_was_deleted_too_early_comes_back_with_the_resource_that_has_it_too(
    start_plugin: StartPlugin, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": False})
    numbers = start_plugin().host(PoolNumberProvider())
    numbers.check({**INPUTS, "number": OTHER_NUMBER, "unrent": False})
    numbers.delete(id_, outputs)
    assert account.numbers() == {}
    unchanged = {**INPUTS, "unrent": False, "service": "sms", "adopt": False}
    numbers.check(unchanged, outputs)
    assert numbers.diff(id_, outputs, unchanged).changes
    numbers.update(id_, outputs, unchanged)
    assert account.numbers() == {NUMBER: "sms"}


def test_numbers_that_were_removed_too_early_come_back_with_the_list_that_has_them_too(
    start_plugin: StartPlugin, account: Account
) -> None:
    listed = {"number_pool_uuid": POOL, "numbers": [NUMBER, OTHER_NUMBER]}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(listed)
    run = start_plugin()
    numbers, many = run.host(PoolNumberProvider()), run.host(PoolNumbersProvider())
    numbers.check({**INPUTS, "number": "14155550102", "unrent": False})
    numbers.delete(NUMBER, {**INPUTS, "unrent": False})
    news = many.check(listed, outputs).inputs
    assert many.diff(id_, outputs, news).changes
    many.update(id_, outputs, listed)
    assert set(account.numbers()) == {NUMBER, OTHER_NUMBER}


def test_what_is_about_to_be_removed_is_not_taken_over_but_added_when_it_is_gone(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": False})
    numbers = start_plugin().host(PoolNumberProvider())
    numbers.check({**INPUTS, "number": OTHER_NUMBER, "unrent": False})
    # The pool has been looked at, so that the create need not wait for a list.
    numbers.read(id_, outputs)
    sandbox.calls.clear()
    sandbox.add_fault("DELETE * delay=1")
    with ThreadPoolExecutor(1) as thread:
        deleted = thread.submit(numbers.delete, id_, outputs)
        while not sandbox.calls:
            pass
        numbers.create({**INPUTS, "adopt": True})
        deleted.result()
    assert account.numbers() == {NUMBER: "sms"}
