"""The ledger says first what a program loses, refuses what it may not, and forgets nothing that a failed run left."""

from dataclasses import replace
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.ledger import NAME
from pulumi_plivo.plans.claim import INCOMPLETE, TRANSFORMED, Claim, read_claims, written
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed
from tests.host.plugin import Ledger

A, B = "PoolNumber a", "PoolNumber b"
MANY = [f"1415666{digits:04}" for digits in range(30)]
HOLDING_MANY: dict[str, Any] = {
    "accounts": [
        {
            "auth_id": AUTH_ID,
            "auth_token": AUTH_TOKEN,
            "numbers": [{"number": digits} for digits in MANY],
            "powerpacks": [
                {
                    "name": "otp",
                    "uuid": "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e",
                    "number_pool_uuid": POOL,
                    "numbers": MANY,
                }
            ],
        }
    ]
}


@pytest.mark.parametrize("is_preview", [True, False], ids=["preview", "up"])
def test_what_will_be_given_back_is_said_first_with_every_number_and_without_a_call(
    start_plugin: StartPlugin, sandbox: RunningSandbox, is_preview: bool
) -> None:
    ledger = start_plugin().open([claimed(LISTED, *ALL, unrent=True), claimed(A, OTHER_NUMBER)])
    run = start_plugin(maxUnrents="100")
    refused = run.open([claimed(A, OTHER_NUMBER)], ledger, is_preview=is_preview).refused
    lost = [each for each in ALL if each != OTHER_NUMBER]
    assert run.warnings == f"warning: {len(lost)} numbers will be given back to Plivo for good: {', '.join(lost)}\n"
    assert refused == ""
    assert sandbox.calls == []


def test_one_number_is_one_number(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(A, NUMBER, unrent=True)])
    run = start_plugin()
    run.open([], ledger)
    assert run.warnings == f"warning: 1 number will be given back to Plivo for good: {NUMBER}\n"


def test_what_may_be_given_back_is_said_with_who_may_want_it_still(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(A, NUMBER, unrent=True)])
    run = start_plugin()
    run.open([claimed(B, is_partial=True)], ledger)
    assert run.warnings == (
        f"warning: up to 1 number will be given back to Plivo for good: {NUMBER}; unless {B} wants them, which is not"
        " known yet\n"
    )


@pytest.mark.parametrize(
    ("environment", "settings", "limit"),
    [
        ({}, {}, 10),
        ({}, {"maxUnrents": "29"}, 29),
        ({"PLIVO_MAX_UNRENTS": "29"}, {"maxUnrents": "30"}, 29),
        ({"PLIVO_MAX_UNRENTS": "30"}, {"maxUnrents": "29"}, 29),
        ({}, {"maxUnrents": "30"}, None),
        ({"PLIVO_MAX_UNRENTS": "30"}, {}, None),
    ],
)
def test_more_than_the_limit_is_refused_before_anything_changes(
    start_plugin: StartPlugin,
    sandbox: RunningSandbox,
    environment: dict[str, str],
    settings: dict[str, str],
    limit: int | None,
) -> None:
    ledger = start_plugin().open([claimed(LISTED, *MANY, unrent=True)])
    sandbox.seed(HOLDING_MANY)
    for is_preview in (True, False):
        refused = start_plugin(environment, **settings).open([], ledger, is_preview=is_preview).refused
        if limit is None:
            assert refused == ""
        else:
            assert f"30 numbers would be given back to Plivo for good, more than the {limit}" in refused
            assert "set PLIVO_MAX_UNRENTS=30 for this run" in refused


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


def test_what_may_be_given_back_counts_like_what_will_be(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    ledger = start_plugin().open([claimed(LISTED, *MANY, unrent=True)])
    sandbox.seed(HOLDING_MANY)
    refused = start_plugin().open([claimed(B, is_partial=True)], ledger).refused
    assert "30 numbers may be given back to Plivo for good" in refused


def test_a_forbidden_unrent_is_refused_before_anything_changes(start_plugin: StartPlugin, account: Account) -> None:
    ledger = start_plugin().open([claimed(A, NUMBER, unrent=True)])
    account.add(POOL, NUMBER)
    refused = start_plugin(allowUnrent="false").open([], ledger).refused
    assert f"{NUMBER} would be given back to Plivo for good, and plivo:allowUnrent" in refused
    assert start_plugin(allowUnrent="false").open([claimed(A, NUMBER)], ledger).refused == ""


def test_what_leaves_a_protected_list_is_refused_before_anything_changes(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(LISTED, *ALL, is_protected=True)])
    refused = start_plugin().open([claimed(LISTED, *ALL[1:], is_protected=True)], ledger).refused
    assert refused.startswith(f"{LISTED} is protected, and 1 number would leave: {ALL[0]}; nothing was changed")
    refused = start_plugin().open([claimed(LISTED, *ALL, pool=OTHER_POOL)], ledger).refused
    assert f"5 numbers would leave: {', '.join(ALL)}" in refused
    assert start_plugin().open([claimed(LISTED, *ALL, "14155550105", is_protected=True)], ledger).refused == ""


def test_a_list_that_gives_up_its_protection_first_may_lose_numbers_in_the_next_run(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(LISTED, *ALL, is_protected=True)])
    ledger = start_plugin().open([claimed(LISTED, *ALL)], ledger)
    assert ledger.refused == ""
    assert start_plugin().open([claimed(LISTED, *ALL[1:])], ledger).refused == ""


def test_what_a_resource_with_ignored_changes_keeps_is_refused_to_another(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(LISTED, *ALL, unrent=True)])
    now = [claimed(LISTED, is_ignoring=True, unrent=True), claimed(A, ALL[0])]
    refused = start_plugin().open(now, ledger).refused
    assert f"{LISTED} ignores changes of its numbers, so its state keeps {ALL[0]}" in refused


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
def test_what_an_earlier_run_may_have_given_back_is_told_but_refuses_nothing_while_it_can_not_be_looked_up(
    start_plugin: StartPlugin, unrenting: Kept, sandbox: RunningSandbox, settings: dict[str, str]
) -> None:
    ledger = failed_runs(start_plugin, unrenting.ledger, ALL[1:])
    sandbox.add_fault("GET * status=500")
    run = start_plugin(**settings)
    again = run.open([claimed(LISTED, *ALL[1:], unrent=True)], ledger, is_preview=True)
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


def test_a_setting_that_can_not_be_used_is_told_once_by_the_ledger(start_plugin: StartPlugin) -> None:
    run = start_plugin(timeout="soon")
    assert run.ledger.check({"claims": written([claimed(A, NUMBER)])}).failures == {
        "plivo:timeout": "'soon' is not a number of seconds above 0, up to 600"
    }


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


def test_no_number_leaves_a_list_in_place_where_a_transform_may_protect_it(
    start_plugin: StartPlugin, listed: Kept
) -> None:
    cases: list[tuple[dict[str, bool], list[str]]] = [({}, []), ({TRANSFORMED: True}, ["numbers"])]
    for claims, replaces in cases:
        run = start_plugin()
        now = {**written([claimed(LISTED, *ALL[1:])]), **claims}
        checked = run.ledger.check({"claims": now}, listed.ledger.inputs)
        assert checked.inputs["claims"] == written([claimed(LISTED, *ALL[1:])])
        many = run.host(PoolNumbersProvider(), LISTED)
        news = many.check({**INPUTS, "numbers": ALL[1:]}, listed.outputs).inputs
        assert many.diff(listed.id, listed.outputs, news).replaces == replaces


def test_what_a_program_has_not_come_to_counts_as_before(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(LISTED, *ALL, unrent=True), claimed(A, MANY[0], unrent=True)])
    run = start_plugin()
    now = {**written([claimed(LISTED, *ALL[1:], unrent=True)]), INCOMPLETE: True}
    checked = run.ledger.check({"claims": now}, ledger.inputs).inputs["claims"]
    assert (
        f"up to 1 number will be given back to Plivo for good: {ALL[0]}; unless the rest of the program" in run.warnings
    )
    assert {claim.resource: claim.members for claim in read_claims(checked)} == {LISTED: tuple(ALL[1:]), A: (MANY[0],)}


SHORT = claimed("PoolShortcode s", "shortcode-77777")


@pytest.mark.parametrize(
    ("now", "warned"),
    [
        ([], True),
        ([replace(SHORT, pool=OTHER_POOL)], True),
        ([replace(SHORT, resource="PoolShortcode renamed")], False),
        ([replace(SHORT, pool=None)], False),
        ([SHORT], False),
    ],
    ids=["dropped", "another pool", "renamed", "a pool that is not known", "kept"],
)
def test_a_shortcode_that_leaves_its_pool_is_warned_of(
    start_plugin: StartPlugin, now: list[Claim], warned: bool
) -> None:
    ledger = start_plugin().open([SHORT])
    run = start_plugin()
    run.open(now, ledger)
    text = f"shortcode 77777 will be removed from pool {POOL}; only Plivo's support can put it back"
    assert run.warnings == (f"warning: {text}\n" if warned else "")


@pytest.mark.parametrize("mark", ["is_retained", "is_reading", "is_protected"])
def test_a_shortcode_that_stays_though_it_leaves_the_program_is_no_warning(
    start_plugin: StartPlugin, mark: str
) -> None:
    marks: dict[str, Any] = {mark: True}
    ledger = start_plugin().open([replace(SHORT, **marks)])
    run = start_plugin()
    run.open([], ledger)
    assert run.warnings == ""


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


def test_the_same_claims_are_no_change_and_others_are(start_plugin: StartPlugin) -> None:
    run = start_plugin()
    now = [claimed(LISTED, *ALL, unrent=True), claimed(A, NUMBER)]
    ledger = run.open(now)
    assert not run.ledger.diff(NAME, ledger.outputs, {"claims": written(now)}).changes
    for others in (now[:1], [claimed(LISTED, *ALL), now[1]], [claimed(LISTED, *ALL, pool=OTHER_POOL), now[1]]):
        assert run.ledger.diff(NAME, ledger.outputs, {"claims": written(others)}).changes


def test_the_ledger_keeps_claims_history_and_digest_and_nothing_else(start_plugin: StartPlugin) -> None:
    ledger = start_plugin().open([claimed(LISTED, *ALL)])
    assert (set(ledger.inputs), set(ledger.outputs)) == ({"claims"}, {"claims", "digest"})
    assert ledger.inputs["claims"] == written([claimed(LISTED, *ALL)])


def test_its_delete_does_nothing(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    run = start_plugin()
    ledger = run.open([claimed(A, NUMBER, unrent=True)])
    run.ledger.delete(NAME, ledger.outputs)
    assert sandbox.calls == []


def test_it_needs_no_credentials(start_plugin: StartPlugin) -> None:
    ledger = start_plugin(authToken=None).open([claimed(A, NUMBER, unrent=True)])
    assert start_plugin(authToken=None).open([claimed(B, OTHER_NUMBER)], ledger).refused == ""


def test_the_numbers_of_a_list_that_was_written_before_any_ledger_are_not_touched(
    start_plugin: StartPlugin, account: Account
) -> None:
    id_, outputs = start_plugin().host(PoolNumbersProvider()).create({**INPUTS, "unrent": True})
    run = start_plugin()
    ledger = run.open([claimed(LISTED, *ALL, unrent=True)])
    many = run.host(PoolNumbersProvider(), LISTED)
    news = many.check({**INPUTS, "unrent": True}, outputs).inputs
    if many.diff(id_, outputs, news).changes:
        outputs = many.apply(id_, outputs, news)
    assert ledger.refused == run.warnings == ""
    assert (set(outputs["members"]), set(account.numbers()), account.unrented) == (set(ALL), set(ALL), [])
