"""Numbers that leave a list: given back, handed over, removed as strangers, or kept."""

from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import OTHER_POOL, POOL, Account
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed, writes

NEW = "14155550105"
SHORTER: dict[str, Any] = {**INPUTS, "numbers": ALL[1:], "unrent": True}


def test_exclusive_removes_strangers_and_never_unrents_them(
    start_plugin: StartPlugin, account: Account, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    account.add(POOL, NEW)
    account.remove(POOL, ALL[0])
    exclusive = {**INPUTS, "exclusive": True, "unrent": True}
    run = start_plugin()
    many = run.host(PoolNumbersProvider())
    _, live, _ = many.read(id_, {**outputs, "exclusive": True, "unrent": True})
    assert (live["strangers"], set(live["numbers"])) == ([NEW], set(ALL[1:]))
    news = many.check(exclusive, outputs).inputs
    diffed = many.diff(id_, live, news)
    assert (diffed.changes, diffed.replaces) == (True, [])
    assert many.update(id_, live, exclusive)["strangers"] == []
    assert set(account.numbers()) == set(ALL)
    assert account.unrented == []
    assert f"exclusive=True: removed from pool {POOL}, and still rented: {NEW}" in run.warnings


def test_exclusive_that_can_not_see_the_strangers_keeps_what_is_done(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    strangers = [f"1415666{digits:04}" for digits in range(60)]
    account.rent(strangers)
    plain = {**INPUTS, "numbers": ALL[:1]}
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create(plain)
    for digits in strangers:
        account.add(POOL, digits)
    # The first look at the list comes before the number is added, the second after it.
    sandbox.add_fault(f"GET */{POOL}/Number/ nth=2 times=99 status=500")
    longer = {**INPUTS, "numbers": ALL[:2], "exclusive": True}
    partial = start_plugin().host(PoolNumbersProvider()).update(id_, outputs, longer)
    assert "the others could not be looked up" in partial["unfinished"]
    assert set(partial["numbers"]) == set(ALL[:2])
    assert set(account.numbers()) == {*ALL[:2], *strangers}
    sandbox.clear_faults()
    done = start_plugin().host(PoolNumbersProvider()).update(id_, partial, longer)
    assert done["unfinished"] == ""
    assert set(account.numbers()) == set(ALL[:2])


def test_without_exclusive_strangers_are_left_alone(start_plugin: StartPlugin, account: Account, listed: Kept) -> None:
    account.add(POOL, NEW)
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:])], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    assert many.read(listed.id, listed.outputs)[1]["strangers"] == []
    outputs = many.update(listed.id, listed.outputs, {**INPUTS, "numbers": ALL[1:]})
    start_plugin().host(PoolNumbersProvider()).delete(listed.id, outputs)
    assert set(account.numbers()) == {NEW}


@pytest.mark.parametrize("owner", ["the program", "the program before", "a state"])
def test_a_stranger_that_another_resource_of_the_stack_wants_or_has_is_left_alone(
    start_plugin: StartPlugin, account: Account, owner: str
) -> None:
    single = claimed("PoolNumber a", NEW)
    first = start_plugin()
    ledger = first.open([claimed(LISTED, *ALL), single])
    many, numbers = first.host(PoolNumbersProvider(), LISTED), first.host(PoolNumberProvider(), "PoolNumber a")
    id_, outputs = many.create(INPUTS)
    _, state = numbers.create({"number_pool_uuid": POOL, "number": NEW})
    run = start_plugin()
    now = [claimed(LISTED, *ALL), *([single] if owner == "the program" else [])]
    run.open(now, ledger if owner == "the program before" else None)
    if owner == "a state":
        run.host(PoolNumberProvider()).diff(NEW, state, state)
    many = run.host(PoolNumbersProvider(), LISTED)
    exclusive = many.check({**INPUTS, "exclusive": True}, outputs).inputs
    assert many.diff(id_, outputs, exclusive).changes
    assert many.apply(id_, outputs, exclusive)["unfinished"] == ""
    assert set(account.numbers()) == {*ALL, NEW}


def test_no_stranger_is_removed_while_it_is_not_known_who_wants_it(
    start_plugin: StartPlugin, account: Account, listed: Kept
) -> None:
    account.add(POOL, NEW)
    run = start_plugin()
    run.open([claimed(LISTED, *ALL), claimed("PoolNumber a", is_partial=True)], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    partial = many.update(listed.id, listed.outputs, {**INPUTS, "exclusive": True})
    assert "no other number was removed, as PoolNumber a may want it" in partial["unfinished"]
    assert set(account.numbers()) == {*ALL, NEW}


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
    assert run.warnings.splitlines() == [
        f"warning: numbers {', '.join(ALL[1:])}: given back to Plivo for good, out of pool {POOL}",
        f"warning: number {ALL[0]}: no longer in pool {POOL}, so not unrented: still rented, and costs money; give back"
        " at Plivo if not needed",
    ]


def test_a_forbidden_unrent_stops_a_delete_before_anything_is_sent(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match="plivo:allowUnrent"):
        start_plugin(allowUnrent="false").host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})
    assert sandbox.calls == []


@pytest.mark.parametrize(
    ("environment", "settings"),
    [({}, {"maxUnrents": "4"}), ({"PLIVO_MAX_UNRENTS": "4"}, {}), ({"PLIVO_MAX_UNRENTS": "4"}, {"maxUnrents": "9"})],
)
def test_a_list_that_would_give_back_more_than_the_run_may_gives_back_none(
    start_plugin: StartPlugin,
    created: tuple[str, dict[str, Any]],
    sandbox: RunningSandbox,
    environment: dict[str, str],
    settings: dict[str, str],
) -> None:
    id_, outputs = created
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match=r"5 numbers would be given back .* may give back 4 .*nothing was sent"):
        start_plugin(environment, **settings).host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})
    assert sandbox.calls == []


def test_the_limit_is_one_for_all_resources_of_a_run(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], account: Account
) -> None:
    id_, outputs = created
    single = {"number_pool_uuid": POOL, "number": NEW, "unrent": True}
    account.add(POOL, NEW)
    run = start_plugin(maxUnrents="5")
    run.host(PoolNumberProvider()).delete(NEW, single)
    with pytest.raises(grpc.RpcError, match="may give back 4"):
        run.host(PoolNumbersProvider()).delete(id_, {**outputs, "unrent": True})
    assert account.unrented == [NEW]


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_number_that_leaves_an_unrenting_list_is_given_back_and_the_rest_is_not_touched(
    start_plugin: StartPlugin, account: Account, sandbox: RunningSandbox, exclusive: bool
) -> None:
    inputs = {**INPUTS, "unrent": True, "exclusive": exclusive}
    first = start_plugin()
    ledger = first.open([claimed(LISTED, *ALL, unrent=True)])
    id_, outputs = first.host(PoolNumbersProvider(), LISTED).create(inputs)
    sandbox.calls.clear()
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:], unrent=True)], ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    shorter = {**inputs, "numbers": ALL[1:]}
    assert many.diff(id_, outputs, many.check(shorter, outputs).inputs).replaces == ["numbers"]
    _, replaced = many.create(shorter)
    assert account.unrented == []
    many.delete(id_, outputs)
    assert replaced["adopted"] == 0
    assert writes(sandbox) == [f"DELETE {ALL[0]}"]
    assert account.unrented == [ALL[0]]
    assert set(account.numbers()) == set(ALL[1:])


@pytest.mark.parametrize("together", [True, False], ids=["in one edit", "before"])
def test_a_number_that_leaves_a_list_that_no_longer_unrents_stays_rented(
    start_plugin: StartPlugin, unrenting: Kept, account: Account, together: bool
) -> None:
    outputs, ledger = unrenting.outputs, unrenting.ledger
    if not together:
        run = start_plugin()
        ledger = run.open([claimed(LISTED, *ALL)], ledger)
        outputs = run.host(PoolNumbersProvider(), LISTED).update(unrenting.id, outputs, {**INPUTS, "unrent": False})
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:])], ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    news = many.check({**SHORTER, "unrent": False}, outputs).inputs
    assert many.diff(unrenting.id, outputs, news).replaces == []
    many.apply(unrenting.id, outputs, news)
    assert set(account.numbers()) == set(ALL[1:])
    assert account.unrented == []


def test_a_number_that_leaves_an_unrenting_list_for_another_resource_stays_where_it_is(
    start_plugin: StartPlugin, unrenting: Kept, account: Account, sandbox: RunningSandbox
) -> None:
    sandbox.calls.clear()
    run = start_plugin()
    single = "PoolNumber a"
    run.open([claimed(LISTED, *ALL[1:], unrent=True), claimed(single, ALL[0])], unrenting.ledger)
    many, numbers = run.host(PoolNumbersProvider(), LISTED), run.host(PoolNumberProvider(), single)
    many.diff(unrenting.id, unrenting.outputs, many.check(SHORTER, unrenting.outputs).inputs)
    many.create(SHORTER)
    _, taken = numbers.create({"number_pool_uuid": POOL, "number": ALL[0]})
    many.delete(unrenting.id, unrenting.outputs)
    assert writes(sandbox) == []
    assert taken["details"]["adopted"] is False
    assert account.unrented == []
    assert f"number {ALL[0]}: stays in pool {POOL} with {single}, which the program declares; no call" in run.warnings


def test_a_number_that_moves_to_another_pool_of_the_program_is_removed_but_never_unrented(
    start_plugin: StartPlugin, unrenting: Kept, account: Account
) -> None:
    run = start_plugin()
    single = {"number_pool_uuid": OTHER_POOL, "number": ALL[0]}
    run.open([claimed("PoolNumber a", ALL[0], pool=OTHER_POOL)], unrenting.ledger)
    run.host(PoolNumberProvider(), "PoolNumber a").create(single)
    run.host(PoolNumbersProvider()).delete(unrenting.id, unrenting.outputs)
    assert sorted(account.unrented) == ALL[1:]
    assert (account.numbers(), set(account.numbers(OTHER_POOL))) == ({}, {ALL[0]})


def test_an_outage_in_the_middle_of_a_delete_keeps_the_resource_and_the_next_finishes(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = created
    sandbox.add_fault(f"DELETE */{ALL[3]}/ status=400")
    with pytest.raises(grpc.RpcError, match=f"4 of 5 left pool .*not done: {ALL[3]}; the state keeps the resource"):
        start_plugin().host(PoolNumbersProvider()).delete(id_, outputs)
    sandbox.clear_faults()
    start_plugin().host(PoolNumbersProvider()).delete(id_, outputs)
    assert account.numbers() == {}


def test_an_unrent_that_failed_says_that_the_next_up_does_the_rest(
    start_plugin: StartPlugin, unrenting: Kept, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.add_fault("DELETE * status=400")
    with pytest.raises(grpc.RpcError, match="the next `pulumi up` or `pulumi destroy` does the rest, and unrents"):
        start_plugin().host(PoolNumbersProvider()).delete(unrenting.id, unrenting.outputs)
    assert set(account.numbers()) == set(ALL)
    assert account.unrented == []
