"""The lifecycle of numbers and toll-free numbers, as the engine drives it."""

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi.runtime import rpc
from pulumi_plivo.pool_number import PoolNumberProvider

from tests.conftest import NO_POOL, NOT_RENTED, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SMS_ONLY, TOLL_FREE, Account
from tests.host.conftest import StartPlugin
from tests.host.plugin import Plugin, ProviderHost, details

INPUTS = {"number_pool_uuid": POOL, "number": NUMBER}
FULL = {**INPUTS, "service": "sms", "unrent": False, "adopt": False}
STATE = {**FULL, "details": {"adopted": False}}


def test_create_adds_the_number_and_returns_what_plivo_says(numbers: ProviderHost, account: Account) -> None:
    id_, outputs = numbers.create({**INPUTS, "number": "+1 (415) 555-0100"})
    assert id_ == NUMBER
    assert account.numbers() == {NUMBER: "sms"}
    assert {key: outputs[key] for key in FULL} == FULL
    assert outputs["details"]["country_iso2"] == "US"
    assert outputs["details"]["type"] == "fixed"
    assert outputs["details"]["added_on"].endswith("Z")
    assert outputs["details"]["account_phone_number_resource"].endswith(f"/Number/{NUMBER}/")
    assert outputs["details"]["adopted"] is False


def test_a_toll_free_number_is_added_through_its_own_route(toll_frees: ProviderHost, account: Account) -> None:
    id_, outputs = toll_frees.create({"number_pool_uuid": POOL, "number": TOLL_FREE})
    assert id_ == TOLL_FREE
    assert account.toll_frees() == {TOLL_FREE}
    assert outputs["details"]["type"] == "tollfree"
    assert outputs["service"] in ("sms", "mms")


def test_the_same_inputs_written_another_way_are_no_change(numbers: ProviderHost) -> None:
    id_, outputs = numbers.create(INPUTS)
    again = numbers.check({**INPUTS, "number": "+1-415-555-0100", "number_pool_uuid": POOL.upper()}, outputs)
    assert not numbers.diff(id_, outputs, again.inputs).changes


def test_a_change_of_the_number_replaces(numbers: ProviderHost) -> None:
    difference = numbers.diff(NUMBER, FULL, {**FULL, "number": OTHER_NUMBER})
    assert (difference.changes, difference.replaces) == (True, ["number"])


@pytest.mark.parametrize(
    "change", [{"number_pool_uuid": OTHER_POOL}, {"service": "mms"}, {"unrent": True}, {"adopt": True}]
)
def test_any_other_change_is_made_in_place(numbers: ProviderHost, change: dict[str, object]) -> None:
    difference = numbers.diff(NUMBER, FULL, {**FULL, **change})
    assert (difference.changes, difference.replaces) == (True, [])


def test_a_number_that_is_not_known_yet_is_a_change_but_no_replacement(numbers: ProviderHost) -> None:
    difference = numbers.diff(NUMBER, FULL, {**FULL, "number": rpc.UNKNOWN})
    assert (difference.changes, difference.replaces) == (True, [])


def test_outputs_that_plivo_assigns_are_no_change(numbers: ProviderHost) -> None:
    assert not numbers.diff(
        NUMBER, {**FULL, "details": {"added_on": "2026-01-01T00:00:00Z", "type": "mobile"}}, FULL
    ).changes


def test_unknown_values_pass_the_check_untouched(numbers: ProviderHost) -> None:
    checked = numbers.check({"number_pool_uuid": rpc.UNKNOWN, "number": NUMBER, "unrent": rpc.UNKNOWN})
    assert checked.failures == {}
    assert checked.inputs["number_pool_uuid"] == rpc.UNKNOWN
    assert checked.inputs["unrent"] == rpc.UNKNOWN


def test_every_bad_input_is_named_and_nothing_is_sent(numbers: ProviderHost, sandbox: RunningSandbox) -> None:
    checked = numbers.check(
        {"number_pool_uuid": "otp", "number": "../../Powerpack/x", "service": "fax", "unrent": "false", "color": "red"}
    )
    assert set(checked.failures) == {"number_pool_uuid", "number", "service", "unrent", "color"}
    assert sandbox.calls == []


def test_a_number_already_in_the_pool_is_refused_with_the_two_ways_out(
    start_plugin: StartPlugin, account: Account
) -> None:
    start_plugin().host(PoolNumberProvider()).create(INPUTS)
    with pytest.raises(grpc.RpcError, match=r"adopt=True") as refusal:
        start_plugin().host(PoolNumberProvider()).create(INPUTS)
    assert "aliases" in details(refusal.value)
    assert account.numbers() == {NUMBER: "sms"}


def test_adopt_takes_over_without_a_write_and_records_it(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    start_plugin().host(PoolNumberProvider()).create(INPUTS)
    sandbox.calls.clear()
    _, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "adopt": True})
    assert outputs["details"]["adopted"] is True
    assert {call.method for call in sandbox.calls} == {"GET"}


def test_adopt_changes_a_service_that_is_named_and_differs_and_says_so(
    start_plugin: StartPlugin, account: Account
) -> None:
    account.add(POOL, NUMBER)
    plugin = start_plugin()
    plugin.host(PoolNumberProvider()).create({**INPUTS, "adopt": True, "service": "mms"})
    assert account.numbers() == {NUMBER: "mms"}
    assert account.unrented == []
    assert f"number {NUMBER} in pool {POOL}: its service changes from sms to mms" in plugin.warnings


def test_a_service_that_the_program_leaves_open_stays_as_it_is_when_a_number_is_adopted(
    numbers: ProviderHost, account: Account, sandbox: RunningSandbox
) -> None:
    account.add(POOL, NUMBER, "mms")
    sandbox.calls.clear()
    _, outputs = numbers.create({**INPUTS, "adopt": True})
    assert outputs["service"] == "mms"
    assert account.numbers() == {NUMBER: "mms"}
    assert {call.method for call in sandbox.calls} == {"GET"}


def test_a_service_that_the_program_leaves_open_moves_along_with_its_number(
    numbers: ProviderHost, account: Account
) -> None:
    id_, outputs = numbers.create({**INPUTS, "service": "mms"})
    moved = numbers.update(id_, outputs, {**INPUTS, "number_pool_uuid": OTHER_POOL})
    assert moved["service"] == "mms"
    assert account.numbers(OTHER_POOL) == {NUMBER: "mms"}


def test_a_read_of_what_is_as_it_was_changes_neither_outputs_nor_inputs(numbers: ProviderHost) -> None:
    id_, outputs = numbers.create({**INPUTS, "service": "mms"})
    assert numbers.read(id_, outputs) == (id_, outputs, {})


def test_a_read_of_what_has_drifted_fills_every_key_that_diff_compares(numbers: ProviderHost) -> None:
    id_, outputs = numbers.create({**INPUTS, "service": "mms"})
    assert numbers.read(id_, {**outputs, "service": "sms"}) == (id_, outputs, {**FULL, "service": "mms"})


def test_read_for_a_get_needs_the_pool_alone(numbers: ProviderHost) -> None:
    numbers.create({**INPUTS, "service": "mms"})
    _, outputs, inputs = numbers.read(NUMBER, {"number_pool_uuid": POOL})
    assert outputs["service"] == "mms"
    assert set(inputs) == set(FULL)


def test_a_get_of_a_number_that_is_not_in_the_pool_is_an_error(numbers: ProviderHost) -> None:
    with pytest.raises(grpc.RpcError, match="nothing to read"):
        numbers.read(NUMBER, {"number_pool_uuid": POOL, "number": NUMBER})


def test_a_number_that_left_its_pool_is_gone(numbers: ProviderHost, plugin: Plugin) -> None:
    assert numbers.read(NUMBER, STATE) == ("", {}, {})
    assert plugin.warnings == ""


def test_a_number_that_left_its_pool_and_was_to_be_unrented_is_named(numbers: ProviderHost, plugin: Plugin) -> None:
    numbers.read(NUMBER, {**STATE, "unrent": True})
    assert NUMBER in plugin.warnings
    assert "still rented" in plugin.warnings


def test_a_new_pool_moves_the_number_without_unrent(numbers: ProviderHost, account: Account) -> None:
    id_, outputs = numbers.create({**INPUTS, "unrent": True})
    moved = numbers.update(id_, outputs, {**INPUTS, "unrent": True, "number_pool_uuid": OTHER_POOL})
    assert moved["number_pool_uuid"] == OTHER_POOL
    assert (account.numbers(POOL), account.numbers(OTHER_POOL)) == ({}, {NUMBER: "sms"})
    assert account.unrented == []


@pytest.mark.parametrize("setting", ["accept", "reject"])
def test_a_move_ends_well_whether_or_not_plivo_lets_a_number_be_in_two_pools(
    numbers: ProviderHost, sandbox: RunningSandbox, account: Account, setting: str
) -> None:
    sandbox.set_quirk("add-in-other-pool", setting)
    id_, outputs = numbers.create(INPUTS)
    numbers.update(id_, outputs, {**INPUTS, "number_pool_uuid": OTHER_POOL})
    assert (account.numbers(POOL), account.numbers(OTHER_POOL)) == ({}, {NUMBER: "sms"})


def test_a_change_of_service_in_the_new_pool_does_not_leave_the_number_in_the_old_one(
    numbers: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.set_quirk("add-in-other-pool", "accept")
    id_, outputs = numbers.create(INPUTS)
    account.add(OTHER_POOL, NUMBER)
    numbers.update(id_, outputs, {**INPUTS, "number_pool_uuid": OTHER_POOL, "service": "mms"})
    assert (account.numbers(POOL), account.numbers(OTHER_POOL)) == ({}, {NUMBER: "mms"})


def test_what_had_left_the_old_pool_is_not_put_into_it_when_a_move_fails(
    numbers: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = numbers.create(INPUTS)
    account.remove(POOL, NUMBER)
    sandbox.add_fault(f"POST */{OTHER_POOL}/* status=400")
    with pytest.raises(grpc.RpcError, match="it had left pool"):
        # The plugin has added it itself, just before.
        numbers.update(id_, outputs, {**INPUTS, "number_pool_uuid": OTHER_POOL})
    assert account.numbers() == {}


def test_a_toll_free_number_and_another_are_told_which_class_is_theirs(
    numbers: ProviderHost, toll_frees: ProviderHost
) -> None:
    with pytest.raises(grpc.RpcError, match=f"{TOLL_FREE} is a toll-free number; PoolTollFree"):
        numbers.create({**INPUTS, "number": TOLL_FREE})
    with pytest.raises(grpc.RpcError, match=f"{NUMBER} is no toll-free number; PoolTollFree"):
        toll_frees.create(INPUTS)


def test_a_move_to_a_pool_that_does_not_exist_touches_nothing(numbers: ProviderHost, account: Account) -> None:
    id_, outputs = numbers.create(INPUTS)
    with pytest.raises(grpc.RpcError, match="has no number pool"):
        numbers.update(id_, outputs, {**INPUTS, "number_pool_uuid": NO_POOL})
    assert account.numbers() == {NUMBER: "sms"}


def test_a_new_service_is_set_in_place(numbers: ProviderHost, account: Account) -> None:
    id_, outputs = numbers.create({**INPUTS, "unrent": True})
    changed = numbers.update(id_, outputs, {**INPUTS, "unrent": True, "service": "mms"})
    assert changed["service"] == "mms"
    assert account.numbers() == {NUMBER: "mms"}
    assert account.unrented == []


def test_a_service_that_the_number_lacks_is_refused_before_it_is_removed(
    numbers: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = numbers.create({**INPUTS, "number": SMS_ONLY})
    with pytest.raises(grpc.RpcError, match="can't send MMS"):
        numbers.update(id_, outputs, {**INPUTS, "number": SMS_ONLY, "service": "mms"})
    assert account.numbers() == {SMS_ONLY: "sms"}
    assert "DELETE" not in {call.method for call in sandbox.calls}


def test_flags_are_changed_without_a_call(numbers: ProviderHost, sandbox: RunningSandbox) -> None:
    id_, outputs = numbers.create(INPUTS)
    sandbox.calls.clear()
    changed = numbers.update(id_, outputs, {**INPUTS, "unrent": True, "adopt": True})
    assert (changed["unrent"], changed["adopt"]) == (True, True)
    assert sandbox.calls == []


def test_delete_removes_the_number_and_leaves_it_rented(start_plugin: StartPlugin, account: Account) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    start_plugin().host(PoolNumberProvider()).delete(id_, outputs)
    assert account.numbers() == {}
    assert NUMBER in account.rented


def test_delete_unrents_when_the_state_says_so(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": True})
    sandbox.calls.clear()
    later = start_plugin()
    later.host(PoolNumberProvider()).delete(id_, outputs)
    assert account.unrented == [NUMBER]
    assert later.warnings == f"warning: number {NUMBER}: given back to Plivo for good, out of pool {POOL}\n"
    removal = next(call for call in sandbox.calls if call.method == "DELETE")
    assert (removal.query, removal.body) == ("unrent=true", b'{"unrent": true}')


def test_deleting_again_is_a_success(start_plugin: StartPlugin) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create(INPUTS)
    numbers = start_plugin().host(PoolNumberProvider())
    numbers.delete(id_, outputs)
    numbers.delete(id_, outputs)


def test_a_number_outside_the_pool_is_never_unrented_but_named(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox
) -> None:
    plugin = start_plugin()
    plugin.host(PoolNumberProvider()).delete(NUMBER, {**FULL, "unrent": True})
    assert account.unrented == []
    # What Plivo does with an unrent of what is not in the pool is not documented, so it is not asked to.
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert "no longer in pool" in plugin.warnings
    assert "still rented" in plugin.warnings


def test_a_number_that_plivo_removed_but_did_not_unrent_is_named(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    id_, outputs = start_plugin().host(PoolNumberProvider()).create({**INPUTS, "unrent": True})
    sandbox.set_quirk("unrent-on-remove", "partial")
    plugin = start_plugin()
    plugin.host(PoolNumberProvider()).delete(id_, outputs)
    assert "did not unrent" in plugin.warnings
    assert NUMBER in plugin.warnings


def test_a_number_that_the_account_does_not_rent_is_told_so(numbers: ProviderHost) -> None:
    with pytest.raises(grpc.RpcError, match=f"does not rent {NOT_RENTED}"):
        numbers.create({**INPUTS, "number": NOT_RENTED})


def test_a_pool_that_does_not_exist_is_told_so(numbers: ProviderHost) -> None:
    with pytest.raises(grpc.RpcError, match=f"has no number pool {NO_POOL}"):
        numbers.create({**INPUTS, "number_pool_uuid": NO_POOL})


def test_a_number_that_is_in_another_pool_is_refused_with_that_pool(start_plugin: StartPlugin) -> None:
    start_plugin().host(PoolNumberProvider()).create({**INPUTS, "number_pool_uuid": OTHER_POOL})
    with pytest.raises(grpc.RpcError, match=f"it is in pool {OTHER_POOL}"):
        start_plugin().host(PoolNumberProvider()).create(INPUTS)
