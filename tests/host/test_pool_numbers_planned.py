"""What is said and decided about many numbers before anything is sent: check and diff."""

import json
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi.runtime import rpc
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import NUMBER, OTHER_POOL, POOL
from tests.host.conftest import ALL, INPUTS, LISTED, Kept, StartPlugin, claimed
from tests.host.plugin import Diffed, ProviderHost

NEW = "14155550105"


@pytest.mark.parametrize(
    ("inputs", "named"),
    [
        ({"numbers": ["x"]}, {"numbers": "[0]: 'x' is not a phone number"}),
        ({"numbers": [NUMBER, "+1 415 555 0100"]}, {"numbers": f"[1]: {NUMBER} is there twice"}),
        ({"numbers": ["x", NUMBER, ""]}, {"numbers": "; [2]: '' is not a phone number"}),
        ({"numbers": {NUMBER: "fax"}}, {"numbers": f"[{NUMBER}]: 'fax' is neither"}),
        ({"numbers": {NUMBER: "", "+1 415 555 0100": "sms"}}, {"numbers": f"{NUMBER} is there twice"}),
        ({"numbers": NUMBER}, {"numbers": "is neither a list of numbers nor a mapping of number to service"}),
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
    for numbers in (["+1 (415) 555-0104", *ALL[:4]], dict.fromkeys(reversed(ALL), "")):
        assert not many.diff(id_, outputs, many.check({**INPUTS, "numbers": numbers}).inputs).changes


@pytest.mark.parametrize(
    ("inputs", "replaces"),
    [
        ({"numbers": [*ALL, NEW]}, []),
        ({"numbers": ALL[1:]}, []),
        ({"numbers": []}, []),
        ({"service": "mms"}, []),
        ({"unrent": True}, []),
        ({"number_pool_uuid": OTHER_POOL}, ["number_pool_uuid"]),
        ({"numbers": ALL[1:], "number_pool_uuid": OTHER_POOL}, ["number_pool_uuid"]),
    ],
)
def test_a_list_is_replaced_only_where_it_moves_when_all_is_known_and_nothing_is_given_back(
    start_plugin: StartPlugin, listed: Kept, inputs: dict[str, Any], replaces: list[str]
) -> None:
    news = {**INPUTS, **inputs}
    run = start_plugin()
    run.open([claimed(LISTED, *news["numbers"], pool=news["number_pool_uuid"])], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    difference = many.diff(listed.id, listed.outputs, many.check(news, listed.outputs).inputs)
    assert difference == Diffed(changes=True, replaces=replaces)


def test_what_is_to_be_given_back_leaves_with_a_replacement(start_plugin: StartPlugin, unrenting: Kept) -> None:
    news = {**INPUTS, "numbers": ALL[1:], "unrent": True}
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:], unrent=True)], unrenting.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    inputs = many.check(news, unrenting.outputs).inputs
    assert many.diff(unrenting.id, unrenting.outputs, inputs).replaces == ["numbers"]


@pytest.mark.parametrize("known", ["claimed by another", "not all", "no ledger"])
def test_what_another_resource_may_want_leaves_with_a_replacement(
    start_plugin: StartPlugin, listed: Kept, known: str
) -> None:
    news = {**INPUTS, "numbers": ALL[1:]}
    run = start_plugin()
    other = (
        claimed("PoolNumber a", ALL[0]) if known == "claimed by another" else claimed("PoolNumber a", is_partial=True)
    )
    if known != "no ledger":
        run.open([claimed(LISTED, *ALL[1:]), other], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    inputs = many.check(news, listed.outputs).inputs
    assert many.diff(listed.id, listed.outputs, inputs).replaces == ["numbers"]


@pytest.mark.parametrize(
    ("state", "inputs", "said"),
    [
        (
            {},
            {"numbers": [*ALL[2:], NEW]},
            f"pool {POOL}: 1 to add: {NEW}; 2 to remove: {ALL[0]}, {ALL[1]}",
        ),
        (
            {"unrent": True},
            {"numbers": [], "unrent": True},
            f"pool {POOL}: 5 to give back for good: {', '.join(ALL)}",
        ),
        ({}, {"numbers": []}, f"pool {POOL}: 5 to remove: {', '.join(ALL)}"),
        (
            {},
            {"numbers": [*ALL[1:], NEW], "number_pool_uuid": OTHER_POOL},
            f"pool {OTHER_POOL}: 1 to add: {NEW}; 4 to move from pool {POOL}: {', '.join(ALL[1:])};"
            f" 1 to remove from pool {POOL}: {ALL[0]}",
        ),
        ({}, {"service": "mms"}, f"pool {POOL}: 5 to change to another service: {', '.join(ALL)}"),
        (
            {"exclusive": True, "strangers": [NEW]},
            {"exclusive": True},
            f"pool {POOL}: 1 of others to remove, as exclusive=True says, still rented: {NEW}",
        ),
    ],
)
def test_a_preview_says_which_numbers_a_change_touches_and_in_which_pool(
    start_plugin: StartPlugin,
    listed: Kept,
    sandbox: RunningSandbox,
    state: dict[str, Any],
    inputs: dict[str, Any],
    said: str,
) -> None:
    olds, news = {**listed.outputs, **state}, {**INPUTS, **inputs}
    sandbox.calls.clear()
    run = start_plugin(lookAhead="false")
    now = [claimed(LISTED, *news["numbers"], pool=news["number_pool_uuid"], unrent=bool(news.get("unrent")))]
    run.open(now, listed.ledger, is_preview=True)
    many = run.host(PoolNumbersProvider(), LISTED)
    assert many.diff(listed.id, olds, many.check(news, olds).inputs).changes
    assert f"numbers of {said}\n" in run.warnings
    assert not sandbox.calls


def test_what_another_resource_gets_is_said_to_be_handed_over(start_plugin: StartPlugin, unrenting: Kept) -> None:
    run = start_plugin(lookAhead="false")
    now = [claimed(LISTED, *ALL[1:], unrent=True), claimed("PoolNumber a", ALL[0])]
    run.open(now, unrenting.ledger, is_preview=True)
    many = run.host(PoolNumbersProvider(), LISTED)
    news = many.check({**INPUTS, "numbers": ALL[1:], "unrent": True}, unrenting.outputs).inputs
    many.diff(unrenting.id, unrenting.outputs, news)
    assert run.warnings == f"numbers of pool {POOL}: 1 to hand over to another resource: {ALL[0]}\n"


def test_an_up_does_not_repeat_what_the_preview_said(start_plugin: StartPlugin, listed: Kept) -> None:
    run = start_plugin()
    run.open([claimed(LISTED, *ALL[1:])], listed.ledger)
    many = run.host(PoolNumbersProvider(), LISTED)
    many.diff(listed.id, listed.outputs, many.check({**INPUTS, "numbers": ALL[1:]}, listed.outputs).inputs)
    assert run.warnings == ""


def test_a_list_that_is_not_known_yet_is_a_change_but_no_replacement(
    many: ProviderHost, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    for numbers in (rpc.UNKNOWN, [rpc.UNKNOWN], [*ALL, rpc.UNKNOWN], {**dict.fromkeys(ALL, ""), NEW: rpc.UNKNOWN}):
        news = many.check({**INPUTS, "numbers": numbers, "unrent": True}).inputs
        diffed = many.diff(id_, {**outputs, "unrent": True}, news)
        assert diffed.changes
        assert diffed.replaces == []


def test_what_is_unfinished_is_a_change_though_the_lists_are_equal(
    many: ProviderHost, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    news = many.check(INPUTS, outputs).inputs
    assert many.diff(id_, {**outputs, "unfinished": "something"}, news).changes


def test_ten_thousand_numbers_take_less_than_a_megabyte_of_state() -> None:
    numbers = {f"1415{number:07}": "" for number in range(10_000)}
    provider = PoolNumbersProvider()
    inputs = {**INPUTS, "numbers": numbers, "unrent": False, "adopt": False, "exclusive": False}
    outputs = {
        **inputs,
        "members": dict.fromkeys(numbers, "sms"),
        "strangers": [],
        "unfinished": "",
        "adopted": 0,
        "account": None,
    }
    assert provider.diff("x", outputs, inputs).changes is False
    # As deep as in the CLI's own files, which are indented by four.
    nested: Any = {"inputs": inputs, "outputs": outputs}
    for _ in range(4):
        nested = {"latest": nested}
    assert len(json.dumps(nested, indent=4)) < 2_000_000
