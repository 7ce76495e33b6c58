"""What `plivo-numbers adopt` writes, brought up: nothing is changed at Plivo, and the next preview shows no change."""

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.account import client_for
from pulumi_plivo.cli.entry import main

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, SHORTCODE, Account
from tests.conftest import POOL as TEST_POOL
from tests.e2e.conftest import EMBEDDED
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import written

STACKS = Path(__file__).parents[2] / "stacks"
POWERPACK = "Bulk (US) #2"
POOL = "5d0a6f1e-2b3c-4d5e-8f90-a1b2c3d4e5f6"


def seeded(sandbox: RunningSandbox, count: int, count_of_toll_frees: int = 2) -> list[str]:
    """Put numbers into a pool, some for MMS, with toll-free numbers and a shortcode."""
    numbers = [str(14155590000 + each) for each in range(count)]
    toll_frees = [str(18005560000 + each) for each in range(count_of_toll_frees)]
    powerpack = {
        "name": POWERPACK,
        "number_pool_uuid": POOL,
        "numbers": [{"number": each, "service": "mms" if each.endswith("7") else "sms"} for each in numbers],
        "tollfrees": toll_frees,
        "shortcodes": [SHORTCODE],
    }
    account = {
        "auth_id": AUTH_ID,
        "auth_token": AUTH_TOKEN,
        "numbers": [
            *({"number": each} for each in numbers),
            *({"number": each, "type": "tollfree"} for each in toll_frees),
        ],
        "powerpacks": [powerpack],
    }
    sandbox.seed({"accounts": [account]})
    return numbers


def command(stack: Stack, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run `plivo-numbers` in the stack's folder, with the account of the sandbox in its environment."""
    environment = {
        "PLIVO_AUTH_ID": AUTH_ID,
        "PLIVO_AUTH_TOKEN": AUTH_TOKEN,
        "PLIVO_BASE_URL": stack.config["plivo:baseUrl"],
    }
    with monkeypatch.context() as patched:
        patched.chdir(stack.directory)
        for name, value in environment.items():
            patched.setenv(name, value)
        client_for.cache_clear()
        return main(arguments)


def adopted(stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Return the program that `adopt` writes, or that of `stacks/` once the stack has the config that it writes."""
    assert command(stack, monkeypatch, "adopt", "--powerpack", POWERPACK, *options) == 0
    output = capsys.readouterr().out
    if "python" in options:
        # The programs of these tests begin with lines of their own.
        return output.partition('"""\n\n')[2]
    for module in STACKS.glob("*.py"):
        shutil.copy(module, stack.directory)
    stack.config |= yaml.safe_load(output)
    return (STACKS / "__main__.py").read_text().partition('"""\n\n')[2]


def pages(pool: Mapping[str, Any]) -> int:
    """The pages that list all members of a pool; that of the numbers has the toll-free ones too."""
    toll_frees, shortcodes = len(pool["tollfrees"]), len(pool["shortcodes"])
    return sum(math.ceil(count / 20) for count in (len(pool["numbers"]) + toll_frees, toll_frees, shortcodes))


@pytest.mark.slow
@pytest.mark.parametrize("form", ["config", "python"])
def test_one_up_takes_400_members_over_without_a_write_and_with_few_reads(
    stack: Stack,
    sandbox: RunningSandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    form: str,
) -> None:
    seeded(sandbox, 400, 20)
    before = sandbox.state()
    program = adopted(stack, monkeypatch, capsys, "--format", form)
    sandbox.calls.clear()
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert len(sandbox.calls) <= 2 * pages(before["accounts"][AUTH_ID]["pools"][POOL]) + 4
    assert sandbox.state() == before
    assert set(stack.preview().summary) == {"same"}


@pytest.mark.parametrize("stack", [EMBEDDED], indirect=True)
@pytest.mark.parametrize(
    "quirk",
    ["default-service=sms", "list-service=missing", "get-one-service=present", "number-list-tollfrees=exclude"],
)
def test_nothing_is_written_however_plivo_lists_a_pool(
    stack: Stack,
    sandbox: RunningSandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    quirk: str,
) -> None:
    sandbox.set_quirk(*quirk.split("="))
    seeded(sandbox, 23)
    before = sandbox.state()
    program = adopted(stack, monkeypatch, capsys, "--unrent")
    sandbox.calls.clear()
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    members = json.dumps(list(stack.resources.values()))
    assert all(digits in members for digits in before["accounts"][AUTH_ID]["pools"][POOL]["numbers"])
    assert set(stack.preview().summary) == {"same"}


@pytest.mark.parametrize("stack", [EMBEDDED], indirect=True)
def test_a_number_that_plivo_replaced_is_taken_over_in_the_others_place_and_none_is_given_back(
    stack: Stack, account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = 'PoolNumber("a", number_pool_uuid=POOL, number=NUMBER, unrent=True)\n'
    assert stack.up(program).succeeded
    account.remove(TEST_POOL, NUMBER)
    account.add(TEST_POOL, OTHER_NUMBER)
    assert checked(stack, monkeypatch) == 1
    shown = capsys.readouterr().out
    assert f"orphan: number {NUMBER}: PoolNumber a has it" in shown
    assert f"stranger: number {OTHER_NUMBER}: " in shown
    assert "(Number Pool Refresh)" in shown
    assert stack.up(program.replace("=NUMBER", "=OTHER_NUMBER, adopt=True")).succeeded
    assert account.unrented == []
    assert account.numbers() == {OTHER_NUMBER: "sms"}
    # The shortcode of the test account is in no program.
    assert checked(stack, monkeypatch) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 member in the state and in 1 pool, 1 finding"


def checked(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how `check` ends with the state of the stack."""
    exported = stack.directory / "exported.json"
    exported.write_text(json.dumps({"version": 3, "deployment": stack.deployment()}))
    return command(stack, monkeypatch, "check", "--state", str(exported))
