"""Whole stacks whose programs look up what the account has."""

import json
from typing import Any

from tests.conftest import AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, Account
from tests.e2e.stacks import Stack

TAKEN_OVER = """
from pulumi_plivo import get_powerpack, list_pool_numbers, list_pool_shortcodes, list_powerpacks

otp = get_powerpack(name="otp")
found = list_pool_numbers(otp.number_pool_uuid)
PoolNumbers(
    "found", number_pool_uuid=otp.number_pool_uuid, numbers=[each.number for each in found], adopt=True
)
pulumi.export("names", [each.name for each in list_powerpacks()])
pulumi.export("short", list_pool_shortcodes(otp.number_pool_uuid))
"""

LATER = """
from pulumi_plivo import get_number_pool_output, list_pool_numbers_output

first = PoolNumber("first", number_pool_uuid=POOL, number=NUMBER)
# Not known before the first resource exists.
pool = first.details.apply(lambda details: POOL)
found = list_pool_numbers_output(pool).apply(lambda all_: [each.number for each in all_])
pulumi.export("found", found)
pulumi.export("pool", get_number_pool_output(POOL).uuid)
pulumi.export("secret", list_pool_numbers_output(pulumi.Output.secret(POOL)).apply(lambda all_: len(all_)))
"""


def exported(stack: Stack) -> dict[str, Any]:
    """Return the outputs of the stack as its state has them."""
    (root,) = [each for each in stack.deployment()["resources"] if each["type"] == "pulumi:pulumi:Stack"]
    outputs: dict[str, Any] = root["outputs"]
    return outputs


def test_a_program_takes_over_what_it_finds_and_nothing_changes_the_next_time(stack: Stack, account: Account) -> None:
    account.add(POOL, NUMBER)
    account.add(POOL, OTHER_NUMBER, "mms")
    assert stack.preview(TAKEN_OVER).operations == {"found": "create"}
    outcome = stack.up()
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "mms"}
    assert stack.resources["found"]["outputs"]["members"] == {NUMBER: "sms", OTHER_NUMBER: "mms"}
    outputs = exported(stack)
    assert outputs["names"] == ["otp", "alerts"]
    (short,) = outputs["short"]
    assert (short["shortcode"], short["number_pool_uuid"]) == (SHORTCODE, POOL)
    assert stack.preview().operations == {"found": "same"}
    assert AUTH_TOKEN not in outcome.shown + stack.stored


def test_what_is_not_known_at_preview_is_looked_up_in_the_up(stack: Stack, account: Account) -> None:
    previewed = stack.preview(LATER)
    assert previewed.succeeded, previewed.shown
    assert account.numbers() == {}
    outcome = stack.up()
    assert outcome.succeeded, outcome.shown
    outputs = exported(stack)
    assert (outputs["found"], outputs["pool"]) == ([NUMBER], POOL)
    assert "ciphertext" in json.dumps(outputs["secret"])


def test_a_look_up_that_fails_ends_the_run_in_one_line_before_anything_is_done(stack: Stack, account: Account) -> None:
    program = """
    from pulumi_plivo import list_pool_numbers_output
    found = list_pool_numbers_output(pulumi.Output.from_input(NO_POOL)).apply(lambda all_: [e.number for e in all_])
    PoolNumbers("found", number_pool_uuid=POOL, numbers=found)
    """
    outcome = stack.up(program)
    assert not outcome.succeeded
    assert "the account has no such number pool: correct number_pool_uuid" in outcome.errors[0]
    assert len(outcome.errors[0].splitlines()) == 1
    assert "Traceback" not in outcome.shown
    assert account.numbers() == {}


def test_without_credentials_a_look_up_says_so_in_one_line(stack: Stack) -> None:
    del stack.config["plivo:authToken"]
    outcome = stack.preview("from pulumi_plivo import list_powerpacks\nlist_powerpacks()")
    assert not outcome.succeeded
    assert outcome.errors[0].startswith("can't look up the account's Powerpacks: no credentials for Plivo: set plivo:")
    assert len(outcome.errors[0].splitlines()) == 1
    assert "Traceback" not in outcome.shown


def test_a_program_that_only_looks_up_still_says_what_it_gives_up(stack: Stack, account: Account) -> None:
    declared = 'PoolNumber("one", number_pool_uuid=OTHER_POOL, number=NUMBER, unrent=True)'
    outcome = stack.up(declared)
    assert outcome.succeeded, outcome.shown
    # The prologue of these programs imports resource classes as well.
    looking = f"from pulumi_plivo import list_pool_numbers\nassert len(list_pool_numbers({OTHER_POOL!r})) == 1\n"
    (stack.directory / "__main__.py").write_text(looking)
    assert f"1 number will be given back to Plivo for good: {NUMBER}" in stack.preview().shown
    assert account.numbers(OTHER_POOL) == {NUMBER: "sms"}
