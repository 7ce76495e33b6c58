"""Whole stacks, from the first `up` to `destroy`."""

import json
from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind

from tests.conftest import (
    AUTH_ID,
    AUTH_TOKEN,
    NOT_RENTED,
    NUMBER,
    OTHER_NUMBER,
    OTHER_POOL,
    POOL,
    SHORTCODE,
    TOLL_FREE,
    Account,
)
from tests.e2e.conftest import needs_cli
from tests.e2e.stacks import CliStack, EmbeddedStack, Stack

THREE_KINDS = """
    first = PoolNumber("first", number_pool_uuid=POOL, number="+1 415-555-0100")
    PoolNumber("second", number_pool_uuid=POOL, number=OTHER_NUMBER, service="mms")
    PoolTollFree("free", number_pool_uuid=POOL, number=TOLL_FREE)
    PoolShortcode("short", number_pool_uuid=POOL, shortcode=SHORTCODE)
    pulumi.export("first", first.number)
    pulumi.export("country", first.country_iso2)
"""


def by_hand(sandbox: RunningSandbox, action: str, pool: str, number: str) -> None:
    """Change a pool as somebody at the console would."""
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url)
    getattr(client.pool_members, action)(MemberKind.NUMBER, pool, number)
    client.close()


def test_up_puts_all_three_kinds_into_the_pool(stack: Stack, account: Account) -> None:
    outcome = stack.up(THREE_KINDS)
    assert outcome.succeeded, outcome.shown
    assert outcome.operations == {"first": "create", "second": "create", "free": "create", "short": "create"}
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "mms"}
    assert account.toll_frees() == {TOLL_FREE}
    assert account.shortcodes() == {SHORTCODE}
    assert {name: resource["id"] for name, resource in stack.resources.items()} == {
        "first": NUMBER,
        "second": OTHER_NUMBER,
        "free": TOLL_FREE,
        "short": SHORTCODE,
    }
    assert stack.resources["first"]["type"] == "pulumi-python:dynamic/plivo:PoolNumber"
    (root,) = (each for each in stack.deployment()["resources"] if each["type"] == "pulumi:pulumi:Stack")
    assert root["outputs"] == {"first": NUMBER, "country": "US"}


def test_a_second_up_changes_nothing_and_asks_plivo_nothing(stack: Stack, sandbox: RunningSandbox) -> None:
    stack.up(THREE_KINDS)
    sandbox.calls.clear()
    outcome = stack.up()
    assert set(outcome.operations.values()) <= {"same"}
    assert outcome.succeeded
    assert sandbox.calls == []


def test_preview_writes_nothing(stack: Stack, sandbox: RunningSandbox, account: Account) -> None:
    outcome = stack.preview(THREE_KINDS)
    assert outcome.succeeded, outcome.shown
    assert set(outcome.operations.values()) == {"create"}
    assert {call.method for call in sandbox.calls} <= {"GET"}
    assert account.numbers() == {}


def test_a_changed_line_changes_its_resource_alone(stack: Stack, account: Account) -> None:
    stack.up(THREE_KINDS)
    changed = THREE_KINDS.replace('service="mms"', 'service="sms"')
    assert stack.preview(changed).operations["second"] == "update"
    outcome = stack.up(changed)
    assert outcome.succeeded, outcome.shown
    assert {name: op for name, op in outcome.operations.items() if op != "same"} == {"second": "update"}
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}


def test_another_number_is_added_before_the_old_one_is_removed(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.up('PoolNumber("a", number_pool_uuid=POOL, number=NUMBER)')
    sandbox.calls.clear()
    outcome = stack.up('PoolNumber("a", number_pool_uuid=POOL, number=OTHER_NUMBER)')
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {OTHER_NUMBER: "sms"}
    assert [call.method for call in sandbox.calls if call.method != "GET"] == ["POST", "DELETE"]
    assert stack.resources["a"]["id"] == OTHER_NUMBER
    assert NUMBER in account.rented


def test_a_move_to_another_pool_is_an_update(stack: Stack, account: Account) -> None:
    stack.up('PoolNumber("a", number_pool_uuid=POOL, number=NUMBER, unrent=True)')
    outcome = stack.up('PoolNumber("a", number_pool_uuid=OTHER_POOL, number=NUMBER, unrent=True)')
    assert outcome.operations["a"] == "update"
    assert (account.numbers(POOL), account.numbers(OTHER_POOL)) == ({}, {NUMBER: "sms"})
    assert account.unrented == []


def test_a_number_removed_by_hand_comes_back_with_refresh_and_up(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    stack.up(THREE_KINDS)
    by_hand(sandbox, "remove", POOL, NUMBER)
    assert stack.refresh().succeeded
    assert "first" not in stack.resources
    assert stack.up().operations["first"] == "create"
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "mms"}


def test_a_refresh_without_drift_leaves_a_preview_without_changes(stack: Stack) -> None:
    stack.up(THREE_KINDS)
    assert stack.refresh().succeeded
    assert set(stack.preview().operations.values()) <= {"same"}


def test_destroy_leaves_the_pool_empty_and_every_number_rented(stack: Stack, account: Account) -> None:
    stack.up(THREE_KINDS)
    rented = account.rented
    outcome = stack.destroy()
    assert outcome.succeeded, outcome.shown
    assert (account.numbers(), account.toll_frees(), account.shortcodes()) == ({}, set(), set())
    assert account.rented == rented
    assert stack.resources == {}


def test_bad_input_is_named_at_preview_and_nothing_is_sent(stack: Stack, sandbox: RunningSandbox) -> None:
    outcome = stack.preview('PoolNumber("a", number_pool_uuid="otp", number="12", unrent="yes")')
    assert not outcome.succeeded
    for name in ("number_pool_uuid", "number", "unrent"):
        assert name in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)
    assert sandbox.calls == []


def test_a_failing_resource_leaves_the_others_done_and_the_state_true(stack: Stack, account: Account) -> None:
    program = """
    PoolNumber("good", number_pool_uuid=POOL, number=NUMBER)
    PoolNumber("bad", number_pool_uuid=POOL, number=NOT_RENTED)
    """
    outcome = stack.up(program)
    assert not outcome.succeeded
    (error,) = (each.strip() for each in outcome.errors if NOT_RENTED in each)
    assert f"does not rent {NOT_RENTED}" in error
    assert len(error.splitlines()) == 1
    assert account.numbers() == {NUMBER: "sms"}
    assert set(stack.resources) == {"good"}
    repaired = stack.up(program.replace("NOT_RENTED", "OTHER_NUMBER"))
    assert {name: op for name, op in repaired.operations.items() if op != "same"} == {"bad": "create"}


def test_the_token_is_in_no_state_and_in_no_output(stack: Stack) -> None:
    shown = [stack.up(THREE_KINDS).shown, stack.preview().shown, stack.refresh().shown]
    assert AUTH_TOKEN not in stack.stored
    shown.append(stack.up('PoolNumber("bad", number_pool_uuid=POOL, number=NOT_RENTED)').shown)
    shown.append(stack.destroy().shown)
    assert AUTH_TOKEN not in "".join(shown)
    assert AUTH_TOKEN not in stack.stored


def test_a_secret_input_is_encrypted_in_the_state(stack: Stack, account: Account) -> None:
    stack.up('PoolNumber("a", number_pool_uuid=POOL, number=pulumi.Output.secret(NUMBER))')
    assert account.numbers() == {NUMBER: "sms"}
    assert isinstance(stack.resources["a"]["outputs"]["number"], dict)


@needs_cli
def test_a_state_of_the_embedded_engine_goes_into_the_cli_and_previews_without_change(
    tmp_path: Path, sandbox: RunningSandbox
) -> None:
    embedded = EmbeddedStack(tmp_path / "embedded", sandbox.base_url)
    assert embedded.up(THREE_KINDS).succeeded
    cli = CliStack(tmp_path / "cli", sandbox.base_url)
    cli.import_state(tmp_path / "embedded" / "state" / "stack.json")
    outcome = cli.preview(THREE_KINDS)
    assert outcome.succeeded, outcome.shown
    assert set(outcome.operations.values()) <= {"same"}


def ledger(stack: Stack) -> dict[str, object]:
    """What the state has of the ledger."""
    (found,) = [each for each in stack.deployment()["resources"] if each["type"].endswith("plivo:Ledger")]
    return {key: found[key] for key in ("inputs", "outputs")}


@pytest.mark.parametrize(
    "rest",
    ["", 'PoolNumber("open", number_pool_uuid=POOL, number=OTHER_NUMBER)'],
    ids=["nothing stays", "another stays"],
)
def test_a_secret_number_stays_encrypted_in_the_ledger_once_it_has_left_the_program(
    stack: Stack, account: Account, sandbox: RunningSandbox, rest: str
) -> None:
    secret = 'PoolNumber("a", number_pool_uuid=POOL, number=pulumi.Output.secret(NUMBER), unrent=True)\n'
    assert stack.up(secret + rest).succeeded
    sandbox.add_fault("DELETE * status=400 times=9")
    for _ in range(2):
        # What has not left yet is kept for the next run.
        assert not stack.up(rest).succeeded
        assert NUMBER not in json.dumps(ledger(stack))
    sandbox.clear_faults()
    preview = stack.preview(rest)
    assert f"1 number will be given back to Plivo for good: {NUMBER}" in preview.shown
    for _ in range(2):
        outcome = stack.up(rest)
        assert outcome.succeeded, outcome.shown
        assert NUMBER not in json.dumps(ledger(stack))
    assert account.unrented == [NUMBER]
