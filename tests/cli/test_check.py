"""`plivo-numbers check`: what a state has, against what is in its pools."""

import json
from pathlib import Path
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.cli.exported_state import SECRET, SIGNATURE

from tests.cli.conftest import Command, exported, resource
from tests.cli.test_adopt import seed
from tests.conftest import (
    AUTH_ID,
    AUTH_TOKEN,
    NO_POOL,
    NOT_RENTED,
    NUMBER,
    OTHER_NUMBER,
    OTHER_POOL,
    POOL,
    SHORTCODE,
    TOLL_FREE,
    Account,
)

CODE = resource("PoolShortcode", "code", POOL, SHORTCODE)
THIRD_NUMBER = "14155550102"
REFRESH = "(Number Pool Refresh)"


def secret(**how: str) -> dict[str, str]:
    """A secret of a state."""
    return {SIGNATURE: SECRET, **how}


def single(number: Any = NUMBER, pool: Any = POOL, name: str = "a", **more: Any) -> dict[str, Any]:
    return resource("PoolNumber", name, pool, number, **more)


def many(*numbers: str, pool: str = POOL, name: str = "many", **more: Any) -> dict[str, Any]:
    return resource("PoolNumbers", name, pool, dict.fromkeys(numbers, ""), **more)


def test_a_pool_and_a_state_that_agree_are_no_finding(
    command: Command, sandbox: RunningSandbox, account: Account
) -> None:
    for number in (NUMBER, OTHER_NUMBER, THIRD_NUMBER):
        account.add(POOL, number)
    seed(sandbox, {"name": "otp", "tollfrees": [TOLL_FREE]})
    state = exported(
        single(), many(OTHER_NUMBER, THIRD_NUMBER), resource("PoolTollFree", "free", POOL, TOLL_FREE), CODE
    )
    Path("state.json").write_text(state)
    for ended in (command("check", "--state", "-", stdin=state), command("check", "--state", "state.json")):
        assert ended.status == 0
        assert ended.output == "5 members in the state and in 1 pool, 0 findings\n"
        assert ended.errors == ""


def test_what_differs_is_told_a_line_each_and_is_the_exit_status(command: Command, account: Account) -> None:
    account.add(POOL, THIRD_NUMBER)
    account.add(OTHER_POOL, OTHER_NUMBER)
    state = exported(single(), many(OTHER_NUMBER, NOT_RENTED), CODE, resource("PoolShortcode", "gone", POOL, "88888"))
    ended = command("check", "--state", "-", stdin=state)
    assert ended.status == 1
    *lines, refresh, summary = ended.output.splitlines()
    where = f"pool {POOL} (otp)"
    assert lines[:3] == [
        f"orphan: number {NUMBER}: PoolNumber a has it, {where} does not; it is rented still,"
        " in no pool, for 0.50 a month",
        f"orphan: number {OTHER_NUMBER}: PoolNumbers many has it, {where} does not; it is rented still,"
        f" in pool {OTHER_POOL} (alerts), for 0.50 a month",
        f"missing: number {NOT_RENTED}: PoolNumbers many has it, {where} does not; the account does not rent"
        " it any more",
    ]
    assert lines[3] == (
        f"missing: shortcode 88888: PoolShortcode gone has it, {where} does not; only Plivo's support can put it there"
    )
    assert lines[4].startswith(f"stranger: number {THIRD_NUMBER}: {where} has it, since 20")
    assert lines[4].endswith(", and no resource of the state")
    assert refresh.startswith(f"{where}: Plivo may replace a number that delivers badly by itself {REFRESH}")
    assert summary == "1 member in the state and in 1 pool, 5 findings"


@pytest.mark.parametrize("change", ["stranger", "orphan"])
def test_only_a_stranger_beside_a_vanished_number_may_be_plivos_own_refresh(
    command: Command, account: Account, change: str
) -> None:
    state = exported(CODE, *([single()] if change == "orphan" else []))
    if change == "stranger":
        account.add(POOL, NUMBER)
    ended = command("check", "--state", "-", stdin=state)
    assert (ended.status, ended.output.partition(":")[0]) == (1, change)
    assert REFRESH not in ended.output


def test_what_another_stack_owns_or_the_stack_only_reads_is_no_stranger_and_is_not_missed(
    command: Command, account: Account
) -> None:
    account.add(POOL, NUMBER)
    account.add(POOL, OTHER_NUMBER)
    Path("one.json").write_text(exported(CODE, single(external=True), single(THIRD_NUMBER, name="read", external=True)))
    Path("two.json").write_text(exported(many(OTHER_NUMBER)))
    assert command("check", "--state", "one.json").status == 1
    ended = command("check", "--state", "one.json", "--state", "two.json")
    assert (ended.status, ended.output) == (0, "2 members in the state and in 1 pool, 0 findings\n")


def test_what_waits_to_be_deleted_is_told_as_such_and_is_no_finding(command: Command, account: Account) -> None:
    account.add(POOL, NUMBER)
    account.add(POOL, OTHER_NUMBER)
    old = many(NUMBER, OTHER_NUMBER, THIRD_NUMBER, delete=True)
    ended = command("check", "--state", "-", stdin=exported(CODE, many(OTHER_NUMBER), old))
    assert ended.status == 0
    assert ended.output.splitlines()[0] == (
        f"leaving: number {NUMBER}: PoolNumbers many waits to be deleted, and pool {POOL} (otp) has it still;"
        " `pulumi up` goes on with that"
    )
    assert OTHER_NUMBER not in ended.output
    assert THIRD_NUMBER not in ended.output


def test_a_toll_free_number_counts_whichever_class_has_it(command: Command, sandbox: RunningSandbox) -> None:
    seed(sandbox, {"name": "otp", "tollfrees": [TOLL_FREE]})
    assert command("check", "--state", "-", stdin=exported(CODE, single(TOLL_FREE))).status == 0


def test_of_a_pool_that_is_gone_every_member_is_told(command: Command, account: Account) -> None:
    ended = command("check", "--state", "-", stdin=exported(single(pool=NO_POOL)))
    assert ended.status == 1
    assert ended.output.splitlines()[0] == f"the account has no pool {NO_POOL}"
    assert f"orphan: number {NUMBER}: PoolNumber a has it" in ended.output
    assert account.numbers() == {}


@pytest.mark.parametrize(
    "quirks",
    [
        "default-service=sms",
        "list-service=missing",
        "list-order=newest",
        # What has just left is listed still, and what has just come is not yet.
        "list-delay=1",
        "list-delay=4",
        "list-delay=4 default-service=sms",
    ],
)
def test_no_way_of_listing_a_pool_is_a_finding(
    command: Command, sandbox: RunningSandbox, account: Account, quirks: str
) -> None:
    for quirk in quirks.split():
        sandbox.set_quirk(*quirk.split("="))
    account.add(POOL, NUMBER, "mms")
    account.add(POOL, OTHER_NUMBER)
    account.add(POOL, THIRD_NUMBER)
    account.remove(POOL, THIRD_NUMBER)
    assert command("check", "--state", "-", stdin=exported(CODE, many(NUMBER, OTHER_NUMBER))).status == 0


def test_many_differences_are_taken_from_the_lists(command: Command, sandbox: RunningSandbox, account: Account) -> None:
    numbers = [str(14155590000 + each) for each in range(120)]
    account.rent(numbers)
    sandbox.calls.clear()
    ended = command("check", "--state", "-", stdin=exported(CODE, many(*numbers)))
    assert ended.output.count("orphan: ") == 120
    assert len(sandbox.calls) < 30


def test_a_secret_number_is_known_by_its_id_or_by_the_members_and_never_shown_encrypted(
    command: Command, account: Account
) -> None:
    account.add(POOL, NUMBER)
    account.add(POOL, OTHER_NUMBER)
    hidden = secret(ciphertext="v1:abc:def")
    one = single(NUMBER) | {"outputs": {"number_pool_uuid": POOL, "number": hidden}}
    more = many(name="more") | {
        "outputs": {"number_pool_uuid": POOL, "numbers": hidden, "members": {OTHER_NUMBER: "sms"}}
    }
    ended = command("check", "--state", "-", stdin=exported(CODE, one, more))
    assert (ended.status, ended.output) == (0, "3 members in the state and in 1 pool, 0 findings\n")


def test_what_only_a_secret_tells_is_not_compared_and_says_how_it_can_be(command: Command) -> None:
    hidden = secret(ciphertext="v1:abc:def")
    lists = resource("PoolNumbers", "list", POOL, hidden)
    ended = command(
        "check", "--state", "-", stdin=exported(CODE, single(pool=hidden), lists, single(name="b", pool="x"))
    )
    assert ended.status == 1
    assert ended.output.splitlines()[:3] == [
        "not compared: PoolNumber a: its number_pool_uuid is a secret; `pulumi stack export --show-secrets` tells it",
        "not compared: PoolNumbers list: its numbers is a secret; `pulumi stack export --show-secrets` tells it",
        "not compared: PoolNumber b: the state does not tell its number_pool_uuid",
    ]
    assert "v1:abc" not in ended.output


def test_an_export_with_secrets_in_clear_is_read(command: Command, account: Account) -> None:
    account.add(POOL, NUMBER)
    clear = single(pool=secret(plaintext=json.dumps(POOL)))
    token = {"urn": "urn:pulumi:t::p::x::y", "type": "x", "outputs": {"t": secret(plaintext=json.dumps(AUTH_TOKEN))}}
    assert command("check", "--state", "-", stdin=exported(CODE, clear, token)).status == 0


def test_a_name_out_of_a_state_is_no_control_sequence(command: Command) -> None:
    ended = command("check", "--state", "-", stdin=exported(CODE, single(name="x\x1b[2J\ny")))
    assert "\x1b" not in ended.output
    assert len(ended.output.splitlines()) == 2


def test_the_state_of_another_account_is_not_compared(command: Command, sandbox: RunningSandbox) -> None:
    details = {"account_phone_number_resource": f"/v1/Account/MAOTHER0000000000001/Number/{NUMBER}/"}
    for outputs in ({"details": details}, {"account": "MAOTHER0000000000001"}):
        ended = command("check", "--state", "-", stdin=exported(single(outputs=outputs)))
        assert (ended.status, ended.output) == (2, "")
        assert ended.error == (
            f"plivo-numbers: the state belongs to account MAOTHER0000000000001, and the settings name account {AUTH_ID}"
        )
    assert sandbox.calls == []


def test_a_subaccount_may_look_at_what_names_its_main_account(
    command: Command, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    subaccount = {"auth_id": "SASUBACCOUNT00000001", "auth_token": AUTH_TOKEN, "powerpacks": [{"name": "own"}]}
    sandbox.seed({"accounts": [subaccount]})
    monkeypatch.setenv("PLIVO_AUTH_ID", "SASUBACCOUNT00000001")
    (pool,) = sandbox.state()["accounts"]["SASUBACCOUNT00000001"]["pools"]
    state = exported(many(pool=pool, outputs={"account": AUTH_ID}))
    assert command("check", "--state", "-", stdin=state).status == 0


def test_without_a_state_nothing_is_asked_and_the_line_says_how_to_get_one(
    command: Command, sandbox: RunningSandbox
) -> None:
    ended = command("check")
    assert ended.status == 2
    assert ended.error == (
        "plivo-numbers: check compares with the state of a stack:"
        " pulumi stack export --stack NAME | plivo-numbers check --state -"
    )
    assert sandbox.calls == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", "is no JSON that can be read; it is what `pulumi stack export --stack NAME` prints"),
        ("[" * 100_000, "is no JSON that can be read"),
        ("[]", "is no state of a stack; it is what"),
        ('{"version": 3, "deployment": []}', "is no state of a stack"),
        ('{"version": 4, "deployment": {}}', "is a state of version 4; version 3 is known here"),
    ],
)
def test_what_is_no_exported_state_is_one_line(command: Command, content: str, text: str) -> None:
    ended = command("check", "--state", "-", stdin=content)
    assert (ended.status, ended.output) == (2, "")
    assert f"standard input {text}" in ended.error


def test_a_state_file_that_is_not_there_is_one_line(command: Command) -> None:
    ended = command("check", "--state", "none.json")
    assert (ended.status, ended.error) == (2, "plivo-numbers: can't read none.json: No such file or directory")


@pytest.mark.parametrize("resources", [None, 1, [None, 1, {}, {"type": f"pulumi-python:dynamic/plivo:{'PoolNumber'}"}]])
def test_a_state_with_odd_resources_is_no_bug(command: Command, resources: Any) -> None:
    state = json.dumps({"version": 3, "deployment": {"resources": resources}})
    assert command("check", "--state", "-", stdin=state).status in (0, 1)
