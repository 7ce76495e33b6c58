"""Many numbers after a run that was killed, or that left something in doubt: the state is not what the pool is."""

import threading
from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import NO_POOL, OTHER_POOL, POOL, Account
from tests.host.conftest import StartPlugin

ALL = [f"1415555010{digit}" for digit in range(5)]
MANY = [f"1415666{digits:04}" for digits in range(52)]


def test_after_a_killed_swap_another_program_has_all_of_its_numbers(
    start_plugin: StartPlugin, account: Account
) -> None:
    account.rent(MANY)
    owned = MANY[:30]
    inputs: dict[str, Any] = {"number_pool_uuid": POOL}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**inputs, "numbers": owned})
    # This run swaps one number for another, and is killed before its state is written.
    swapped = [*owned[1:], MANY[50]]
    start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**inputs, "numbers": swapped})
    # The program goes back, and has one number more.
    wanted = [*owned, MANY[51]]
    done = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**inputs, "numbers": wanted})
    assert done["unfinished"] or set(wanted) <= set(account.numbers()), set(wanted) - set(account.numbers())


def test_after_a_killed_change_of_service_another_program_has_the_service_it_says(
    start_plugin: StartPlugin, account: Account
) -> None:
    account.rent(MANY)
    owned = MANY[:30]
    inputs: dict[str, Any] = {"number_pool_uuid": POOL}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**inputs, "numbers": owned})
    start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**inputs, "numbers": owned, "service": "mms"})
    wanted = [*owned, MANY[51]]
    start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**inputs, "numbers": wanted})
    assert account.numbers() == dict.fromkeys(wanted, "sms")


def test_exclusive_in_a_pool_of_as_many_members_removes_the_stranger_and_brings_back_what_is_missing(
    start_plugin: StartPlugin, account: Account
) -> None:
    account.rent(MANY)
    owned = MANY[:30]
    inputs: dict[str, Any] = {"number_pool_uuid": POOL, "exclusive": True}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**inputs, "numbers": owned})
    account.remove(POOL, owned[3])
    account.add(POOL, MANY[50])
    wanted = [*owned, MANY[51]]
    start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**inputs, "numbers": wanted})
    assert set(account.numbers()) == set(wanted)


def test_a_pool_that_becomes_known_takes_the_place_of_one_that_was_not(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.set_quirk("add-in-other-pool", "accept")
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": ALL})
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    many.check({"number_pool_uuid": POOL, "numbers": ALL[1:], "declared_elsewhere": {ALL[0]: ""}}, outputs)
    many.check({"number_pool_uuid": OTHER_POOL, "numbers": [ALL[0]]})
    many.update(id_, outputs, {"number_pool_uuid": POOL, "numbers": ALL[1:]})
    many.create({"number_pool_uuid": OTHER_POOL, "numbers": [ALL[0]]})
    assert ALL[0] not in account.numbers()


def test_an_update_after_a_lost_answer_in_doubt_does_not_forget_the_number_when_it_is_dropped(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": ALL[:4]})
    sandbox.add_fault(f"POST */{ALL[4]}/ drop-answer")
    sandbox.add_fault(f"GET */{ALL[4]}/ status=503")
    news = {"number_pool_uuid": POOL, "numbers": ALL}
    partial = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, news)
    assert ALL[4] in partial["unfinished"]
    sandbox.clear_faults()
    assert ALL[4] in account.numbers()
    run = start_plugin()
    done = run.host(PoolNumbersProvider()).update(id_, partial, {**news, "numbers": ALL[:4]})
    assert done["unfinished"] == ""
    assert ALL[4] not in account.numbers() or ALL[4] in run.warnings


def test_an_update_after_a_lost_answer_in_doubt_goes_on_without_adopt(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": ALL[:4]})
    sandbox.add_fault(f"POST */{ALL[4]}/ drop-answer")
    sandbox.add_fault(f"GET */{ALL[4]}/ status=503")
    news = {"number_pool_uuid": POOL, "numbers": ALL}
    partial = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, news)
    sandbox.clear_faults()
    done = start_plugin().host(PoolNumbersProvider()).update(id_, partial, news)
    assert done["unfinished"] == ""
    assert done["numbers"] == ALL


def test_a_number_dropped_after_a_killed_move_does_not_stay_behind_unnamed(
    start_plugin: StartPlugin, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": ALL})
    # All are moved, and the run is killed before its state is written.
    start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {"number_pool_uuid": OTHER_POOL, "numbers": ALL})
    run = start_plugin()
    done = run.host(PoolNumbersProvider()).update(id_, outputs, {"number_pool_uuid": OTHER_POOL, "numbers": ALL[1:]})
    assert done["unfinished"] == ""
    assert ALL[0] not in account.numbers(OTHER_POOL) or ALL[0] in run.warnings


@pytest.mark.parametrize("known", [True, False], ids=["claimed", "checked-late"])
def test_two_lists_that_swap_their_numbers_at_once_lose_none(
    start_plugin: StartPlugin, account: Account, known: bool
) -> None:
    account.rent(MANY)
    halves = [MANY[:24], MANY[24:48]]
    run = start_plugin().host(PoolNumbersProvider())
    states = [run.create({"number_pool_uuid": POOL, "numbers": each}) for each in halves]
    for turn in range(4):
        plugin = start_plugin().host(PoolNumbersProvider())
        failures: list[str] = []

        def swap(which: int, plugin: Any = plugin, failures: list[str] = failures, turn: int = turn) -> None:
            wanted = halves[(which + turn + 1) % 2]
            elsewhere = {"declared_elsewhere": dict.fromkeys(halves[(which + turn) % 2], POOL)} if known else {}
            id_, outputs = states[which]
            news = {"number_pool_uuid": POOL, "numbers": wanted, "adopt": True, **elsewhere}
            try:
                states[which] = (id_, plugin.update(id_, outputs, news))
            except grpc.RpcError as error:
                failures.append(str(error.details()))

        threads = [threading.Thread(target=swap, args=(which,)) for which in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert [state["unfinished"] for _, state in states] == ["", ""]
        assert set(account.numbers()) == set(MANY[:48])
    assert account.unrented == []


def test_a_pool_and_a_list_that_unrents_do_not_change_together(start_plugin: StartPlugin) -> None:
    inputs = {"number_pool_uuid": POOL, "numbers": ALL, "unrent": True}
    many = start_plugin().host(PoolNumbersProvider())
    checked = many.check({**inputs, "number_pool_uuid": OTHER_POOL, "numbers": ALL[1:]}, inputs)
    assert checked.failures.keys() == {"numbers"}
    assert many.check({**inputs, "number_pool_uuid": OTHER_POOL}, inputs).failures == {}


def test_a_list_that_unrents_finishes_its_move_before_a_number_leaves_it(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    inputs = {"number_pool_uuid": POOL, "numbers": ALL, "unrent": True}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(inputs)
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    news = {**inputs, "number_pool_uuid": OTHER_POOL}
    partial = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, news)
    assert set(partial["elsewhere"][OTHER_POOL]) == {*ALL[:2], *ALL[3:]}
    many = start_plugin().host(PoolNumbersProvider())
    with pytest.raises(grpc.RpcError, match=f"{ALL[0]} leave a list that unrents, whose move .* is unfinished"):
        many.diff(id_, partial, many.check({**inputs, "numbers": ALL[1:]}, inputs).inputs)


def test_a_delete_that_fails_half_way_says_what_to_do_when_the_list_is_wanted_after_all(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": ALL})
    sandbox.add_fault(f"DELETE */{ALL[2]}/ status=400")
    with pytest.raises(grpc.RpcError, match="declares them again: `pulumi refresh` first"):
        start_plugin().host(PoolNumbersProvider()).delete(id_, outputs)


def test_a_number_that_the_pages_hide_stays_in_the_state(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    account.rent(MANY)
    owned = MANY[:40]
    inputs: dict[str, Any] = {"number_pool_uuid": POOL}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**inputs, "numbers": owned})
    sandbox.set_quirk("add-duplicate", "reject")
    # Its list does not show the newest member.
    sandbox.set_quirk("list-delay", "1")
    wanted = [*owned, MANY[51]]
    done = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**inputs, "numbers": wanted})
    assert set(done["numbers"]) == set(account.numbers()) == set(wanted)


def test_a_refresh_keeps_what_a_move_has_brought_to_another_pool_though_its_own_is_gone(
    start_plugin: StartPlugin,
) -> None:
    id_, outputs = (
        start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": OTHER_POOL, "numbers": ALL[:3]})
    )
    state = {**outputs, "number_pool_uuid": NO_POOL, "numbers": ALL, "elsewhere": {OTHER_POOL: ALL[:3]}}
    run = start_plugin()
    kept, live, _ = run.host(PoolNumbersProvider()).read(id_, state)
    assert (kept, live["numbers"], live["elsewhere"]) == (id_, ALL[:3], {OTHER_POOL: ALL[:3]})
    assert f"{ALL[3]}, {ALL[4]}: not in pool {NO_POOL} any more" in run.warnings


def test_what_another_resource_takes_over_is_not_forgotten_nor_unrented_by_a_list_whose_move_fails(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": ALL})
    sandbox.add_fault(f"POST */{OTHER_POOL}/* status=400")
    run = start_plugin()
    run.host(PoolNumberProvider()).check({"number_pool_uuid": POOL, "number": ALL[4]})
    moved = run.host(PoolNumbersProvider()).update(
        id_, {**outputs, "unrent": True}, {"number_pool_uuid": OTHER_POOL, "numbers": ALL[:3], "unrent": True}
    )
    assert moved["unfinished"]
    assert moved["numbers"] == [*ALL[:3], ALL[4]]
    assert moved["unrent"] is False


def test_what_can_not_be_looked_up_in_the_new_pool_does_not_hide_what_has_left_the_old_one(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": ALL[:4]})
    account.remove(POOL, ALL[3])
    sandbox.add_fault(f"GET */{OTHER_POOL}/Number/{ALL[3]}/ status=503")
    run = start_plugin()
    moved = run.host(PoolNumbersProvider()).update(id_, outputs, {"number_pool_uuid": OTHER_POOL, "numbers": ALL[:2]})
    assert (moved["numbers"], moved["unfinished"]) == (ALL[:2], "")
    assert f"numbers {ALL[3]} left the program; whether they are in pool {OTHER_POOL}" in run.warnings
