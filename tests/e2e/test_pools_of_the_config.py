"""The program of `stacks/`: pools of its config, and states of a program whose resources had no component."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NUMBER, OTHER_NUMBER, POOL, SHORTCODE, TOLL_FREE, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import written

STACKS = Path(__file__).parents[2] / "stacks"
GIVEN_BACK = "14155550102"
#: One resource for each member, or one for those of each `unrent`, without a component.
SINGLE = f"""
for number in ("{NUMBER}", "{OTHER_NUMBER}"):
    PoolNumber(f"number-{{number}}", number_pool_uuid=POOL, number=number, opts=opts)
PoolNumber("number-{GIVEN_BACK}", number_pool_uuid=POOL, number="{GIVEN_BACK}", service="mms", unrent=True, opts=opts)
"""
TOGETHER = f"""
PoolNumbers("numbers-otp", number_pool_uuid=POOL, numbers=["{NUMBER}", "{OTHER_NUMBER}"], opts=opts)
PoolNumbers("numbers-otp-unrent", number_pool_uuid=POOL, numbers={{"{GIVEN_BACK}": "mms"}}, unrent=True, opts=opts)
"""
REST = f"""
PoolTollFree("toll-free-{TOLL_FREE}", number_pool_uuid=POOL, number=TOLL_FREE, unrent=True, opts=opts)
PoolShortcode("shortcode-{SHORTCODE}", number_pool_uuid=POOL, shortcode=SHORTCODE, opts=opts)
"""
UNPROTECTED = "opts = None\n"
PROTECTED = "opts = ResourceOptions(protect=True)\n"
POOLS: dict[str, Any] = {
    "name": "otp",
    "number_pool_uuid": POOL,
    "numbers": [NUMBER, OTHER_NUMBER, {"number": GIVEN_BACK, "service": "mms", "unrent": True}],
    "toll_frees": [{"number": TOLL_FREE, "unrent": True}],
    "shortcodes": [SHORTCODE],
}
ALL = {NUMBER: "sms", OTHER_NUMBER: "sms", GIVEN_BACK: "mms"}


def of_the_config(stack: Stack, *pools: dict[str, Any], protect: bool = False) -> str:
    """Give a stack these pools; return the program of `stacks/`."""
    shutil.copy(STACKS / "pool_config.py", stack.directory)
    stack.config |= {"numbers:pools": list(pools), "numbers:protect": str(protect)}
    return (STACKS / "__main__.py").read_text()


def assert_all_are_there(account: Account) -> None:
    """Assert that the pool has what it had, and that nothing was given back."""
    assert account.numbers() == ALL
    assert account.toll_frees() == {TOLL_FREE}
    assert account.shortcodes() == {SHORTCODE}
    assert account.unrented == []


@pytest.mark.parametrize("together", [False, True], ids=["apart", "together"])
@pytest.mark.parametrize("before", [SINGLE, TOGETHER], ids=["single resources", "lists"])
def test_what_was_declared_without_a_component_is_taken_over_and_no_call_changes_anything(
    stack: Stack, account: Account, sandbox: RunningSandbox, before: str, together: bool
) -> None:
    outcome = stack.up(UNPROTECTED + before + REST)
    assert outcome.succeeded, outcome.shown
    sandbox.calls.clear()
    outcome = stack.up(of_the_config(stack, {**POOLS, "together": together}))
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert_all_are_there(account)
    members = {GIVEN_BACK, TOLL_FREE, SHORTCODE}
    assert stack.resources.keys() == {"otp", *members} | (set() if together else {NUMBER, OTHER_NUMBER})
    assert set(stack.preview().operations.values()) == {"same"}


def test_what_is_protected_is_taken_over_once_its_protection_is_away(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(PROTECTED + SINGLE + REST).succeeded
    sandbox.calls.clear()
    new = of_the_config(stack, POOLS, protect=True)
    refused = stack.preview(new)
    assert not refused.succeeded
    assert "take protect away first" in refused.shown
    for program in (UNPROTECTED + SINGLE + REST, new):
        outcome = stack.up(program)
        assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert_all_are_there(account)
    assert stack.resources[NUMBER]["protect"] is True


def test_a_pool_of_the_config_can_be_a_powerpack_that_the_stack_makes(stack: Stack, account: Account) -> None:
    news = {"name": "news", "powerpack": "News (US)", "sticky_sender": False, "numbers": [NUMBER], "together": True}
    outcome = stack.up(of_the_config(stack, news))
    assert outcome.succeeded, outcome.shown
    (made,) = [each for each in account.powerpacks if each.name == "News (US)"]
    assert made.sticky_sender is False
    exported = stack.deployment()["resources"][0]["outputs"]["news"]
    assert exported["numbers"] == [NUMBER]
    assert account.numbers(exported["number_pool_uuid"]) == {NUMBER: "sms"}


def test_a_number_of_the_config_that_moves_to_another_pool_stays_the_same_resource(
    stack: Stack, account: Account
) -> None:
    alerts = {"name": "alerts", "powerpack": "news", "numbers": []}
    otp = {"name": "otp", "number_pool_uuid": POOL, "numbers": [NUMBER, OTHER_NUMBER]}
    assert stack.up(of_the_config(stack, alerts, otp)).succeeded
    outcome = stack.up(of_the_config(stack, {**alerts, "numbers": [NUMBER]}, {**otp, "numbers": [OTHER_NUMBER]}))
    assert outcome.succeeded, outcome.shown
    assert outcome.operations[NUMBER] == "update"
    assert account.numbers() == {OTHER_NUMBER: "sms"}
    assert account.numbers(stack.deployment()["resources"][0]["outputs"]["alerts"]["number_pool_uuid"]) == {
        NUMBER: "sms"
    }
