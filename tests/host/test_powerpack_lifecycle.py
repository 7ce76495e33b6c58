"""The lifecycle of Powerpacks, as the engine drives it."""

import json
from collections.abc import Mapping
from typing import Any

import grpc
import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.inputs import UNKNOWN
from pulumi_plivo.plans.claim import POWERPACKS, Claim, powerpack_member
from pulumi_plivo.powerpack import PowerpackProvider

from tests.conftest import AUTH_TOKEN, NUMBER, OTHER_POOL, POOL, SHORTCODE, Account
from tests.host.conftest import StartPlugin, claimed, writes
from tests.host.plugin import Ledger, ProviderHost

RESOURCE = "Powerpack pack"
INPUTS: dict[str, Any] = {"name": "letters"}
OTP = "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e"
PRIORITY = {"country_iso": "US", "service_type": "SMS", "priority": {"priority1": "longcode"}}


def claim(name: str = "letters", resource: str = RESOURCE, **more: Any) -> Claim:
    """What a Powerpack claims, as the ledger has it."""
    return Claim(resource, POWERPACKS, (powerpack_member(name),), **more)


@pytest.fixture
def packs(start_plugin: StartPlugin) -> ProviderHost:
    """The provider of `Powerpack` in a plugin of its own."""
    return start_plugin().host(PowerpackProvider())


@pytest.fixture
def made(start_plugin: StartPlugin) -> tuple[str, dict[str, Any]]:
    """A Powerpack that an earlier run has made, without a ledger."""
    return start_plugin().host(PowerpackProvider()).create({**INPUTS, "sticky_sender": True})


@pytest.fixture
def kept(start_plugin: StartPlugin) -> tuple[str, dict[str, Any], Ledger]:
    """A Powerpack with `unrent_numbers` that an earlier run has made."""
    run = start_plugin()
    ledger = run.open([claim(unrent=True)])
    return (*run.host(PowerpackProvider(), RESOURCE).create({**INPUTS, "unrent_numbers": True}), ledger)


@pytest.mark.parametrize(
    ("wrong", "key", "text"),
    [
        ({"name": ""}, "name", "is no name of a Powerpack: a text of 1 to"),
        ({"name": "a\x1b[31m"}, "name", "is no name of a Powerpack: a text of 1 to"),
        ({"application_type": "php"}, "application_type", "is neither 'xml' nor 'phlo'"),
        ({"application_type": "xml", "application_id": ""}, "application_id", "is no application's id; to have none"),
        ({"application_id": "123"}, "application_id", "application_id needs application_type, 'xml' or 'phlo'"),
        ({"application_type": "xml"}, "application_id", "application_type needs application_id"),
        ({"sticky_sender": "false"}, "sticky_sender", "is neither True nor False"),
        ({"number_priority": "shortcode"}, "number_priority", "is no list of priorities"),
        ({"number_priority": []}, "number_priority", "an empty list names no priority"),
        (
            {"number_priority": [{**PRIORITY, "priority": {"priority1": ["longcode"]}}]},
            "number_priority",
            "each choice is one of",
        ),
        ({"number_priority": [PRIORITY, PRIORITY]}, "number_priority", "SMS to US is there twice"),
        ({"number_priority": [{"priority": {}}]}, "number_priority", "country_iso is 'US' or 'CA', and service_type"),
        ({"number_priority": ["US"]}, "number_priority", "a priority has country_iso, service_type and priority"),
        ({"number_priority": [{**PRIORITY, "priority": {"priority4": "x"}}]}, "number_priority", "priority has prio"),
        (
            {"number_priority": [{**PRIORITY, "priority": {"priority2": "longcode"}}]},
            "number_priority",
            "a first choice comes before a second",
        ),
        (
            {"number_priority": [{**PRIORITY, "priority": {"priority1": "local"}}]},
            "number_priority",
            "each choice is one of shortcode, tollfree, longcode",
        ),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_sent(
    packs: ProviderHost, sandbox: RunningSandbox, wrong: Mapping[str, Any], key: str, text: str
) -> None:
    failures = packs.check({**INPUTS, **wrong}).failures
    assert text in failures[key]
    assert sandbox.calls == []


def test_order_and_case_are_no_change(packs: ProviderHost) -> None:
    canada = {**PRIORITY, "country_iso": "ca"}
    id_, outputs = packs.create(
        {**INPUTS, "application_type": "XML", "application_id": "77", "number_priority": [PRIORITY, canada]}
    )
    news = packs.check(
        {**INPUTS, "application_type": "xml", "application_id": "77", "number_priority": [canada, PRIORITY]}, outputs
    ).inputs
    assert not packs.diff(id_, outputs, news).changes


def test_priorities_that_the_program_does_not_name_are_plivos_and_no_change(packs: ProviderHost) -> None:
    id_, outputs = packs.create({**INPUTS, "number_priority": [PRIORITY]})
    more = {**PRIORITY, "country_iso": "CA"}
    live = {**outputs, "number_priority": [more, *outputs["number_priority"]]}
    assert not packs.diff(id_, live, packs.check({**INPUTS, "number_priority": [PRIORITY]}, live).inputs).changes


def test_an_unknown_choice_leaves_the_priorities_unknown(packs: ProviderHost) -> None:
    unknown = {**PRIORITY, "priority": {"priority1": UNKNOWN}}
    checked = packs.check({**INPUTS, "number_priority": [unknown]})
    assert checked.failures == {}
    assert checked.inputs["number_priority"] == UNKNOWN


def test_what_the_program_leaves_out_is_plivos_and_no_change(packs: ProviderHost) -> None:
    id_, outputs = packs.create(INPUTS)
    assert outputs["sticky_sender"] is True
    assert not packs.diff(id_, {**outputs, "sticky_sender": False}, packs.check(INPUTS, outputs).inputs).changes


def test_false_goes_out_as_a_boolean(packs: ProviderHost, sandbox: RunningSandbox) -> None:
    sandbox.set_quirk("string-booleans", "reject")
    _, outputs = packs.create({**INPUTS, "sticky_sender": False, "local_connect": False})
    assert (outputs["sticky_sender"], outputs["local_connect"]) == (False, False)


def test_a_name_that_is_taken_is_refused_and_named(packs: ProviderHost, sandbox: RunningSandbox) -> None:
    with pytest.raises(grpc.RpcError, match="the account has a Powerpack otp already, and not through this resource"):
        packs.create({"name": "otp"})
    id_, outputs = packs.create(INPUTS)
    with pytest.raises(grpc.RpcError, match="could not rename Powerpack letters to otp"):
        packs.update(id_, outputs, {"name": "otp"})
    assert writes(sandbox) == ["POST Powerpack"]


def test_an_adopted_powerpack_is_changed_only_where_the_program_says_otherwise(
    packs: ProviderHost, sandbox: RunningSandbox
) -> None:
    id_, outputs = packs.create({"name": "otp", "adopt": True})
    assert (id_, outputs["number_pool_uuid"], outputs["adopted"]) == (OTP, POOL, True)
    assert writes(sandbox) == []
    packs.create({"name": "alerts", "adopt": True, "sticky_sender": False})
    assert len(writes(sandbox)) == 1


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        (["GET */Powerpack/ status=500 times=99"], "could not look up Powerpack letters"),
        (["POST */Powerpack/ status=400 times=99"], "could not create Powerpack letters: Plivo answered 400"),
        (
            ["POST */Powerpack/ status=503 times=99", "GET */Powerpack/ nth=2 status=500 times=99"],
            r"tried to create Powerpack letters: .* and its name could not be looked up afterwards",
        ),
        (
            ["POST */Powerpack/ status=503 times=99"],
            r"could not create Powerpack letters: .* when it was looked up afterwards",
        ),
    ],
)
def test_a_create_that_fails_says_how_things_stand(
    packs: ProviderHost, sandbox: RunningSandbox, faults: list[str], text: str
) -> None:
    for fault in faults:
        sandbox.add_fault(fault)
    with pytest.raises(grpc.RpcError, match=text):
        packs.create(INPUTS)
    assert writes(sandbox).count("POST Powerpack") <= 1


@pytest.mark.parametrize(
    ("faults", "text"),
    [
        (["GET */Powerpack/* status=500 times=99"], "could not look up Powerpack letters"),
        (["POST */Powerpack/* status=400 times=99"], "could not change sticky_sender of Powerpack letters: Plivo"),
        (
            ["POST */Powerpack/* status=503 times=99", "GET */Powerpack/* nth=2 status=500 times=99"],
            r"tried to change sticky_sender of Powerpack letters: .* and it could not be looked up afterwards",
        ),
    ],
)
def test_a_change_that_fails_says_how_things_stand(
    packs: ProviderHost, sandbox: RunningSandbox, faults: list[str], text: str
) -> None:
    id_, outputs = packs.create(INPUTS)
    for fault in faults:
        sandbox.add_fault(fault)
    with pytest.raises(grpc.RpcError, match=text):
        packs.update(id_, outputs, {**INPUTS, "sticky_sender": False})


def test_a_change_whose_answer_is_lost_is_looked_up(packs: ProviderHost, sandbox: RunningSandbox) -> None:
    id_, outputs = packs.create(INPUTS)
    sandbox.add_fault("POST */Powerpack/* status-after=503 times=99")
    assert packs.update(id_, outputs, {**INPUTS, "sticky_sender": False})["sticky_sender"] is False


def test_a_policy_that_changes_makes_no_call(packs: ProviderHost, sandbox: RunningSandbox) -> None:
    id_, outputs = packs.create(INPUTS)
    sandbox.calls.clear()
    assert packs.update(id_, outputs, {**INPUTS, "unrent_numbers": True})["unrent_numbers"] is True
    assert sandbox.calls == []


def test_a_read_finds_drift_and_gone_is_gone(
    packs: ProviderHost, sandbox: RunningSandbox, made: tuple[str, dict[str, Any]]
) -> None:
    id_, outputs = made
    _, _, inputs = packs.read(id_, {**outputs, "sticky_sender": False})
    assert inputs["sticky_sender"] is True
    packs.delete(id_, outputs)
    assert packs.read(id_, outputs) == ("", {}, {})
    with pytest.raises(grpc.RpcError, match=f"the account has no Powerpack {id_}, so there is nothing to read"):
        packs.read(id_, {})
    with pytest.raises(grpc.RpcError, match="belongs to account MAOTHERACCOUNT000001, and account MATEST"):
        packs.read(id_, {**outputs, "account": "MAOTHERACCOUNT000001"})
    sandbox.add_fault("GET */Powerpack/* status=500 times=99")
    with pytest.raises(grpc.RpcError, match=f"could not read Powerpack {id_}: Plivo answered 500"):
        packs.read(id_, outputs)


def test_a_get_reads_one_that_is_somebody_elses(packs: ProviderHost) -> None:
    id_, outputs, _ = packs.read(OTP, {})
    assert (id_, outputs["name"], outputs["number_pool_uuid"]) == (OTP, "otp", POOL)


def test_a_powerpack_that_another_resource_wants_stays_with_it(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger], sandbox: RunningSandbox
) -> None:
    id_, outputs, ledger = kept
    run = start_plugin()
    run.open([claim(resource="Powerpack box")], ledger)
    box = run.host(PowerpackProvider(), "Powerpack box").create(INPUTS)
    run.host(PowerpackProvider()).delete(id_, outputs)
    assert box[0] == id_
    assert "Powerpack letters: taken over from Powerpack pack, which gives it up" in run.warnings
    assert "Powerpack letters: stays with Powerpack box, which the program has" in run.warnings
    assert writes(sandbox) == ["POST Powerpack"]


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ([claimed("PoolNumber n", NUMBER, pool=None)], "PoolNumber n has numbers in its pool by the program"),
        ([claimed("PoolNumbers n", pool=None, is_partial=True)], "PoolNumbers n may want numbers of its pool"),
    ],
)
def test_a_delete_while_the_program_may_have_members_of_the_pool_is_refused_before_a_call(
    start_plugin: StartPlugin,
    kept: tuple[str, dict[str, Any], Ledger],
    sandbox: RunningSandbox,
    now: list[Claim],
    text: str,
) -> None:
    id_, outputs, ledger = kept
    run = start_plugin()
    run.open(now, ledger)
    sandbox.calls.clear()
    with pytest.raises(grpc.RpcError, match=text) as refused:
        run.host(PowerpackProvider()).delete(id_, outputs)
    assert "nothing was sent" in str(refused.value)
    assert sandbox.calls == []


def test_a_delete_before_its_replacement_is_there_is_refused(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger]
) -> None:
    id_, outputs, ledger = kept
    run = start_plugin()
    run.open([claim()], ledger)
    host = run.host(PowerpackProvider(), RESOURCE)
    host.check(INPUTS)
    with pytest.raises(grpc.RpcError, match="it would be deleted before its replacement is there"):
        host.delete(id_, outputs)


def test_a_delete_that_may_not_give_back_is_refused(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger]
) -> None:
    id_, outputs, _ = kept
    failures = start_plugin(allowUnrent="false").host(PowerpackProvider()).check({**INPUTS, "unrent_numbers": True})
    assert "plivo:allowUnrent forbids it" in failures.failures["unrent_numbers"]
    host = start_plugin(allowUnrent="false").host(PowerpackProvider())
    with pytest.raises(
        grpc.RpcError, match="unrent_numbers=True would give its numbers back for good, and plivo:allow"
    ):
        host.delete(id_, outputs)


def test_what_the_program_has_in_another_pool_is_not_given_back_with_the_powerpack(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs, ledger = kept
    account.add(outputs["number_pool_uuid"], NUMBER)
    run = start_plugin()
    opened = run.open([claimed("PoolNumber n", NUMBER, pool=OTHER_POOL)], ledger)
    assert f"which would give back number {NUMBER}, which another resource has or retains" in opened.refused
    with pytest.raises(grpc.RpcError, match=f"would give back number {NUMBER}, which the program has in another pool"):
        run.host(PowerpackProvider()).delete(id_, outputs)
    assert writes(sandbox) == ["POST 14155550100", "POST Powerpack"]


def test_what_came_into_the_pool_after_the_look_is_not_given_back(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger], account: Account
) -> None:
    id_, outputs, ledger = kept
    run = start_plugin()
    run.open([], ledger)
    account.add(outputs["number_pool_uuid"], NUMBER)
    with pytest.raises(grpc.RpcError, match=f"number {NUMBER} came into its pool after the run had looked"):
        run.host(PowerpackProvider()).delete(id_, outputs)
    assert account.unrented == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("DELETE */Powerpack/* status=400 times=99", "could not delete Powerpack letters: Plivo answered 400"),
        ("GET */Number/ status=500 times=99", "could not look up what Powerpack letters has in pool"),
    ],
)
def test_a_delete_that_fails_keeps_the_powerpack_in_the_state(
    packs: ProviderHost,
    made: tuple[str, dict[str, Any]],
    sandbox: RunningSandbox,
    account: Account,
    fault: str,
    text: str,
) -> None:
    id_, outputs = made
    sandbox.add_fault(fault)
    with pytest.raises(grpc.RpcError, match=text):
        packs.delete(id_, outputs)
    assert [each.name for each in account.powerpacks].count("letters") == 1


def test_a_delete_whose_answer_is_lost_is_looked_up(
    packs: ProviderHost, made: tuple[str, dict[str, Any]], sandbox: RunningSandbox, account: Account
) -> None:
    id_, outputs = made
    sandbox.add_fault("DELETE */Powerpack/* status-after=503 times=99")
    packs.delete(id_, outputs)
    assert "letters" not in [each.name for each in account.powerpacks]


def test_a_delete_that_can_not_be_looked_up_says_so(
    packs: ProviderHost, made: tuple[str, dict[str, Any]], sandbox: RunningSandbox
) -> None:
    id_, outputs = made
    sandbox.add_fault("DELETE */Powerpack/* status-after=503 times=99")
    sandbox.add_fault("GET */Powerpack/* status=500 times=99")
    with pytest.raises(
        grpc.RpcError, match=r"tried to delete Powerpack letters: .* and it could not be looked up afterwards"
    ):
        packs.delete(id_, outputs)


def test_a_state_without_its_pool_asks_for_it_before_it_looks_who_has_members_there(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger], sandbox: RunningSandbox
) -> None:
    id_, outputs, ledger = kept
    run = start_plugin()
    run.open([claimed("PoolNumber n", NUMBER, pool=outputs["number_pool_uuid"])], ledger)
    with pytest.raises(grpc.RpcError, match="PoolNumber n has numbers in its pool by the program"):
        run.host(PowerpackProvider()).delete(id_, {**outputs, "number_pool_uuid": None, "unrent_numbers": False})
    assert "DELETE" not in {call.method for call in sandbox.calls}


def test_what_is_in_a_pool_that_plivo_does_not_name_is_not_given_back(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger], sandbox: RunningSandbox
) -> None:
    id_, outputs, _ = kept
    nameless = json.dumps({"uuid": id_, "name": "letters"})
    sandbox.add_fault(f"GET */Powerpack/{id_}/ status=200 body='{nameless}' times=99")
    with pytest.raises(grpc.RpcError, match="would give back what is in its pool, and Plivo does not name that"):
        start_plugin().host(PowerpackProvider()).delete(id_, {**outputs, "number_pool_uuid": None})
    assert "DELETE" not in {call.method for call in sandbox.calls}


def test_a_powerpack_that_was_deleted_by_other_hands_is_told_of(
    start_plugin: StartPlugin, made: tuple[str, dict[str, Any]]
) -> None:
    run = start_plugin()
    host = run.host(PowerpackProvider())
    id_, outputs = made
    host.delete(id_, outputs)
    host.delete(id_, outputs)
    assert "Powerpack letters was deleted before, by other hands" in run.warnings


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (None, f"number {NUMBER}: given back to Plivo for good, with Powerpack letters"),
        ("GET */Account/*/Number/* status=500 times=99", "whether Plivo unrented could not be looked up"),
        ("GET */Account/*/Number/* status=200 times=99", "Plivo did not unrent: still rented"),
    ],
)
def test_after_a_delete_each_number_is_asked_for(
    start_plugin: StartPlugin,
    kept: tuple[str, dict[str, Any], Ledger],
    sandbox: RunningSandbox,
    account: Account,
    fault: str | None,
    text: str,
) -> None:
    id_, outputs, _ = kept
    account.add(outputs["number_pool_uuid"], NUMBER)
    run = start_plugin()
    if fault is not None and "status=200" in fault:
        sandbox.add_fault("DELETE */Powerpack/* status=204 times=99")
    elif fault is not None:
        sandbox.add_fault(f"GET */Number/{NUMBER}/ status=500 times=99")
    run.host(PowerpackProvider()).delete(id_, outputs)
    assert text in run.warnings


def test_at_preview_a_powerpack_that_leaves_tells_what_becomes_of_its_pool(
    start_plugin: StartPlugin, sandbox: RunningSandbox, account: Account
) -> None:
    ledger = start_plugin().open([claim("otp")])
    account.add(POOL, NUMBER)
    run = start_plugin()
    run.open([], ledger, is_preview=True)
    assert f"shortcode {SHORTCODE} will leave pool {POOL} with Powerpack otp" in run.warnings
    assert "Powerpack otp will be deleted with its number pool; 1 number in it stays rented" in run.warnings
    refused = start_plugin().open([claimed("PoolNumber n", NUMBER)], ledger, is_preview=True).refused
    assert f"PoolNumber n has numbers in its pool {POOL}; nothing was changed" in refused
    sandbox.add_fault("GET * status=500 times=99")
    blind = start_plugin()
    blind.open([], ledger, is_preview=True)
    assert "could not look at Powerpack otp, which is to be deleted" in blind.warnings


def test_a_delete_names_the_shortcodes_that_left_with_the_pool(start_plugin: StartPlugin) -> None:
    id_, outputs = start_plugin().host(PowerpackProvider()).create({"name": "otp", "adopt": True})
    run = start_plugin()
    run.host(PowerpackProvider()).delete(id_, outputs)
    assert f"Powerpack otp is deleted, and shortcode {SHORTCODE} left with its pool; only Plivo's" in run.warnings


#: A program whose rename of a Powerpack has failed, and that has another resource for the old name then.
AFTER_A_FAILED_RENAME = [claim("otp"), claim("letters", "Powerpack box", is_adopting=True)]


def test_a_powerpack_that_a_resource_has_still_under_its_old_name_is_not_adopted_by_another(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger], sandbox: RunningSandbox
) -> None:
    id_, outputs, ledger = kept
    ledger = start_plugin().open([claim("otp")], ledger)
    run = start_plugin()
    run.open(AFTER_A_FAILED_RENAME, ledger)
    run.host(PowerpackProvider(), RESOURCE).diff(id_, outputs, {**outputs, "name": "otp"})
    sandbox.calls.clear()
    text = "Powerpack letters is that of Powerpack pack, which gets another name"
    with pytest.raises(grpc.RpcError, match=text):
        run.host(PowerpackProvider(), "Powerpack box").create({**INPUTS, "adopt": True})
    assert writes(sandbox) == []


def test_a_powerpack_that_two_resources_have_is_an_error_that_names_both(
    start_plugin: StartPlugin, kept: tuple[str, dict[str, Any], Ledger]
) -> None:
    id_, outputs, ledger = kept
    ledger = start_plugin().open([claim("otp")], ledger)
    run = start_plugin()
    run.open(AFTER_A_FAILED_RENAME, ledger)
    box, _ = run.host(PowerpackProvider(), "Powerpack box").create({**INPUTS, "adopt": True})
    assert box == id_
    text = "Powerpack letters: Powerpack box has it too: a Powerpack belongs to one resource"
    with pytest.raises(grpc.RpcError, match=text):
        run.host(PowerpackProvider(), RESOURCE).diff(id_, outputs, {**outputs, "name": "otp"})


def test_no_token_is_in_a_state(kept: tuple[str, dict[str, Any], Ledger]) -> None:
    assert AUTH_TOKEN not in repr(kept)
