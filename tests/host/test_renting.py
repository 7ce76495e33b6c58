"""Numbers that are rented with their resource: money is spent once, with a yes, and never at a preview."""

from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN, NO_POOL, NUMBER, POOL, Account
from tests.host.conftest import StartPlugin, claimed, writes
from tests.host.plugin import Ledger, ProviderHost

pytestmark = pytest.mark.usefixtures("offers")

OFFERED = [f"1415555017{digit}" for digit in range(4)]
OFFERED_TOLL_FREE = "18005550177"
INPUTS = {"number_pool_uuid": POOL, "number": OFFERED[0], "rent": True}


@pytest.fixture
def offers(sandbox: RunningSandbox) -> None:
    """Numbers that can be rented."""
    offered = [
        {"number": number, "country_iso2": "US", "type": kind, "monthly_rental_rate": "0.80000"}
        for number, kind in [*((each, "fixed") for each in OFFERED), (OFFERED_TOLL_FREE, "tollfree")]
    ]
    sandbox.seed({"numbers_for_sale": offered})


@pytest.fixture
def renting(start_plugin: StartPlugin) -> ProviderHost:
    """The provider of `PoolNumber`, where renting is allowed."""
    return start_plugin(allowRent="true").host(PoolNumberProvider())


NO_YES: list[tuple[dict[str, str], dict[str, str]]] = [
    ({}, {}),
    ({"allowRent": "true"}, {"PLIVO_ALLOW_RENT": "false"}),
]


@pytest.mark.parametrize(("settings", "environment"), NO_YES)
def test_without_a_yes_nothing_is_rented(
    start_plugin: StartPlugin, sandbox: RunningSandbox, settings: dict[str, str], environment: Any
) -> None:
    preview = start_plugin(environment, **settings)
    preview.open([claimed("PoolNumber a", OFFERED[0])], is_preview=True)
    failures = preview.host(PoolNumberProvider(), "PoolNumber a").check(INPUTS).failures
    assert f"the account does not rent {OFFERED[0]}; renting costs money, and needs a yes" in failures["rent"]
    host = start_plugin(environment, **settings).host(PoolNumberProvider())
    with pytest.raises(grpc.RpcError, match=r"renting costs money, and needs a yes.* nothing was changed"):
        host.create(INPUTS)
    assert writes(sandbox) == []


def test_without_a_yes_a_list_does_nothing_at_all(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    host = start_plugin().host(PoolNumbersProvider())
    with pytest.raises(grpc.RpcError, match="renting costs money, and needs a yes"):
        host.create({"number_pool_uuid": POOL, "numbers": [NUMBER, OFFERED[0]], "rent": True})
    assert writes(sandbox) == []


def test_a_yes_that_can_not_be_read_is_none(start_plugin: StartPlugin) -> None:
    failures = start_plugin(allowRent="yes").host(PoolNumberProvider()).check(INPUTS).failures
    assert "neither true nor false" in failures["plivo:allowRent"]


def test_what_is_rented_already_needs_no_yes_any_more(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    listed = {"number_pool_uuid": POOL, "numbers": OFFERED[1:3], "rent": True}
    claims = [claimed("PoolNumber a", OFFERED[0]), claimed("PoolNumbers b", *OFFERED[1:3])]
    first = start_plugin(allowRent="true")
    ledger = first.open(claims)
    one = first.host(PoolNumberProvider(), "PoolNumber a").create(INPUTS)
    many = first.host(PoolNumbersProvider(), "PoolNumbers b").create(listed)
    sandbox.calls.clear()
    for is_preview in (True, False):
        run = start_plugin()
        run.open(claims, ledger, is_preview=is_preview)
        for provider, name, (id_, outputs), inputs in (
            (PoolNumberProvider(), "PoolNumber a", one, INPUTS),
            (PoolNumbersProvider(), "PoolNumbers b", many, listed),
        ):
            host = run.host(provider, name)
            checked = host.check(inputs, outputs)
            assert checked.failures == {}
            assert not host.diff(id_, outputs, checked.inputs).changes
    assert sandbox.calls == []


def test_a_new_resource_of_a_number_that_is_rented_already_needs_no_yes(
    start_plugin: StartPlugin, account: Account
) -> None:
    preview, inputs = start_plugin(), {**INPUTS, "number": NUMBER}
    preview.open([claimed("PoolNumber a", NUMBER)], is_preview=True)
    assert preview.host(PoolNumberProvider(), "PoolNumber a").check(inputs).failures == {}
    start_plugin().host(PoolNumberProvider()).create(inputs)
    assert NUMBER in account.numbers()


def test_a_number_is_rented_and_added_with_one_call(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    run = start_plugin(allowRent="true")
    renting = run.host(PoolNumberProvider())
    id_, outputs = renting.create(INPUTS)
    assert id_ in account.rented
    assert outputs["details"]["rented_by_stack"] is True
    assert f"number {OFFERED[0]}: rented, and added to pool {POOL}" in run.warnings
    assert writes(sandbox) == [f"POST {OFFERED[0]}"]
    again = renting.check(INPUTS, outputs).inputs
    assert not renting.diff(id_, outputs, again).changes


def test_a_number_that_is_rented_already_is_not_bought(renting: ProviderHost, sandbox: RunningSandbox) -> None:
    _, outputs = renting.create({**INPUTS, "number": NUMBER})
    assert "rented_by_stack" not in outputs["details"]
    assert writes(sandbox) == [f"POST {NUMBER}"]
    (bought,) = [call for call in sandbox.calls if call.method == "POST"]
    assert b"rent" not in bought.body


@pytest.mark.parametrize("fault", ["status-after=503", "drop-answer"])
def test_a_lost_answer_never_rents_twice(
    renting: ProviderHost, sandbox: RunningSandbox, account: Account, fault: str
) -> None:
    sandbox.add_fault(f"POST */Number/* {fault} times=1")
    id_, outputs = renting.create(INPUTS)
    assert id_ in account.rented
    assert outputs["details"]["rented_by_stack"] is True
    assert writes(sandbox) == [f"POST {OFFERED[0]}"]


def test_a_number_that_is_rented_and_not_added_is_added_without_renting_it_again(
    renting: ProviderHost, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.set_quirk("rent-on-add", "partial-error")
    renting.create(INPUTS)
    assert OFFERED[0] in account.numbers()
    assert writes(sandbox) == [f"POST {OFFERED[0]}"] * 2


def test_what_was_rented_and_can_not_be_added_is_named_and_added_by_the_next_run(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    sandbox.set_quirk("rent-on-add", "partial-error")
    sandbox.add_fault("POST */Number/* nth=2 status=400 times=99")
    run = start_plugin(allowRent="true")
    with pytest.raises(grpc.RpcError, match=f"rented number {OFFERED[0]}, but could not add it to pool {POOL}"):
        run.host(PoolNumberProvider()).create(INPUTS)
    assert f"number {OFFERED[0]}: rented, which costs money, and not in a pool" in run.warnings
    assert OFFERED[0] in account.rented
    sandbox.clear_faults()
    _, outputs = start_plugin(allowRent="true").host(PoolNumberProvider()).create(INPUTS)
    assert OFFERED[0] in account.numbers()
    assert "rented_by_stack" not in outputs["details"]


def test_a_pool_that_does_not_exist_is_named_as_the_reason(start_plugin: StartPlugin, account: Account) -> None:
    numbers = start_plugin(allowRent="true").host(PoolNumberProvider())
    with pytest.raises(grpc.RpcError, match=f"it is not rented; the account has no number pool {NO_POOL}; correct"):
        numbers.create({**INPUTS, "number_pool_uuid": NO_POOL})
    assert OFFERED[0] not in account.rented


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        ([f"GET */{AUTH_ID}/Number/* status=500 times=99"], "could not look up whether number"),
        (["POST */Number/* status=400 times=99"], "could not rent number .* it is not rented; see whether Plivo"),
        (
            ["POST */Number/* status=503 times=99", "GET */NumberPool/* nth=3 status=500 times=99"],
            "tried to rent number .* and to add it to pool .* and it could not be looked up afterwards",
        ),
        (
            ["POST */Number/* status=400 times=99", f"GET */{AUTH_ID}/Number/* nth=2 status=500 times=99"],
            "tried to rent number .* and whether it is rented could not be looked up afterwards",
        ),
    ],
)
def test_a_renting_that_fails_says_how_things_stand(
    renting: ProviderHost, sandbox: RunningSandbox, account: Account, faults: list[str], text: str
) -> None:
    for fault in faults:
        sandbox.add_fault(fault)
    with pytest.raises(grpc.RpcError, match=text):
        renting.create(INPUTS)
    assert OFFERED[0] not in account.rented


def test_a_list_rents_what_is_missing_and_remembers_it(start_plugin: StartPlugin, account: Account) -> None:
    host = start_plugin(allowRent="true").host(PoolNumbersProvider())
    _, outputs = host.create({"number_pool_uuid": POOL, "numbers": [NUMBER, *OFFERED[:2]], "rent": True})
    assert outputs["rented_by_stack"] == OFFERED[:2]
    assert {NUMBER, *OFFERED[:2]} <= account.numbers().keys()


def test_a_toll_free_number_is_rented_too(start_plugin: StartPlugin, account: Account) -> None:
    host = start_plugin(allowRent="true").host(PoolTollFreeProvider())
    host.create({"number_pool_uuid": POOL, "number": OFFERED_TOLL_FREE, "rent": True})
    assert OFFERED_TOLL_FREE in account.rented


def test_no_run_rents_more_than_it_may(start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account) -> None:
    run = start_plugin(allowRent="true", maxRents="2")
    with pytest.raises(grpc.RpcError, match="3 numbers would be rented, which costs money, and this run may rent 2"):
        run.host(PoolNumbersProvider()).create({"number_pool_uuid": POOL, "numbers": OFFERED[:3], "rent": True})
    assert writes(sandbox) == []
    singles = run.host(PoolNumberProvider())
    for number in OFFERED[:2]:
        singles.create({**INPUTS, "number": number})
    with pytest.raises(grpc.RpcError, match="this run may rent 0"):
        singles.create({**INPUTS, "number": OFFERED[3]})
    assert {*OFFERED} & account.rented == {*OFFERED[:2]}


def test_a_preview_rents_nothing_and_says_what_it_costs(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    run = start_plugin(allowRent="true", maxRents="1")
    run.open([claimed("PoolNumber a", OFFERED[0]), claimed("PoolNumber b", OFFERED[1])], is_preview=True)
    assert run.host(PoolNumberProvider(), "PoolNumber a").check(INPUTS).failures == {}
    assert f"number {OFFERED[0]}: will be rented, for 0.80000 a month" in run.warnings
    refused = run.host(PoolNumberProvider(), "PoolNumber b").check({**INPUTS, "number": OFFERED[1]}).failures
    assert "this run may rent 0 (of 1 by plivo:maxRents)" in refused["rent"]
    assert writes(sandbox) == []


LISTED = {"number_pool_uuid": POOL, "numbers": OFFERED[:2], "rent": True}
WILL_BE_RENTED = f"number {OFFERED[1]}: will be rented, for 0.80000 a month"


@dataclass
class Listed:
    """A list of two rented numbers in a state, with its ledger."""

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    ledger: Ledger


@pytest.fixture
def unfinished(start_plugin: StartPlugin, sandbox: RunningSandbox) -> Listed:
    """One whose second number could not be rented yet."""
    run = start_plugin(allowRent="true")
    ledger = run.open([claimed("PoolNumbers b", *OFFERED[:2])])
    sandbox.add_fault(f"POST */Number/{OFFERED[1]}/ status=400")
    host = run.host(PoolNumbersProvider(), "PoolNumbers b")
    inputs = host.check(LISTED).inputs
    id_, outputs = host.make(inputs)
    assert OFFERED[1] in outputs["unfinished"]
    sandbox.clear_faults()
    return Listed(id_, inputs, outputs, ledger)


@pytest.fixture
def back_again(start_plugin: StartPlugin, sandbox: RunningSandbox) -> Listed:
    """One whose second number a run that failed has given back, and that is for sale again."""
    run = start_plugin(allowRent="true")
    ledger = run.open([claimed("PoolNumbers b", *OFFERED[:2])])
    host = run.host(PoolNumbersProvider(), "PoolNumbers b")
    inputs = host.check(LISTED).inputs
    id_, outputs = host.make(inputs)
    ledger = start_plugin().open([claimed("PoolNumbers b", OFFERED[0])], ledger)
    hands = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url)
    hands.pool_members.remove(MemberKind.NUMBER, POOL, OFFERED[1], unrent=True)
    hands.close()
    return Listed(id_, inputs, outputs, ledger)


@pytest.mark.parametrize("state", ["unfinished", "back_again"])
def test_a_preview_says_what_a_list_that_is_there_would_buy(
    start_plugin: StartPlugin, sandbox: RunningSandbox, request: pytest.FixtureRequest, account: Account, state: str
) -> None:
    sandbox.set_quirk("unrented-number", "on-offer")
    listed: Listed = request.getfixturevalue(state)
    sandbox.calls.clear()
    claims = [claimed("PoolNumbers b", *OFFERED[:2])]

    preview = start_plugin(allowRent="true")
    preview.open(claims, listed.ledger, is_preview=True)
    host = preview.host(PoolNumbersProvider(), "PoolNumbers b")
    checked = host.check(LISTED, listed.inputs)
    assert checked.failures == {}
    assert host.diff(listed.id, listed.outputs, checked.inputs).changes
    assert preview.warnings.count(WILL_BE_RENTED) == 1
    assert "from another resource" not in preview.warnings
    assert f"number {OFFERED[0]}" not in preview.warnings
    assert writes(sandbox) == []

    forbidden = start_plugin()
    forbidden.open(claims, listed.ledger, is_preview=True)
    host = forbidden.host(PoolNumbersProvider(), "PoolNumbers b")
    checked = host.check(LISTED, listed.inputs)
    with pytest.raises(grpc.RpcError, match=f"the account does not rent {OFFERED[1]}; renting costs money"):
        host.diff(listed.id, listed.outputs, checked.inputs)

    run = start_plugin(allowRent="true")
    run.open(claims, listed.ledger)
    host = run.host(PoolNumbersProvider(), "PoolNumbers b")
    checked = host.check(LISTED, listed.inputs)
    host.diff(listed.id, listed.outputs, checked.inputs)
    assert host.apply(listed.id, listed.outputs, checked.inputs)["unfinished"] == ""
    assert {*OFFERED[:2]} <= account.rented


def test_a_list_that_is_there_as_it_was_buys_nothing_and_asks_for_nothing(
    start_plugin: StartPlugin, sandbox: RunningSandbox
) -> None:
    run = start_plugin(allowRent="true")
    claims = [claimed("PoolNumbers b", *OFFERED[:2])]
    ledger = run.open(claims)
    host = run.host(PoolNumbersProvider(), "PoolNumbers b")
    inputs = host.check(LISTED).inputs
    id_, outputs = host.make(inputs)
    sandbox.calls.clear()
    preview = start_plugin(allowRent="true")
    preview.open(claims, ledger, is_preview=True)
    host = preview.host(PoolNumbersProvider(), "PoolNumbers b")
    assert not host.diff(id_, outputs, host.check(LISTED, inputs).inputs).changes
    assert sandbox.calls == []


def test_a_preview_asks_for_the_cost_of_twenty(start_plugin: StartPlugin, sandbox: RunningSandbox) -> None:
    numbers = [f"141555502{digit:02}" for digit in range(22)]
    run = start_plugin(allowRent="true", maxRents="30")
    run.open([claimed("PoolNumbers many", *numbers)], is_preview=True)
    inputs = {"number_pool_uuid": POOL, "numbers": numbers, "rent": True}
    assert run.host(PoolNumbersProvider(), "PoolNumbers many").check(inputs).failures == {}
    assert "2 more numbers will be rented; what they cost was not asked for" in run.warnings
    assert writes(sandbox) == []


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("14155550199", "is to be rented, but Plivo's search does not show it"),
        ("4915550100", "will be rented; what it costs Plivo did not tell"),
    ],
)
def test_a_preview_says_what_it_does_not_know_of_a_number_that_is_to_be_rented(
    start_plugin: StartPlugin, number: str, text: str
) -> None:
    run = start_plugin(allowRent="true")
    run.open([claimed("PoolNumber a", number)], is_preview=True)
    assert run.host(PoolNumberProvider(), "PoolNumber a").check({**INPUTS, "number": number}).failures == {}
    assert f"number {number}: {text}" in run.warnings
