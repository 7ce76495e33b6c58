"""A preview looks at the account: what would fail is an error before anything is begun."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NO_POOL, NOT_RENTED, NUMBER, OTHER_POOL, POOL, SHORTCODE, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import ALL, many, written

WRONG = {
    "a number that is not rented": (declared(number="NOT_RENTED"), f"the account does not rent {NOT_RENTED}"),
    "no such pool": (many("a", pool="NO_POOL"), f"the account has no number pool {NO_POOL}"),
    "a number without its country's code": (
        many("a", ["(415) 555-0100"]),
        "but 14155550100: did you leave out the country code?",
    ),
    "a number that is there by other hands": (many("a", [ALL[0], "14155550105"]), "set adopt=True"),
    "a get of a pool that does not exist": (
        'PoolNumbers.get("g", NO_POOL, number_pool_uuid=NO_POOL)',
        "the account has no such pool",
    ),
    "a get with another id than its pool's": (
        'PoolNumbers.get("g", OTHER_POOL, number_pool_uuid=POOL)',
        f"the id of a get is its pool's uuid, {POOL}",
    ),
}


@pytest.mark.parametrize(("program", "named"), WRONG.values(), ids=WRONG)
def test_what_would_fail_is_an_error_at_preview(
    stack: Stack, account: Account, sandbox: RunningSandbox, program: str, named: str
) -> None:
    account.add(POOL, "14155550105")
    sandbox.calls.clear()
    outcome = stack.preview(program)
    assert not outcome.succeeded
    assert named in outcome.shown
    assert "Traceback" not in "".join(outcome.errors)
    assert written(sandbox) == []


@pytest.mark.parametrize("form", ["single", "list"])
def test_a_move_to_a_pool_that_does_not_exist_is_an_error_at_preview(stack: Stack, form: str) -> None:
    program = declared() if form == "single" else many("a")
    assert stack.up(program).succeeded
    outcome = stack.preview(program.replace("=POOL", "=NO_POOL"))
    assert not outcome.succeeded
    assert f"the account has no number pool {NO_POOL}" in outcome.shown


def test_a_token_that_plivo_does_not_take_is_one_error_at_preview(stack: Stack) -> None:
    stack.environment["PLIVO_AUTH_TOKEN"] = "wrong"
    outcome = stack.preview(declared() + many("all", ALL[2:]))
    assert not outcome.succeeded
    assert sum("no look at the account: " in error for error in outcome.errors) == 1
    assert "Plivo answered 401" in outcome.shown
    assert "it came from PLIVO_AUTH_TOKEN" in outcome.shown


def test_one_look_in_vain_is_enough(stack: Stack, sandbox: RunningSandbox) -> None:
    sandbox.add_fault("GET * status=503 times=999")
    program = "".join(declared(f"n{digits}", f'"{digits}"') for digits in ALL)
    outcome = stack.preview(program)
    assert outcome.succeeded
    assert "the preview goes on without" in outcome.shown
    # The first four resources look at the same time, and each call is tried twice.
    assert len(sandbox.calls) <= 8


def test_a_preview_says_who_takes_a_number_over_from_whom(stack: Stack) -> None:
    assert stack.up(declared()).succeeded
    outcome = stack.preview(many("all", [NUMBER]))
    assert f"number {NUMBER}: PoolNumbers all takes it over from PoolNumber a; it stays rented" in outcome.shown


def test_a_preview_says_who_takes_a_shortcode_over_from_whom(stack: Stack) -> None:
    program = 'PoolShortcode("NAME", number_pool_uuid=POOL, shortcode=SHORTCODE)\n'
    assert stack.up(program.replace("NAME", "a")).succeeded
    outcome = stack.preview(program.replace("NAME", "b"))
    assert f"shortcode {SHORTCODE}: PoolShortcode b takes it over from PoolShortcode a" in outcome.shown


def test_a_preview_of_what_works_looks_and_finds_nothing_wrong(stack: Stack, account: Account) -> None:
    account.add(POOL, "14155550105")
    account.add(OTHER_POOL, "14155550106")
    program = many("a", ["14155550105", *ALL[1:]], adopt="True") + declared()
    program += 'PoolShortcode("s", number_pool_uuid=POOL, shortcode=SHORTCODE)\n'
    program += 'PoolNumbers.get("g", OTHER_POOL, number_pool_uuid=OTHER_POOL)\n'
    preview = stack.preview(program)
    assert preview.succeeded, preview.errors
    assert stack.up(program).succeeded
    assert set(account.numbers()) == {NUMBER, "14155550105", *ALL[1:]}


def test_a_preview_without_a_look_calls_nothing(stack: Stack, sandbox: RunningSandbox) -> None:
    stack.config["plivo:lookAhead"] = "false"
    assert stack.preview(declared(number="NOT_RENTED") + many("a", ALL[1:])).succeeded
    assert sandbox.calls == []


def test_a_preview_that_can_not_look_says_so_once_and_goes_on(stack: Stack, sandbox: RunningSandbox) -> None:
    program = declared() + many("a", ALL[1:]) + 'PoolNumber("t", number_pool_uuid=POOL, number="14155550105")'
    sandbox.add_fault("GET * status=500")
    unanswered = stack.preview(program)
    sandbox.clear_faults()
    del stack.config["plivo:authToken"]
    without = stack.preview(program)
    for outcome, reason in ((unanswered, "Plivo answered 500"), (without, "there are no credentials")):
        assert outcome.succeeded, outcome.errors
        lines = [line for line in outcome.shown.splitlines() if "no look at the account" in line]
        assert {line.strip() for line in lines if reason not in line} == set()
        assert lines
