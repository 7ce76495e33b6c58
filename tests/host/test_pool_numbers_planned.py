"""What is said and decided about many numbers before anything is sent: check and diff."""

import json
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import (
    NUMBER,
    OTHER_POOL,
    POOL,
)
from tests.host.conftest import ALL, INPUTS, StartPlugin
from tests.host.plugin import ProviderHost


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


def test_what_is_unfinished_is_a_change_though_the_lists_are_equal(
    many: ProviderHost, created: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = created
    news = many.check(INPUTS, outputs).inputs
    assert many.diff(id_, {**outputs, "unfinished": "something"}, news).changes


def test_a_drop_that_the_policy_forbids_to_give_back_is_refused_also_when_unrent_goes_with_it(
    start_plugin: StartPlugin, created: tuple[str, dict[str, Any]]
) -> None:
    _, outputs = created
    many = start_plugin(allowUnrent="false").host(PoolNumbersProvider())
    failures = many.check({**INPUTS, "numbers": ALL[1:]}, {**outputs, "unrent": True}).failures
    assert f"{ALL[0]} leave a list that the state has with unrent=True" in failures["numbers"]
    assert "run `pulumi up` with unrent=False alone first" in failures["numbers"]
    assert not many.check(INPUTS, {**outputs, "unrent": True}).failures


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
