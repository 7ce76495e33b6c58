"""A pool that somebody made years ago: into a stack, through its life there, and out again, with the calls counted."""

import re

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, AUTH_TOKEN, SHORTCODE, Account
from tests.e2e.stacks import Outcome, Stack
from tests.e2e.test_powerpacks import written
from tests.e2e.test_taking_over import command

OLD_POOL = "5d0a6f1e-2b3c-4d5e-8f90-a1b2c3d4e5f6"
NUMBERS = [str(14155590000 + each) for each in range(400)]
TOLL_FREES = [str(18005560000 + each) for each in range(20)]
MMS = {*NUMBERS[:40]}
OFFERED = "14155550170"
SPARE = ["14155550180", "14155550181", "14155550182"]
SECOND = f"""
news = Powerpack("news", name="news")
PoolNumbers("news", number_pool_uuid=news.number_pool_uuid, numbers={SPARE!r})
"""


@pytest.fixture
def old_pool(sandbox: RunningSandbox) -> None:
    """400 numbers, 40 of them for MMS, 20 toll-free ones and a shortcode in one; three spare ones, and an offer."""
    rented = [
        *({"number": each} for each in [*NUMBERS, *SPARE]),
        *({"number": each, "type": "tollfree"} for each in TOLL_FREES),
    ]
    pack = {
        "name": "marketing",
        "number_pool_uuid": OLD_POOL,
        "numbers": [{"number": each, "service": "mms" if each in MMS else "sms"} for each in NUMBERS],
        "tollfrees": TOLL_FREES,
        "shortcodes": [SHORTCODE],
    }
    account = {"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "numbers": rented, "powerpacks": [pack]}
    sandbox.seed({"accounts": [account], "numbers_for_sale": [{"number": OFFERED, "monthly_rental_rate": "0.80"}]})


def assert_up(stack: Stack, sandbox: RunningSandbox, program: str, calls: list[str]) -> Outcome:
    """Bring the stack to a program; assert which calls changed something, and that the next preview shows no change."""
    sandbox.calls.clear()
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert sorted(written(sandbox)) == sorted(calls)
    assert set(stack.preview().operations.values()) <= {"same"}
    return outcome


@pytest.mark.slow
@pytest.mark.usefixtures("old_pool")
def test_a_pool_goes_through_its_whole_life_in_a_stack_and_leaves_as_it_is(
    stack: Stack,
    account: Account,
    sandbox: RunningSandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(stack, monkeypatch, "adopt", "--powerpack", "marketing", "--format", "python", "--unrent") == 0
    program = capsys.readouterr().out.partition('"""\n\n')[2]
    members = f"/NumberPool/{OLD_POOL}"

    assert_up(stack, sandbox, program, [])
    assert account.numbers(OLD_POOL) == {each: "mms" if each in MMS else "sms" for each in NUMBERS}

    program = program.replace(f'        "{NUMBERS[0]}": "mms",\n', "")
    assert f"1 number will be given back to Plivo for good: {NUMBERS[0]}" in stack.preview(program).shown
    assert_up(stack, sandbox, program, [f"DELETE {members}/Number/{NUMBERS[0]}/"])
    assert account.unrented == [NUMBERS[0]]

    stack.config["plivo:allowRent"] = "true"
    rented = f'PoolNumber("rented", number_pool_uuid="{OLD_POOL}", number="{OFFERED}", rent=True)\n'
    assert f"number {OFFERED}: will be rented, for 0.80000 a month" in stack.preview(program + rented).shown
    program += rented
    assert_up(stack, sandbox, program, [f"POST {members}/Number/{OFFERED}/"])
    assert OFFERED in account.rented

    sandbox.calls.clear()
    assert stack.up(program + SECOND).succeeded
    news = stack.resources["news"]["outputs"]["number_pool_uuid"]
    assert len(written(sandbox)) == 1 + len(SPARE)
    assert set(account.numbers(news)) == {*SPARE}
    (uuid,) = [each.uuid for each in account.powerpacks if each.name == "news"]
    removed = [f"DELETE /NumberPool/{news}/Number/{each}/" for each in SPARE]
    outcome = assert_up(stack, sandbox, program, [*removed, f"DELETE /Powerpack/{uuid}/"])
    assert "given back" not in outcome.shown
    assert {*SPARE} <= account.rented

    retained = re.sub(r"\)$", ", opts=ResourceOptions(retain_on_delete=True))", program, flags=re.MULTILINE)
    assert_up(stack, sandbox, retained.replace(",\n, opts", ",\n    opts"), [])
    assert_up(stack, sandbox, "pulumi.export('left', True)", [])
    assert stack.resources == {}
    assert account.unrented == [NUMBERS[0]]
    assert account.numbers(OLD_POOL).keys() == {*NUMBERS[1:], OFFERED}
    assert account.toll_frees(OLD_POOL) == {*TOLL_FREES}
