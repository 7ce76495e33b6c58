"""The ledger says first what a program loses, refuses what it may not, and forgets nothing that a failed run left."""

from dataclasses import replace
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.ledger import NAME
from pulumi_plivo.plans.claim import INCOMPLETE, TRANSFORMED, Claim, read_claims, written
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, Account
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed

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
def test_what_will_be_given_back_is_said_first_with_every_number_and_asks_at_most_whether_plivo_answers(
    start_plugin: StartPlugin, sandbox: RunningSandbox, is_preview: bool
) -> None:
    ledger = start_plugin().open([claimed(LISTED, *ALL, unrent=True), claimed(A, OTHER_NUMBER)])
    run = start_plugin(maxUnrents="100")
    refused = run.open([claimed(A, OTHER_NUMBER)], ledger, is_preview=is_preview).refused
    lost = [each for each in ALL if each != OTHER_NUMBER]
    assert run.warnings == f"warning: {len(lost)} numbers will be given back to Plivo for good: {', '.join(lost)}\n"
    assert refused == ""
    assert [call.path.rpartition("Account/")[2] for call in sandbox.calls] == [f"{AUTH_ID}/Powerpack/"] * is_preview


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


def test_a_setting_that_can_not_be_used_is_told_once_by_the_ledger(start_plugin: StartPlugin) -> None:
    run = start_plugin(timeout="soon")
    assert run.ledger.check({"claims": written([claimed(A, NUMBER)])}).failures == {
        "plivo:timeout": "'soon' is not a number of seconds above 0, up to 600"
    }


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
