"""Numbers that come into a list, or move with it, all of them or some."""

from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import NOT_RENTED, OTHER_POOL, POOL, SMS_ONLY, Account
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed, writes
from tests.host.plugin import ProviderHost

NEW = "14155550105"


def test_numbers_in_the_pool_already_are_refused_before_anything_changes(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    account.add(POOL, ALL[1])
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match=f"number {ALL[1]} is in pool {POOL} already.*adopt=True.*nothing was"):
        start_plugin().host(PoolNumbersProvider()).create(INPUTS)
    assert writes(sandbox) == []


def test_an_update_takes_over_nothing_either(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account, sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    account.add(POOL, NEW)
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match=f"number {NEW} is in pool {POOL} already"):
        start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": [*ALL, NEW]})
    assert writes(sandbox) == []


@pytest.mark.parametrize("service", [None, "sms"], ids=["left open", "named"])
def test_adopt_takes_over_what_is_there_counts_it_and_changes_a_service_only_where_it_is_named(
    many: ProviderHost, account: Account, sandbox: RunningSandbox, service: str | None
) -> None:
    account.add(POOL, ALL[0])
    account.add(POOL, ALL[1], service="mms")
    sandbox.calls.clear()
    _, outputs = many.create({**INPUTS, "adopt": True, **({"service": service} if service else {})})
    assert outputs["adopted"] == 2
    changed = [f"DELETE {ALL[1]}", f"POST {ALL[1]}"] if service else []
    assert writes(sandbox) == sorted([*changed, *(f"POST {digits}" for digits in ALL[2:])])
    assert outputs["members"] == account.numbers() == {**dict.fromkeys(ALL, "sms"), ALL[1]: service or "mms"}


def test_a_create_that_fails_in_the_middle_keeps_what_it_added_and_the_next_run_does_the_rest(
    start_plugin: StartPlugin, account: Account
) -> None:
    wanted = {**INPUTS, "numbers": [*ALL, NOT_RENTED]}
    plugin = start_plugin()
    id_, outputs = plugin.host(PoolNumbersProvider()).create(wanted)
    assert set(outputs["numbers"]) == set(outputs["members"]) == set(account.numbers()) == set(ALL)
    assert f"5 of 6 numbers done; not done: {NOT_RENTED};" in outputs["unfinished"]
    assert f"does not rent {NOT_RENTED}" in outputs["unfinished"]
    assert f"warning: {outputs['unfinished']}" in plugin.warnings
    account.rent([NOT_RENTED])
    again = start_plugin().host(PoolNumbersProvider())
    assert again.diff(id_, outputs, again.check(wanted, outputs).inputs).changes
    assert again.update(id_, outputs, wanted)["unfinished"] == ""
    assert set(account.numbers()) == {*ALL, NOT_RENTED}


def test_a_create_that_did_nothing_at_all_is_an_error(many: ProviderHost, account: Account) -> None:
    with pytest.raises(grpc.RpcError, match=f"0 of 1 number done.*does not rent {NOT_RENTED}.*nothing was changed"):
        many.create({**INPUTS, "numbers": [NOT_RENTED]})
    assert account.numbers() == {}


def test_an_update_that_fails_in_the_middle_keeps_what_is_done_and_the_next_does_the_rest(
    start_plugin: StartPlugin, listed: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    wanted = [*ALL[1:], NEW, SMS_ONLY]
    news = {**INPUTS, "numbers": wanted}
    sandbox.add_fault(f"POST */{SMS_ONLY}/ status=400")
    run = start_plugin()
    ledger = run.open([claimed(LISTED, *wanted)], listed.ledger)
    partial = run.host(PoolNumbersProvider(), LISTED).update(listed.id, listed.outputs, news)
    assert f"warning: {partial['unfinished']}" in run.warnings
    assert f"not done: {SMS_ONLY}" in partial["unfinished"]
    # A pool is not emptied while something is still to come.
    assert f"not removed: {ALL[0]}" in partial["unfinished"]
    assert partial["unfinished"].endswith("the next `pulumi up` tries the rest again")
    assert set(partial["numbers"]) == set(account.numbers()) == {*ALL, NEW}
    sandbox.clear_faults()
    sandbox.calls.clear()
    again = start_plugin()
    again.open([claimed(LISTED, *wanted)], ledger)
    many = again.host(PoolNumbersProvider(), LISTED)
    assert many.diff(listed.id, partial, many.check(news, partial).inputs).changes
    assert many.update(listed.id, partial, news)["unfinished"] == ""
    assert writes(sandbox) == [f"DELETE {ALL[0]}", f"POST {SMS_ONLY}"]
    assert set(account.numbers()) == set(wanted)


def test_a_new_pool_is_a_replacement_that_moves_all_numbers_and_gives_none_back(
    start_plugin: StartPlugin, unrenting: Kept, account: Account, sandbox: RunningSandbox
) -> None:
    news = {**INPUTS, "number_pool_uuid": OTHER_POOL, "unrent": True}
    run = start_plugin()
    run.open([claimed(LISTED, *ALL, pool=OTHER_POOL, unrent=True)], unrenting.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    assert many.diff(unrenting.id, unrenting.outputs, many.check(news, unrenting.outputs).inputs).replaces == [
        "number_pool_uuid"
    ]
    _, moved = many.create(news)
    assert set(moved["members"]) == set(account.numbers(OTHER_POOL)) == set(ALL)
    assert account.numbers() == {}
    sandbox.calls.clear()
    many.delete(unrenting.id, unrenting.outputs)
    assert not sandbox.calls
    assert account.unrented == []


def test_a_move_that_plivo_lets_nobody_make_at_once_takes_four_calls_for_a_number(
    start_plugin: StartPlugin, listed: Kept, sandbox: RunningSandbox
) -> None:
    run = start_plugin()
    run.open([claimed(LISTED, *ALL, pool=OTHER_POOL)], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    news = {**INPUTS, "number_pool_uuid": OTHER_POOL}
    many.diff(listed.id, listed.outputs, many.check(news, listed.outputs).inputs)
    sandbox.calls.clear()
    many.create(news)
    for digits in ALL:
        moved = [call.method for call in sandbox.calls if call.path.endswith(f"/{digits}/")]
        # What is looked up first is no part of the move; then: refused; is it rented?; out of the old; into the new.
        assert moved[-4:] == ["POST", "GET", "DELETE", "POST"]
        assert moved[:-4].count("GET") == len(moved) - 4


def test_a_move_that_fails_in_the_middle_is_finished_by_the_next_run(
    start_plugin: StartPlugin, unrenting: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    news = {**INPUTS, "number_pool_uuid": OTHER_POOL, "unrent": True}
    now = [claimed(LISTED, *ALL, pool=OTHER_POOL, unrent=True)]
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    run = start_plugin()
    ledger = run.open(now, unrenting.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    many.diff(unrenting.id, unrenting.outputs, many.check(news, unrenting.outputs).inputs)
    id_, partial = many.create(news)
    assert f"not done: {ALL[2]}" in partial["unfinished"]
    assert set(account.numbers()) == {ALL[2]}
    # The program has failed, so nothing is deleted in this run.
    sandbox.clear_faults()
    again = start_plugin()
    again.open(now, ledger)
    many = again.host(PoolNumbersProvider(), LISTED)
    many.diff(id_, partial, many.check(news, partial).inputs)
    assert many.update(id_, partial, news)["unfinished"] == ""
    many.delete(unrenting.id, unrenting.outputs)
    assert account.numbers() == {}
    assert set(account.numbers(OTHER_POOL)) == set(ALL)
    assert account.unrented == []


def test_a_dropped_number_that_can_not_leave_the_old_pool_is_not_forgotten_by_a_move(
    start_plugin: StartPlugin, listed: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    news = {**INPUTS, "number_pool_uuid": OTHER_POOL, "numbers": ALL[1:]}
    sandbox.add_fault(f"DELETE */{POOL}/Number/{ALL[0]}/ status=400")
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:], pool=OTHER_POOL)], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    many.diff(listed.id, listed.outputs, many.check(news, listed.outputs).inputs)
    many.create(news)
    with pytest.raises(grpc.RpcError, match=f"not done: {ALL[0]}; the state keeps the resource"):
        many.delete(listed.id, listed.outputs)
    sandbox.clear_faults()
    many.delete(listed.id, listed.outputs)
    assert account.numbers() == {}
    assert set(account.numbers(OTHER_POOL)) == set(ALL[1:])


def test_each_answer_that_plivo_gave_is_shown_once(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    wanted = ["14155550105", "14155550106", "14155550107"]
    sandbox.add_fault(f"POST */{wanted[0]}/ status=400 body=one-reason")
    for digits in wanted[1:]:
        sandbox.add_fault(f"POST */{digits}/ status=400 body=another-one")
    unfinished = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": [*ALL, *wanted]})
    text = unfinished["unfinished"]
    assert f"5 of 8 numbers done; not done: {', '.join(wanted)};" in text
    assert (text.count("one-reason"), text.count("another-one")) == (1, 1)


def test_what_may_have_been_added_is_not_said_to_be_undone_and_belongs_to_the_list(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.add_fault(f"POST */{NEW}/ drop-answer")
    sandbox.add_fault(f"GET */{NEW}/ drop")
    unfinished = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": [*ALL, NEW]})
    assert f"perhaps done, perhaps not: {NEW}" in unfinished["unfinished"]
    assert "not done" not in unfinished["unfinished"]
    assert set(unfinished["numbers"]) == {*ALL, NEW}
    assert set(unfinished["members"]) == set(ALL)


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


@pytest.mark.parametrize(
    ("inputs", "services"),
    [
        ({"service": "mms"}, dict.fromkeys(ALL, "mms")),
        ({"numbers": {**dict.fromkeys(ALL, ""), ALL[0]: "mms"}}, {**dict.fromkeys(ALL, "sms"), ALL[0]: "mms"}),
    ],
    ids=["of all", "of one"],
)
def test_a_new_service_is_set_in_place(
    start_plugin: StartPlugin,
    created: tuple[str, dict[str, Any]],
    account: Account,
    inputs: dict[str, Any],
    services: dict[str, str],
) -> None:
    id_, outputs = created
    many = start_plugin().host(PoolNumbersProvider())
    news = many.check({**INPUTS, **inputs}, outputs).inputs
    difference = many.diff(id_, outputs, news)
    assert (difference.changes, difference.replaces) == (True, [])
    assert many.apply(id_, outputs, news)["members"] == account.numbers() == services
    assert account.unrented == []
