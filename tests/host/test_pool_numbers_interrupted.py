"""Many numbers after a run that was killed, or that left something in doubt: the state is not what the pool is."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import OTHER_POOL, POOL, Account
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed
from tests.host.plugin import Ledger, ProviderHost

NEW = "14155550105"
MANY = [f"1415666{digits:04}" for digits in range(52)]


def in_run(start_plugin: StartPlugin, now: list[Claim], before: Ledger) -> tuple[ProviderHost, Ledger]:
    """Begin a run of a program; return the calls for its list, and its ledger."""
    run = start_plugin()
    ledger = run.open(now, before)
    return run.host(PoolNumbersProvider(), LISTED), ledger


def changed(many: ProviderHost, id_: str, outputs: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """Bring a list to its inputs as the engine does, in place or not; return the outputs."""
    inputs = many.check(news, outputs).inputs
    difference = many.diff(id_, outputs, inputs)
    if difference.replaces:
        _, made = many.make(many.check(news).inputs)
        many.delete(id_, outputs)
        return made
    return many.apply(id_, outputs, inputs) if difference.changes else outputs


def test_after_a_killed_swap_the_old_program_has_all_of_its_numbers_again(
    start_plugin: StartPlugin, listed: Kept, account: Account
) -> None:
    swapped = [*ALL[1:], NEW]
    # This run is killed before the list's state is written; the ledger's was written before.
    many, ledger = in_run(start_plugin, [claimed(LISTED, *swapped)], listed.ledger)
    changed(many, listed.id, listed.outputs, {**INPUTS, "numbers": swapped})
    many, _ = in_run(start_plugin, [claimed(LISTED, *ALL)], ledger)
    done = changed(many, listed.id, listed.outputs, INPUTS)
    assert set(done["members"]) == set(ALL)
    assert set(ALL) <= set(account.numbers())


def test_after_a_delete_that_failed_half_way_the_old_program_has_all_of_its_numbers_again(
    start_plugin: StartPlugin, listed: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.add_fault(f"DELETE */{ALL[2]}/ status=400")
    with pytest.raises(grpc.RpcError, match="4 of 5 left pool"):
        start_plugin().host(PoolNumbersProvider()).delete(listed.id, listed.outputs)
    # A program without any Plivo resource has no ledger either.
    many, _ = in_run(start_plugin, [claimed(LISTED, *ALL)], Ledger())
    changed(many, listed.id, listed.outputs, INPUTS)
    assert set(account.numbers()) == set(ALL)


def test_a_number_that_was_to_be_given_back_after_a_killed_move_does_not_stay_behind_unnamed(
    start_plugin: StartPlugin, unrenting: Kept, account: Account
) -> None:
    news = {"number_pool_uuid": OTHER_POOL, "numbers": ALL, "unrent": True}
    # All are moved, and the run is killed before the list's state is written.
    now = [claimed(LISTED, *ALL, pool=OTHER_POOL, unrent=True)]
    many, ledger = in_run(start_plugin, now, unrenting.ledger)
    many.diff(unrenting.id, unrenting.outputs, many.check(news, unrenting.outputs).inputs)
    many.create(news)
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:], pool=OTHER_POOL, unrent=True)], ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    done = changed(many, unrenting.id, unrenting.outputs, {**news, "numbers": ALL[1:]})
    assert set(done["members"]) == set(ALL[1:])
    assert f"number {ALL[0]}: no longer in pool {POOL}, so not unrented: still rented" in run.warnings
    assert account.unrented == []


def test_a_pool_that_becomes_known_takes_the_place_of_one_that_was_not(
    start_plugin: StartPlugin, listed: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.set_quirk("add-in-other-pool", "accept")
    run = start_plugin()
    other = "PoolNumbers other"
    run.open([claimed(LISTED, *ALL[1:]), claimed(other, ALL[0], pool=None)], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    shorter = {**INPUTS, "numbers": ALL[1:]}
    assert many.diff(listed.id, listed.outputs, many.check(shorter, listed.outputs).inputs).replaces == ["numbers"]
    many.create(shorter)
    run.host(PoolNumbersProvider(), other).create({"number_pool_uuid": OTHER_POOL, "numbers": [ALL[0]]})
    many.delete(listed.id, listed.outputs)
    assert (set(account.numbers()), set(account.numbers(OTHER_POOL))) == (set(ALL[1:]), {ALL[0]})


@pytest.fixture
def in_doubt(start_plugin: StartPlugin, listed: Kept, sandbox: RunningSandbox) -> Kept:
    """The list after an update of which nobody knows whether it added one number more."""
    sandbox.add_fault(f"POST */{NEW}/ drop-answer")
    sandbox.add_fault(f"GET */{NEW}/ status=503")
    many, ledger = in_run(start_plugin, [claimed(LISTED, *ALL, NEW)], listed.ledger)
    outputs = changed(many, listed.id, listed.outputs, {**INPUTS, "numbers": [*ALL, NEW]})
    assert f"perhaps done, perhaps not: {NEW}" in outputs["unfinished"]
    sandbox.clear_faults()
    return Kept(listed.id, outputs, ledger)


def test_a_number_in_doubt_leaves_its_pool_when_the_next_program_drops_it(
    start_plugin: StartPlugin, in_doubt: Kept, account: Account
) -> None:
    assert NEW in account.numbers()
    many, _ = in_run(start_plugin, [claimed(LISTED, *ALL)], in_doubt.ledger)
    assert changed(many, in_doubt.id, in_doubt.outputs, INPUTS)["unfinished"] == ""
    assert set(account.numbers()) == set(ALL)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_number_in_doubt_is_looked_for_by_the_next_run_and_needs_no_adopt(
    start_plugin: StartPlugin, in_doubt: Kept, account: Account, is_there: bool
) -> None:
    if not is_there:
        account.remove(POOL, NEW)
    many, _ = in_run(start_plugin, [claimed(LISTED, *ALL, NEW)], in_doubt.ledger)
    done = changed(many, in_doubt.id, in_doubt.outputs, {**INPUTS, "numbers": [*ALL, NEW]})
    assert done["unfinished"] == ""
    assert set(done["members"]) == set(account.numbers()) == {*ALL, NEW}


def test_two_lists_that_swap_their_numbers_at_once_lose_none(start_plugin: StartPlugin, account: Account) -> None:
    account.rent(MANY)
    halves, names = [MANY[:24], MANY[24:48]], ["PoolNumbers a", "PoolNumbers b"]
    run = start_plugin()
    ledger = run.open([claimed(name, *half, unrent=True) for name, half in zip(names, halves, strict=True)])
    inputs = {"number_pool_uuid": POOL, "unrent": True}
    states = [
        run.host(PoolNumbersProvider(), name).create({**inputs, "numbers": half})
        for name, half in zip(names, halves, strict=True)
    ]
    for _ in range(2):
        halves.reverse()
        run = start_plugin()
        now = [claimed(name, *half, unrent=True) for name, half in zip(names, halves, strict=True)]
        ledger = run.open(now, ledger)
        assert ledger.refused == ""
        lists = [run.host(PoolNumbersProvider(), name) for name in names]
        news = [{**inputs, "numbers": half} for half in halves]
        for many, (id_, outputs), new in zip(lists, states, news, strict=True):
            many.diff(id_, outputs, many.check(new, outputs).inputs)
        made = [many.check(new).inputs for many, new in zip(lists, news, strict=True)]
        with ThreadPoolExecutor(2) as threads:
            swapped = list(threads.map(lambda each: each[0].make(each[1]), zip(lists, made, strict=True)))
            list(threads.map(lambda each: each[0].delete(*each[1]), zip(lists, states, strict=True)))
        states = swapped
        assert [set(outputs["members"]) for _, outputs in states] == [set(half) for half in halves]
        assert set(account.numbers()) == set(MANY[:48])
    assert account.unrented == []


def test_a_list_that_moves_and_loses_a_number_gives_back_that_one_and_no_other(
    start_plugin: StartPlugin, unrenting: Kept, account: Account
) -> None:
    now = [claimed(LISTED, *ALL[1:], pool=OTHER_POOL, unrent=True)]
    many, _ = in_run(start_plugin, now, unrenting.ledger)
    news = {"number_pool_uuid": OTHER_POOL, "numbers": ALL[1:], "unrent": True}
    changed(many, unrenting.id, unrenting.outputs, news)
    assert account.unrented == [ALL[0]]
    assert (account.numbers(), set(account.numbers(OTHER_POOL))) == ({}, set(ALL[1:]))


def test_a_number_that_leaves_a_half_moved_list_is_given_back_and_no_other(
    start_plugin: StartPlugin, unrenting: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[2]}/ status=400")
    now = [claimed(LISTED, *ALL, pool=OTHER_POOL, unrent=True)]
    many, ledger = in_run(start_plugin, now, unrenting.ledger)
    news = {**INPUTS, "number_pool_uuid": OTHER_POOL, "unrent": True}
    many.diff(unrenting.id, unrenting.outputs, many.check(news, unrenting.outputs).inputs)
    id_, partial = many.create(news)
    sandbox.clear_faults()
    now = [claimed(LISTED, *ALL[1:], pool=OTHER_POOL, unrent=True)]
    many, _ = in_run(start_plugin, now, ledger)
    done = changed(many, id_, partial, {**news, "numbers": ALL[1:]})
    many.delete(unrenting.id, unrenting.outputs)
    assert account.unrented == [ALL[0]]
    assert (account.numbers(), set(account.numbers(OTHER_POOL))) == ({}, set(ALL[1:]))
    assert set(done["members"]) == set(ALL[1:])


def test_a_list_whose_move_fails_keeps_all_and_what_another_resource_gets_is_not_given_back(
    start_plugin: StartPlugin, unrenting: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.add_fault(f"POST */{OTHER_POOL}/* status=400")
    now = [claimed(LISTED, *ALL[:4], pool=OTHER_POOL, unrent=True), claimed("PoolNumber a", ALL[4])]
    news = {"number_pool_uuid": OTHER_POOL, "numbers": ALL[:4], "unrent": True}
    run = start_plugin()
    ledger = run.open(now, unrenting.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    many.diff(unrenting.id, unrenting.outputs, many.check(news, unrenting.outputs).inputs)
    _, single = run.host(PoolNumberProvider(), "PoolNumber a").create({"number_pool_uuid": POOL, "number": ALL[4]})
    with pytest.raises(grpc.RpcError, match=r"0 of 4 numbers done.*nothing was changed"):
        many.create(news)
    assert set(account.numbers()) == set(ALL)
    sandbox.clear_faults()
    run = start_plugin()
    run.open(now, ledger)
    numbers = run.host(PoolNumberProvider(), "PoolNumber a")
    numbers.diff(ALL[4], single, numbers.check({"number_pool_uuid": POOL, "number": ALL[4]}, single).inputs)
    changed(run.host(PoolNumbersProvider(), LISTED), unrenting.id, unrenting.outputs, news)
    assert (set(account.numbers()), set(account.numbers(OTHER_POOL))) == ({ALL[4]}, set(ALL[:4]))
    assert account.unrented == []


def test_a_number_that_the_pages_hide_stays_in_the_state(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    account.rent(MANY)
    owned, inputs = MANY[:40], {"number_pool_uuid": POOL}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**inputs, "numbers": owned})
    sandbox.set_quirk("add-duplicate", "reject")
    # Its list does not show the newest member.
    sandbox.set_quirk("list-delay", "1")
    wanted = [*owned, MANY[51]]
    done = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, {**inputs, "numbers": wanted})
    assert set(done["numbers"]) == set(account.numbers()) == set(wanted)
