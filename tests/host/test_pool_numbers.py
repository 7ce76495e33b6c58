"""The lifecycle of many numbers in one resource, as the engine drives it."""

from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_numbers import PoolNumbers, PoolNumbersProvider

from tests.conftest import ACCOUNT, NO_POOL, OTHER_POOL, POOL, Account
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed, writes
from tests.host.plugin import Diffed, ProviderHost


def test_create_adds_every_number_with_two_looks_at_most_and_one_call_each(
    many: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = many.create({**INPUTS, "numbers": ["+1 415-555-0100", *ALL[1:]]})
    assert id_.startswith(f"{POOL}/")
    assert outputs["numbers"] == dict.fromkeys(ALL, "")
    assert outputs["members"] == dict.fromkeys(ALL, "sms")
    assert outputs["adopted"] == 0
    assert outputs["unfinished"] == ""
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert len(sandbox.calls) <= 2 + len(ALL)


def test_every_output_can_be_used_in_a_program(many: ProviderHost) -> None:
    _, outputs = many.create({**INPUTS, "service": "sms"})
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
    assert updated == {**outputs, "unrent": True, "adopt": True}
    assert not sandbox.calls


def test_a_number_more_and_a_number_less_take_one_call_each_and_touch_no_other(
    start_plugin: StartPlugin, listed: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    wanted = [*ALL[1:], "14155550105"]
    sandbox.calls.clear()
    run = start_plugin()
    run.open([claimed(LISTED, *wanted)], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    news = many.check({**INPUTS, "numbers": wanted}, listed.outputs).inputs
    assert many.diff(listed.id, listed.outputs, news) == Diffed(changes=True, replaces=[])
    updated = many.apply(listed.id, listed.outputs, news)
    assert writes(sandbox) == [f"DELETE {ALL[0]}", "POST 14155550105"]
    assert set(updated["numbers"]) == set(updated["members"]) == set(account.numbers()) == set(wanted)
    assert updated["unfinished"] == ""
    assert account.unrented == []


@pytest.mark.parametrize("unrent", [False, True], ids=["in place", "with a replacement"])
def test_one_number_more_and_one_less_of_many_take_few_calls(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account, unrent: bool
) -> None:
    many = [f"1415666{digits:04}" for digits in range(150)]
    account.rent(many)
    inputs = {"number_pool_uuid": POOL, "unrent": unrent}
    first = start_plugin()
    ledger = first.open([claimed(LISTED, *many[:-1], unrent=unrent)])
    id_, outputs = first.host(PoolNumbersProvider(), LISTED).create({**inputs, "numbers": many[:-1]})
    sandbox.calls.clear()
    run = start_plugin()
    run.open([claimed(LISTED, *many[1:], unrent=unrent)], ledger)
    changed = run.host(PoolNumbersProvider(), LISTED)
    news = changed.check({**inputs, "numbers": many[1:]}, outputs).inputs
    if changed.diff(id_, outputs, news).replaces:
        _, outputs_now = changed.make(changed.check({**inputs, "numbers": many[1:]}).inputs)
        changed.delete(id_, outputs)
    else:
        outputs_now = changed.apply(id_, outputs, news)
    assert len(sandbox.calls) <= 8
    assert set(outputs_now["members"]) == set(account.numbers()) == set(many[1:])
    assert account.unrented == ([many[0]] if unrent else [])


def test_what_somebody_took_out_is_added_again(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    account.remove(POOL, ALL[1])
    run = start_plugin().host(PoolNumbersProvider())
    id_, live, known = run.read(id_, outputs)
    assert set(live["numbers"]) == {ALL[0], *ALL[2:]}
    assert known["numbers"] == live["numbers"]
    assert run.diff(id_, live, run.check(INPUTS).inputs).changes
    assert set(run.update(id_, live, INPUTS)["members"]) == set(ALL)
    assert set(account.numbers()) == set(ALL)


@pytest.mark.parametrize("service", [None, "sms"], ids=["left open", "named"])
def test_a_service_that_was_changed_by_hand_is_shown_and_changed_back_where_it_is_named(
    start_plugin: StartPlugin, account: Account, service: str | None
) -> None:
    inputs = {**INPUTS, "service": service} if service else INPUTS
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(inputs)
    account.remove(POOL, ALL[0])
    account.add(POOL, ALL[0], service="mms")
    run = start_plugin().host(PoolNumbersProvider())
    _, live, _ = run.read(id_, outputs)
    assert live["members"] == {**dict.fromkeys(ALL, "sms"), ALL[0]: "mms"}
    news = run.check(inputs, outputs).inputs
    assert run.diff(id_, live, news).changes is (service is not None)
    run.update(id_, live, inputs)
    assert account.numbers()[ALL[0]] == service or "mms"


def test_read_drops_what_is_gone_and_keeps_the_resource_unless_the_pool_is_gone_too(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    for digits in ALL:
        account.remove(POOL, digits)
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    assert many.read(id_, outputs)[1]["numbers"] == {}
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


def test_a_get_reads_all_that_the_pool_holds(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    account.add(POOL, "14155550105", service="mms")
    many = start_plugin().host(PoolNumbersProvider())
    _, outputs, _ = many.read(POOL, {"number_pool_uuid": POOL})
    assert outputs["members"] == {**created[1]["members"], "14155550105": "mms"}
    # What its own outputs say is no list of what it must have.
    assert set(many.read(POOL, outputs)[1]["numbers"]) == {*ALL, "14155550105"}


def test_a_get_of_a_pool_that_does_not_exist_is_an_error(many: ProviderHost) -> None:
    with pytest.raises(grpc.RpcError, match=f"can't read the numbers of pool {NO_POOL}: the account has no such pool"):
        many.read(NO_POOL, {"number_pool_uuid": NO_POOL})


def test_a_get_of_an_empty_pool_has_no_members(many: ProviderHost) -> None:
    assert many.read(OTHER_POOL, {"number_pool_uuid": OTHER_POOL})[1]["members"] == {}


def test_a_get_whose_id_is_not_its_pools_is_an_error(many: ProviderHost) -> None:
    with pytest.raises(grpc.RpcError, match=f"the id of a get is its pool's uuid, {POOL}"):
        many.read(OTHER_POOL, {"number_pool_uuid": POOL})
