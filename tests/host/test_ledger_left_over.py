"""What failed runs have left over, and what no state has: the ledger forgets nothing, and looks before it refuses."""

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import NUMBER, OTHER_POOL, POOL, Account
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed
from tests.host.plugin import Ledger
from tests.host.test_ledger import MANY, A, B


@pytest.mark.parametrize("settings", [{}, {"allowUnrent": "false"}], ids=str)
def test_what_a_create_has_claimed_in_vain_stops_nobody(start_plugin: StartPlugin, settings: dict[str, str]) -> None:
    ledger = start_plugin().open([claimed(LISTED, *MANY, unrent=True)])
    run = start_plugin(**settings)
    assert run.open([], ledger).refused == ""
    assert run.warnings == ""


def test_what_can_not_be_looked_up_counts(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    ledger = start_plugin().open([claimed(LISTED, *MANY, unrent=True)])
    sandbox.add_fault("GET * status=500")
    assert "30 numbers would be given back to Plivo for good" in start_plugin().open([], ledger).refused


def failed_runs(start_plugin: StartPlugin, ledger: Ledger, *programs: list[str]) -> Ledger:
    """Let runs of programs whose list has these numbers fail after their ledger's update, before their deletes."""
    for numbers in programs:
        ledger = start_plugin().open([claimed(LISTED, *numbers, unrent=True)], ledger)
        assert ledger.refused == ""
    return ledger


def test_what_failed_runs_left_over_is_said_and_counted_again_until_it_is_gone(
    start_plugin: StartPlugin, unrenting: Kept, account: Account
) -> None:
    ledger = failed_runs(start_plugin, unrenting.ledger, ALL[1:], ALL[2:])
    run = start_plugin(maxUnrents="2")
    refused = run.open([claimed(LISTED, *ALL[3:], unrent=True)], ledger).refused
    assert f"warning: 3 numbers will be given back to Plivo for good: {', '.join(ALL[:3])}\n" in run.warnings
    assert "3 numbers would be given back" in refused
    for digits in ALL[:2]:
        account.remove(POOL, digits)
    run = start_plugin(maxUnrents="2")
    assert run.open([claimed(LISTED, *ALL[3:], unrent=True)], ledger).refused == ""
    assert f"warning: 1 number will be given back to Plivo for good: {ALL[2]}\n" in run.warnings


def test_what_a_failed_run_left_over_is_no_loss_once_it_is_wanted_again(
    start_plugin: StartPlugin, unrenting: Kept
) -> None:
    ledger = failed_runs(start_plugin, unrenting.ledger, ALL[1:])
    run = start_plugin()
    run.open([claimed(LISTED, *ALL, unrent=True)], ledger)
    assert run.warnings == ""


@pytest.mark.parametrize("settings", [{}, {"allowUnrent": "false"}, {"maxUnrents": "0"}], ids=str)
@pytest.mark.parametrize("is_preview", [True, False])
def test_what_an_earlier_run_may_have_given_back_is_told_but_refuses_nothing_while_it_can_not_be_looked_up(
    start_plugin: StartPlugin, unrenting: Kept, sandbox: RunningSandbox, settings: dict[str, str], is_preview: bool
) -> None:
    ledger = failed_runs(start_plugin, unrenting.ledger, ALL[1:])
    sandbox.add_fault("GET * status=500")
    run = start_plugin(**settings)
    again = run.open([claimed(LISTED, *ALL[1:], unrent=True)], ledger, is_preview=is_preview)
    assert again.refused == ""
    assert f"could not look whether an earlier `pulumi up` has given back number {ALL[0]}" in run.warnings
    sandbox.clear_faults()
    later = start_plugin(**settings)
    later.open([claimed(LISTED, *ALL[1:], unrent=True)], again)
    assert f"1 number will be given back to Plivo for good: {ALL[0]}" in later.warnings


def test_what_an_earlier_run_has_left_over_is_told_with_the_way_to_forget_it(
    start_plugin: StartPlugin, unrenting: Kept
) -> None:
    ledger = failed_runs(start_plugin, unrenting.ledger, ALL[1:])
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:], unrent=True)], ledger)
    assert (
        f"number {ALL[0]}: dropped by an earlier `pulumi up` that did not get so far; what `pulumi state delete` has"
        " taken out of the state is not given back: name it in PLIVO_FORGET for this run"
    ) in run.warnings
    run = start_plugin({"PLIVO_FORGET": ALL[0]})
    kept = run.open([claimed(LISTED, *ALL[1:], unrent=True)], ledger)
    assert run.warnings == ""
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:], unrent=True)], kept)
    assert run.warnings == ""


def test_what_is_to_be_forgotten_though_the_program_wants_it_is_not(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(A, NUMBER, is_protected=True)])
    refused = start_plugin({"PLIVO_FORGET": NUMBER}).open([claimed(B, NUMBER)], ledger).refused
    assert f"{A} is protected" in refused


@pytest.mark.parametrize("is_reached", [True, False])
def test_no_number_leaves_a_list_in_place_where_a_run_that_failed_may_not_have_protected_it(
    start_plugin: StartPlugin, unrenting: Kept, account: Account, is_reached: bool
) -> None:
    protecting = start_plugin()
    ledger = protecting.open([claimed(LISTED, *ALL[1:], unrent=True, is_protected=True)], unrenting.ledger)
    if is_reached:
        account.remove(POOL, ALL[0])
    run = start_plugin()
    refused = run.open([claimed(LISTED, *ALL[2:], is_protected=True)], ledger).refused
    assert bool(refused) is is_reached
    many = run.host(PoolNumbersProvider(), LISTED)
    news = many.check({**INPUTS, "numbers": ALL[2:]}, unrenting.outputs).inputs
    assert is_reached or many.diff(unrenting.id, unrenting.outputs, news).replaces == ["numbers"]


def test_what_a_failed_run_left_over_is_still_held_for_who_wants_it_next(
    start_plugin: StartPlugin, unrenting: Kept, account: Account
) -> None:
    ledger = failed_runs(start_plugin, unrenting.ledger, ALL[1:])
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:], unrent=True), claimed(A, ALL[0], pool=OTHER_POOL)], ledger)
    run.host(PoolNumberProvider(), A).create({"number_pool_uuid": OTHER_POOL, "number": ALL[0]})
    run.host(PoolNumbersProvider()).delete(unrenting.id, {**unrenting.outputs, "numbers": {ALL[0]: ""}})
    assert (ALL[0] in account.numbers(), account.numbers(OTHER_POOL)) == (False, {ALL[0]: "sms"})
    assert account.unrented == []
