"""The lifecycle of many numbers in one resource, as the engine drives it."""

from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_numbers import PoolNumbers, PoolNumbersProvider

from tests.conftest import (
    ACCOUNT,
    NO_POOL,
    POOL,
    Account,
)
from tests.host.conftest import ALL, INPUTS, StartPlugin, writes
from tests.host.plugin import ProviderHost


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


def test_what_lives_in_the_state_only_changes_without_a_call(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    updated = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**INPUTS, "unrent": True, "adopt": True})
    assert (updated["unrent"], updated["adopt"], updated["numbers"]) == (True, True, ALL)
    assert not sandbox.calls


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
