"""The lifecycle of many numbers in one resource, as the engine drives it."""

import json
from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbers, PoolNumbersProvider

from tests.conftest import (
    ACCOUNT,
    NO_POOL,
    NOT_RENTED,
    NUMBER,
    OTHER_POOL,
    POOL,
    SMS_ONLY,
    Account,
)
from tests.host.conftest import StartPlugin
from tests.host.plugin import Plugin, ProviderHost, details

ALL = [f"1415555010{digit}" for digit in range(5)]
INPUTS: dict[str, Any] = {"number_pool_uuid": POOL, "numbers": ALL}


@pytest.fixture
def many(plugin: Plugin) -> ProviderHost:
    """The provider of `PoolNumbers` in the plugin."""
    return plugin.host(PoolNumbersProvider())


@pytest.fixture
def created(start_plugin: StartPlugin) -> tuple[str, dict[str, Any]]:
    """Five numbers that an earlier run has brought in."""
    return start_plugin().host(PoolNumbersProvider()).create(INPUTS)


def writes(sandbox: RunningSandbox) -> list[str]:
    """The calls that changed something, or tried to, since they were last cleared."""
    return sorted(f"{call.method} {call.path.split('/')[-2]}" for call in sandbox.calls if call.method != "GET")


def test_create_adds_every_number_with_two_looks_at_most_and_one_call_each(
    many: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = many.create({**INPUTS, "numbers": ["+1 415-555-0100", *ALL[1:]]})
    assert id_.startswith(f"{POOL}/")
    assert outputs["numbers"] == ALL
    assert outputs["members"] == {"sms": 5}
    assert outputs["adopted"] == 0
    assert outputs["unfinished"] == ""
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert len(sandbox.calls) <= 2 + len(ALL)


def test_every_output_can_be_used_in_a_program(many: ProviderHost) -> None:
    _, outputs = many.create(INPUTS)
    assert outputs.keys() - {"__provider"} == PoolNumbers.__annotations__.keys()


def test_two_resources_of_one_pool_have_ids_of_their_own(many: ProviderHost) -> None:
    first, _ = many.create({**INPUTS, "numbers": ALL[:1]})
    second, _ = many.create({**INPUTS, "numbers": ALL[1:]})
    assert first != second


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"numbers": ["x"]}, {"numbers": "[0]: 'x' is not a phone number"}),
        ({"numbers": [NUMBER, "+1 415 555 0100"]}, {"numbers": f"[1]: {NUMBER} is there twice"}),
        ({"numbers": ["x", NUMBER, ""]}, {"numbers": "; [2]: '' is not a phone number"}),
        ({"numbers": NUMBER}, {"numbers": "is not a list"}),
        ({"numbers": [14155550100]}, {"numbers": "[0]: 14155550100 is not text"}),
        ({"numbers": [], "exclusive": True}, {"numbers": "would empty the pool"}),
        ({"service": "fax", "exclusive": "yes"}, {"service": "neither", "exclusive": "neither"}),
        ({"numbrs": []}, {"numbrs": "no such input"}),
    ],
)
def test_every_bad_input_is_named(many: ProviderHost, inputs: dict[str, Any], named: dict[str, str]) -> None:
    failures = many.check({**INPUTS, **inputs}).failures
    assert failures.keys() == named.keys()
    for key, text in named.items():
        assert text in failures[key]


def test_another_order_and_another_spelling_are_no_change(
    many: ProviderHost, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    news = many.check({**INPUTS, "numbers": ["+1 (415) 555-0104", *ALL[:4]]}).inputs
    assert not many.diff(id_, outputs, news).changes


def test_a_difference_is_shown_as_a_list(start_plugin: StartPlugin, created: tuple[str, dict[str, Any]]) -> None:
    id_, outputs = created
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    news = many.check({**INPUTS, "numbers": [*ALL[2:], "14155550105"]}, outputs).inputs
    diffed = many.diff(id_, outputs, news)
    assert diffed.changes
    assert diffed.replaces == []
    assert f"pool {POOL}: 1 to add: 14155550105; 2 to remove: {ALL[0]}, {ALL[1]}" in run.warnings


@pytest.mark.parametrize(
    ("state", "inputs", "said"),
    [
        ({"unrent": True}, {"numbers": [], "unrent": True}, f"pool {POOL}: 5 to remove and unrent: {', '.join(ALL)}"),
        ({}, {"numbers": []}, f"pool {POOL}: 5 to remove: {', '.join(ALL)}"),
        (
            {},
            {"numbers": [*ALL[1:], "14155550105"], "number_pool_uuid": OTHER_POOL},
            f"pool {OTHER_POOL}: 1 to add: 14155550105; 4 to move from pool {POOL}: {', '.join(ALL[1:])};"
            f" 1 to remove from pool {POOL}: {ALL[0]}",
        ),
        (
            {"elsewhere": {OTHER_POOL: ALL[:2]}, "unfinished": "some"},
            {},
            f"pool {POOL}: 2 to move from pool {OTHER_POOL}: {', '.join(ALL[:2])}",
        ),
        ({}, {"service": "mms"}, f"pool {POOL}: 5 to change to mms: {', '.join(ALL)}"),
        (
            {"exclusive": True, "strangers": ["14155550105"]},
            {"exclusive": True},
            f"pool {POOL}: exclusive=True: 1 others to remove, which stay rented: 14155550105",
        ),
        ({}, {"exclusive": True}, f"pool {POOL}: exclusive=True: whatever else is in the pool"),
    ],
)
def test_a_preview_says_which_numbers_a_change_touches_and_in_which_pool(
    start_plugin: StartPlugin,
    created: tuple[str, dict[str, Any]],
    sandbox: RunningSandbox,
    state: dict[str, Any],
    inputs: dict[str, Any],
    said: str,
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    olds = {**outputs, **state}
    assert many.diff(id_, olds, many.check({**INPUTS, **inputs}, olds).inputs).changes
    assert f"numbers of {said}" in run.warnings
    assert not sandbox.calls


def test_what_lives_in_the_state_only_changes_without_a_call(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    updated = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "unrent": True, "adopt": True})
    assert (updated["unrent"], updated["adopt"], updated["numbers"]) == (True, True, ALL)
    assert not sandbox.calls


def test_a_list_that_is_not_known_yet_is_a_change_but_no_replacement(
    many: ProviderHost, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    for numbers in (unknown, [unknown], [*ALL, unknown]):
        news = many.check({**INPUTS, "numbers": numbers, "unrent": True}).inputs
        diffed = many.diff(id_, {**outputs, "unrent": True}, news)
        assert diffed.changes
        assert diffed.replaces == []


def test_update_makes_one_call_for_each_difference(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    wanted = [*ALL[1:], "14155550105"]
    updated = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": wanted})
    assert writes(sandbox) == [f"DELETE {ALL[0]}", "POST 14155550105"]
    assert updated["numbers"] == wanted
    assert set(account.numbers()) == set(wanted)
    assert account.unrented == []


def test_one_number_more_in_a_large_pool_takes_its_pages_and_one_call(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    many = [f"1415666{digits:04}" for digits in range(150)]
    account.rent(many)
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**INPUTS, "numbers": many[:-1]})
    sandbox.calls.clear()
    updated = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": many})
    # A look for members for MMS comes with the eight pages.
    assert len(sandbox.calls) <= 8 + 1 + 1
    assert updated["members"] == {"sms": 150}


def test_what_somebody_took_out_of_a_large_pool_is_noticed_by_the_next_update(
    start_plugin: StartPlugin, account: Account
) -> None:
    many = [f"1415666{digits:04}" for digits in range(150)]
    account.rent(many)
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**INPUTS, "numbers": many[:-1]})
    account.remove(POOL, many[3])
    start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "numbers": many})
    assert set(account.numbers()) == set(many)


def test_flags_are_changed_without_a_write(
    many: ProviderHost, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    updated = many.update(id_, outputs, {**INPUTS, "unrent": True, "adopt": True})
    assert (updated["unrent"], updated["adopt"]) == (True, True)
    assert writes(sandbox) == []


def test_what_somebody_took_out_is_added_again(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    account.remove(POOL, ALL[1])
    run = start_plugin().host(PoolNumbersProvider())
    id_, live, known = run.read(id_, outputs)
    assert live["numbers"] == [ALL[0], *ALL[2:]]
    assert known["numbers"] == live["numbers"]
    assert run.diff(id_, live, run.check(INPUTS).inputs).changes
    assert run.update(id_, live, INPUTS)["numbers"] == ALL
    assert set(account.numbers()) == set(ALL)


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


def test_what_is_unfinished_is_a_change_though_the_lists_are_equal(
    many: ProviderHost, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    news = many.check(INPUTS, outputs).inputs
    assert many.diff(id_, {**outputs, "unfinished": "something"}, news).changes


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


def test_a_drop_that_the_policy_forbids_to_give_back_is_refused_also_when_unrent_goes_with_it(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]]
) -> None:
    _, outputs = created
    many = start_plugin(allowUnrent="false").host(PoolNumbersProvider())
    failures = many.check({**INPUTS, "numbers": ALL[1:]}, {**outputs, "unrent": True}).failures
    assert f"{ALL[0]} leave a list that the state has with unrent=True" in failures["numbers"]
    assert "run `pulumi up` with unrent=False alone first" in failures["numbers"]
    assert not many.check(INPUTS, {**outputs, "unrent": True}).failures


def test_what_is_in_the_pool_already_is_no_rename_when_a_list_gains_it(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    account.add(POOL, "14155550105")
    gaining = {**INPUTS, "numbers": [*ALL, "14155550105"]}
    with pytest.raises(grpc.RpcError, match=r"14155550105; they may come from .* a run that was killed.*adopt=True"):
        start_plugin().host(PoolNumbersProvider()).update(id_, outputs, gaining)


def test_a_failed_unrent_says_what_a_destroy_would_do(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.add_fault("DELETE * status=400")
    with pytest.raises(grpc.RpcError, match=r"until they are gone, `pulumi destroy` gives back.*ALLOW_UNRENT=false"):
        start_plugin().host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})


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


def test_read_shows_a_service_that_was_changed_by_hand(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    account.remove(POOL, ALL[0])
    account.add(POOL, ALL[0], service="mms")
    run = start_plugin().host(PoolNumbersProvider())
    _, live, _ = run.read(id_, outputs)
    assert live["members"] == {"mms": 1, "sms": 4}
    news = run.check(INPUTS, outputs).inputs
    assert run.diff(id_, live, news).changes
    run.update(id_, live, INPUTS)
    assert account.numbers() == dict.fromkeys(ALL, "sms")


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


def test_read_drops_what_is_gone_and_keeps_the_resource_unless_the_pool_is_gone_too(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    for digits in ALL:
        account.remove(POOL, digits)
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    assert many.read(id_, outputs)[1]["numbers"] == []
    assert many.read(id_, {**outputs, "number_pool_uuid": NO_POOL})[0] == ""
    assert "was its Powerpack deleted" in run.warnings


def test_another_account_does_not_empty_the_state(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    (known,) = ACCOUNT["accounts"]
    sandbox.seed({"accounts": [{"auth_id": "MASTRANGER0000000001", "auth_token": known["auth_token"]}]})
    stranger = start_plugin(authId="MASTRANGER0000000001").host(PoolNumbersProvider())
    with pytest.raises(grpc.RpcError, match="correct plivo:authId"):
        stranger.read(id_, outputs)
    with pytest.raises(grpc.RpcError, match="correct plivo:authId"):
        stranger.delete(id_, outputs)


def test_a_get_reads_all_that_the_pool_holds(start_plugin: StartPlugin, created: tuple[str, dict[str, Any]]) -> None:
    _, outputs, _ = start_plugin().host(PoolNumbersProvider()).read("any", {"number_pool_uuid": POOL})
    assert sorted(outputs["numbers"]) == ALL
    assert created[1]["numbers"] == ALL


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


def test_ten_thousand_numbers_take_less_than_a_megabyte_of_state() -> None:
    numbers = [f"1415{number:07}" for number in range(10_000)]
    provider = PoolNumbersProvider()
    inputs = {**INPUTS, "numbers": numbers, "service": "sms", "unrent": False, "adopt": False, "exclusive": False}
    outputs = {**inputs, "members": {"sms": 10_000}, "strangers": [], "unfinished": "", "adopted": 0}
    assert provider.diff("x", outputs, inputs).changes is False
    # As deep as in the CLI's own files, which are indented by four.
    nested: Any = {"inputs": inputs, "outputs": outputs}
    for _ in range(4):
        nested = {"latest": nested}
    assert len(json.dumps(nested, indent=4)) < 1_000_000
