"""Numbers that leave a list: given back, handed over, removed as strangers, or kept."""

from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import (
    OTHER_POOL,
    POOL,
    Account,
)
from tests.host.conftest import ALL, INPUTS, StartPlugin, writes


def test_a_failed_unrent_says_what_a_destroy_would_do(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.add_fault("DELETE * status=400")
    with pytest.raises(grpc.RpcError, match=r"until they are gone, `pulumi destroy` gives back.*ALLOW_UNRENT=false"):
        start_plugin().host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})


def test_exclusive_removes_strangers_and_never_unrents_them(
    start_plugin: StartPlugin, account: Account, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    account.add(POOL, "14155550105")
    exclusive = {**INPUTS, "exclusive": True, "unrent": True}
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    _, live, _ = many.read(id_, {**outputs, "exclusive": True, "unrent": True})
    assert live["strangers"] == ["14155550105"]
    assert live["numbers"] == ALL
    news = many.check(exclusive, outputs).inputs
    diffed = many.diff(id_, live, news)
    assert (diffed.changes, diffed.replaces) == (True, [])
    assert many.update(id_, live, exclusive)["strangers"] == []
    assert set(account.numbers()) == set(ALL)
    assert account.unrented == []
    assert "14155550105" in run.warnings


def test_exclusive_that_can_not_see_the_strangers_keeps_what_is_done(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    strangers = [f"1415666{digits:04}" for digits in range(60)]
    account.rent(strangers)
    exclusive = {**INPUTS, "numbers": ALL[:1], "exclusive": True}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(exclusive)
    for digits in strangers:
        account.add(POOL, digits)
    # The first look at the list comes before the number is added, the second after it.
    sandbox.add_fault(f"GET */{POOL}/Number/ nth=2 times=99 status=500")
    longer = {**exclusive, "numbers": ALL[:2]}
    partial = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, longer)
    assert "the other numbers could not be looked up" in partial["unfinished"]
    assert partial["numbers"] == ALL[:2]
    assert set(account.numbers()) == {*ALL[:2], *strangers}
    sandbox.clear_faults()
    done = start_plugin().host(PoolNumbersProvider()).update(id_, partial, longer)
    assert done["unfinished"] == ""
    assert set(account.numbers()) == set(ALL[:2])


def test_without_exclusive_strangers_are_left_alone(
    start_plugin: StartPlugin, account: Account, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    account.add(POOL, "14155550105")
    many = start_plugin().host(PoolNumbersProvider())
    assert many.read(id_, outputs)[1]["strangers"] == []
    many.update(id_, outputs, {**INPUTS, "numbers": ALL[1:]})
    many_later = start_plugin().host(PoolNumbersProvider())
    many_later.delete(id_, {**outputs, "numbers": ALL[1:]})
    assert set(account.numbers()) == {"14155550105"}


def test_a_stranger_that_another_resource_declares_is_left_alone(
    start_plugin: StartPlugin, account: Account, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    account.add(POOL, "14155550105")
    run = start_plugin().host(PoolNumbersProvider())
    exclusive = {**INPUTS, "exclusive": True}
    run.check({**exclusive, "declared_elsewhere": {"14155550105": POOL}}, outputs)
    run.update(id_, outputs, exclusive)
    assert set(account.numbers()) == {*ALL, "14155550105"}


def test_delete_removes_all_and_leaves_them_rented(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account, sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    start_plugin().host(PoolNumbersProvider()).delete(id_, outputs)
    assert account.numbers() == {}
    assert account.unrented == []
    assert len(sandbox.calls) == len(ALL)


def test_delete_unrents_when_the_state_says_so_and_names_what_is_still_rented(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    account.remove(POOL, ALL[0])
    run = start_plugin()
    run.host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})
    assert sorted(account.unrented) == ALL[1:]
    assert f"numbers {ALL[0]}: no longer in pool {POOL}, so not unrented: still rented" in run.warnings


def test_a_forbidden_unrent_stops_a_delete_before_anything_is_sent(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match="plivo:allowUnrent"):
        start_plugin(allowUnrent="false").host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})
    assert sandbox.calls == []


def test_a_number_that_leaves_an_unrenting_list_replaces_and_the_rest_is_not_touched(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    unrenting = {**INPUTS, "unrent": True}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(unrenting)
    sandbox.calls.clear()
    many = start_plugin().host(PoolNumbersProvider())
    shorter = {**unrenting, "numbers": ALL[1:]}
    news = many.check(shorter, outputs).inputs
    assert many.diff(id_, outputs, news).replaces == ["numbers"]
    _, replaced = many.create(shorter)
    many.delete(id_, outputs)
    assert replaced["adopted"] == 0
    assert writes(sandbox) == [f"DELETE {ALL[0]}"]
    assert account.unrented == [ALL[0]]
    assert set(account.numbers()) == set(ALL[1:])


def test_a_number_that_leaves_an_exclusive_unrenting_list_is_given_back_all_the_same(
    start_plugin: StartPlugin, account: Account
) -> None:
    unrenting = {**INPUTS, "unrent": True, "exclusive": True}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(unrenting)
    many = start_plugin().host(PoolNumbersProvider())
    shorter = {**unrenting, "numbers": ALL[1:]}
    many.diff(id_, outputs, many.check(shorter, outputs).inputs)
    many.create(shorter)
    many.delete(id_, outputs)
    assert account.unrented == [ALL[0]]


def test_a_number_that_leaves_an_unrenting_list_for_another_resource_stays_rented(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    unrenting = {**INPUTS, "unrent": True}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(unrenting)
    sandbox.calls.clear()
    run = start_plugin()
    many, numbers = run.host(PoolNumbersProvider()), run.host(PoolNumberProvider())
    shorter = {**unrenting, "numbers": ALL[1:]}
    many.diff(id_, outputs, many.check(shorter, outputs).inputs)
    many.create(shorter)
    numbers.create({"number_pool_uuid": POOL, "number": ALL[0], "adopt": True})
    many.delete(id_, outputs)
    assert writes(sandbox) == []
    assert account.unrented == []


def test_a_number_that_moves_to_another_resource_of_the_program_is_not_touched(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    run = start_plugin()
    many, numbers = run.host(PoolNumbersProvider()), run.host(PoolNumberProvider())
    shorter = {**INPUTS, "numbers": ALL[1:]}
    many.check({**shorter, "declared_elsewhere": {ALL[0]: POOL}}, outputs)
    many.update(id_, outputs, shorter)
    _, adopted = numbers.create({"number_pool_uuid": POOL, "number": ALL[0]})
    assert writes(sandbox) == []
    assert adopted["adopted"] is False
    assert f"numbers {ALL[0]} stay in pool {POOL}" in run.warnings


def test_a_number_that_moves_to_another_pool_of_the_program_is_removed_but_never_unrented(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    run = start_plugin()
    single = {"number_pool_uuid": OTHER_POOL, "number": ALL[0]}
    run.host(PoolNumberProvider()).check(single, single)
    run.host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})
    assert sorted(account.unrented) == ALL[1:]
    assert account.numbers() == {}


def test_deleted_before_their_replacement_numbers_are_never_unrented(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    many.check({**INPUTS, "numbers": ["14155550105"]})
    many.delete(id_, {**outputs, "unrent": True})
    assert account.unrented == []
    assert "stay rented" in run.warnings


def test_an_outage_in_the_middle_of_a_delete_keeps_the_resource_and_the_next_finishes(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = created
    sandbox.add_fault(f"DELETE */{ALL[3]}/ status=400")
    with pytest.raises(grpc.RpcError, match=f"4 of 5 numbers are done; not removed: {ALL[3]};.*keeps the resource"):
        start_plugin().host(PoolNumbersProvider()).delete(id_, outputs)
    sandbox.clear_faults()
    start_plugin().host(PoolNumbersProvider()).delete(id_, outputs)
    assert account.numbers() == {}
