"""Numbers that come into a list, or move with it, all of them or some."""

from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import (
    NOT_RENTED,
    OTHER_POOL,
    POOL,
    SMS_ONLY,
    Account,
)
from tests.host.conftest import ALL, INPUTS, StartPlugin, writes
from tests.host.plugin import ProviderHost, details


def test_numbers_in_the_pool_already_are_refused_before_anything_changes(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    account.add(POOL, ALL[1])
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match=f"1 numbers are in pool {POOL} already.*{ALL[1]}.*adopt=True"):
        start_plugin().host(PoolNumbersProvider()).create(INPUTS)
    assert writes(sandbox) == []


def test_an_update_takes_over_nothing_either(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account, sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    account.add(POOL, "14155550105")
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match=r"1 numbers are in pool .* already.*14155550105"):
        start_plugin().host(PoolNumbersProvider()).update(
            id_, outputs, {**INPUTS, "numbers": [*ALL[1:], "14155550105"]}
        )
    assert writes(sandbox) == []


def test_adopt_takes_over_what_is_there_counts_it_and_changes_its_service(
    many: ProviderHost, account: Account, sandbox: RunningSandbox
) -> None:
    account.add(POOL, ALL[0])
    account.add(POOL, ALL[1], service="mms")
    sandbox.calls.clear()
    _, outputs = many.create({**INPUTS, "adopt": True})
    assert outputs["adopted"] == 2
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert writes(sandbox) == sorted([f"DELETE {ALL[1]}", f"POST {ALL[1]}", *(f"POST {digits}" for digits in ALL[2:])])


def test_a_create_that_fails_in_the_middle_takes_back_what_it_added(many: ProviderHost, account: Account) -> None:
    with pytest.raises(grpc.RpcError, match=f"could not add all 6 numbers.*{NOT_RENTED}.*does not rent"):
        many.create({**INPUTS, "numbers": [*ALL, NOT_RENTED]})
    assert account.numbers() == {}
    assert account.unrented == []


def test_a_create_that_can_take_nothing_back_names_what_it_added(
    many: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.add_fault(f"POST */{ALL[4]}/ status=400")
    sandbox.add_fault("DELETE * status=503")
    with pytest.raises(grpc.RpcError) as raised:
        many.create(INPUTS)
    left = set(account.numbers())
    text = details(raised.value)
    assert left == {digits for digits in ALL[:4] if digits in text}
    assert not left or "could not be taken back" in text


def test_an_update_that_fails_in_the_middle_keeps_what_is_done_and_the_next_does_the_rest(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = created
    wanted = [*ALL[1:], "14155550105", SMS_ONLY]
    sandbox.add_fault(f"POST */{SMS_ONLY}/ status=400")
    run = start_plugin()
    partial = run.host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": wanted})
    assert f"warning: {partial['unfinished']}" in run.warnings
    assert partial["unfinished"].startswith(
        f"pool {POOL}: 1 of 3 numbers are done; not added: {SMS_ONLY}; not removed:"
    )
    assert partial["numbers"] == [*ALL[1:], "14155550105", ALL[0]]
    sandbox.clear_faults()
    sandbox.calls.clear()
    again = start_plugin().host(PoolNumbersProvider())
    news = again.check({**INPUTS, "numbers": wanted}, partial).inputs
    assert again.diff(id_, partial, news).changes
    done = again.update(id_, partial, {**INPUTS, "numbers": wanted})
    assert done["unfinished"] == ""
    assert writes(sandbox) == [f"DELETE {ALL[0]}", f"POST {SMS_ONLY}"]
    assert set(account.numbers()) == set(wanted)


def test_a_new_pool_moves_all_numbers_without_unrent(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    run = start_plugin().host(PoolNumbersProvider())
    moved = run.update(id_, {**outputs, "unrent": True}, {**INPUTS, "number_pool_uuid": OTHER_POOL, "unrent": True})
    assert (moved["number_pool_uuid"], moved["numbers"]) == (OTHER_POOL, ALL)
    assert account.numbers() == {}
    assert set(account.numbers(OTHER_POOL)) == set(ALL)
    assert account.unrented == []


def test_a_move_that_plivo_lets_nobody_make_at_once_takes_four_calls_for_a_number(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "number_pool_uuid": OTHER_POOL})
    for digits in ALL:
        written = [call.method for call in sandbox.calls if call.path.endswith(f"/{digits}/")]
        # Refused; is it rented?; out of the old pool; into the new one.
        assert written == ["POST", "GET", "DELETE", "POST"]


def test_each_answer_that_plivo_gave_is_shown_once(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.add_fault(f"DELETE */{ALL[0]}/ status=400 body=one-reason")
    for digits in ALL[1:3]:
        sandbox.add_fault(f"DELETE */{digits}/ status=400 body=another-one")
    unfinished = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": ALL[4:]})
    text = unfinished["unfinished"]
    assert f"1 of 4 numbers are done; not removed: {', '.join(ALL[:3])}" in text
    assert (text.count("one-reason"), text.count("another-one")) == (1, 1)


def test_what_may_have_been_done_is_not_said_to_be_undone(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    new = "14155550105"
    sandbox.add_fault(f"POST */{new}/ drop-answer")
    sandbox.add_fault(f"GET */{new}/ drop")
    unfinished = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": [*ALL, new]})
    assert f"perhaps added, perhaps not: {new}" in unfinished["unfinished"]
    assert "not added" not in unfinished["unfinished"]


def test_what_is_in_the_pool_already_is_no_rename_when_a_list_gains_it(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    account.add(POOL, "14155550105")
    gaining = {**INPUTS, "numbers": [*ALL, "14155550105"]}
    with pytest.raises(grpc.RpcError, match=r"14155550105; they may come from .* a run that was killed.*adopt=True"):
        start_plugin().host(PoolNumbersProvider()).update(id_, outputs, gaining)


def test_single_resources_that_adopt_a_list_of_numbers_take_one_call_each_beside_the_pages(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    many = [f"1415666{digits:04}" for digits in range(60)]
    account.rent(many)
    start_plugin().host(PoolNumbersProvider()).create({**INPUTS, "numbers": many})
    sandbox.calls.clear()
    singles = start_plugin().host(PoolNumberProvider())
    services = [
        singles.create({"number_pool_uuid": POOL, "number": each, "adopt": True})[1]["service"] for each in many
    ]
    assert services == ["sms"] * 60
    # The pages, a look for members for MMS, and what was asked one by one before the pages were worth it.
    assert len(sandbox.calls) <= 3 + 1 + 3 + 60
    assert writes(sandbox) == []


def test_a_move_that_fails_in_the_middle_is_finished_by_the_next(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = created
    news = {**INPUTS, "number_pool_uuid": OTHER_POOL}
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    partial = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, news)
    assert ALL[2] in partial["unfinished"]
    assert partial["number_pool_uuid"] == POOL
    sandbox.clear_faults()
    done = start_plugin().host(PoolNumbersProvider()).update(id_, partial, news)
    assert done["unfinished"] == ""
    assert account.numbers() == {}
    assert set(account.numbers(OTHER_POOL)) == set(ALL)


def test_a_dropped_number_that_can_not_leave_the_old_pool_is_not_forgotten_by_a_move(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = created
    news = {**INPUTS, "number_pool_uuid": OTHER_POOL, "numbers": [*ALL[1:], "14155550105"]}
    sandbox.add_fault(f"DELETE */{POOL}/Number/{ALL[0]}/ status=400")
    partial = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, news)
    assert f"not removed: {ALL[0]}" in partial["unfinished"]
    assert f"not added: {'14155550105'}" in partial["unfinished"]
    assert partial["number_pool_uuid"] == POOL
    sandbox.clear_faults()
    done = start_plugin().host(PoolNumbersProvider()).update(id_, partial, news)
    assert done["unfinished"] == ""
    assert account.numbers() == {}
    assert set(account.numbers(OTHER_POOL)) == {*ALL[1:], "14155550105"}


def test_a_new_service_is_set_in_place(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    changed = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "service": "mms"})
    assert changed["members"] == {"mms": 5}
    assert account.numbers() == dict.fromkeys(ALL, "mms")
    assert account.unrented == []
