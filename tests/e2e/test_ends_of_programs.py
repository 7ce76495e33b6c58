"""What a program has not come to, since it failed or still runs, counts as before."""

from textwrap import indent

import pulumi
import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import ALL, many, single, written

BEFORE = many("a", ALL[:3])
SHORTER, REST = many("a", ALL[:1]), many("b", ALL[1:3])
ERROR = 'raise RuntimeError("half way")\n'


def test_no_number_leaves_its_pool_while_the_program_ends_in_an_error(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(BEFORE).succeeded
    sandbox.calls.clear()
    outcome = stack.up(SHORTER + ERROR + REST)
    assert not outcome.succeeded
    assert "half way" in outcome.shown
    assert written(sandbox) == []
    assert stack.up(SHORTER + REST).succeeded
    assert written(sandbox) == []
    assert account.numbers() == dict.fromkeys(ALL[:3], "sms")


def test_the_ledger_forgets_nothing_while_programs_end_in_errors(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    numbers = [declared(f"n{digits}", f'"{digits}"') for digits in ALL[:3]]
    assert stack.up("".join(numbers)).succeeded
    sandbox.calls.clear()
    for count in (2, 1, 0):
        assert not stack.up("".join(numbers[:count]) + single(ALL[3]) + ERROR).succeeded
    renamed = [declared(f"new{digits}", f'"{digits}"') for digits in ALL[:3]]
    outcome = stack.up("".join(renamed) + single(ALL[3]))
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == dict.fromkeys([*ALL[:3], ALL[3]], "sms")
    assert account.unrented == []


@pytest.mark.skipif(not hasattr(pulumi, "run"), reason="this SDK has no programs that go on after their last line")
def test_what_a_program_declares_after_its_last_line_is_a_part_of_it(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    later = "async def main():\n    for _ in range(300):\n        await asyncio.to_thread(int)\n"
    program = f"import asyncio\n{SHORTER}{later}{indent(REST, '    ')}\npulumi.run(main)\n"
    assert stack.up(BEFORE).succeeded
    sandbox.calls.clear()
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert written(sandbox) == []
    assert set(stack.resources) == {"a", "b"}
    assert account.numbers() == dict.fromkeys(ALL[:3], "sms")


@pytest.mark.parametrize("command", ["preview", "up"])
def test_a_program_that_has_none_left_says_what_it_gives_back_and_is_refused_as_any(
    stack: Stack, account: Account, sandbox: RunningSandbox, command: str
) -> None:
    assert stack.up(many("a", ALL[:3], unrent="True") + single(ALL[3])).succeeded
    stack.config["plivo:maxUnrents"] = "2"
    sandbox.calls.clear()
    outcome = stack.preview("") if command == "preview" else stack.up("")
    assert not outcome.succeeded
    assert f"3 numbers will be given back to Plivo for good: {', '.join(ALL[:3])}" in outcome.shown
    assert "more than the 2 that one run may" in outcome.shown
    assert written(sandbox) == []
    stack.config["plivo:maxUnrents"] = "3"
    assert stack.up("").succeeded
    assert sorted(account.unrented) == ALL[:3]
    assert stack.resources == {}


def test_a_program_that_has_none_left_gives_back_nothing_that_a_setting_of_now_forbids(
    stack: Stack, account: Account
) -> None:
    assert stack.up(many("a", ALL[:3], unrent="True")).succeeded
    stack.config["plivo:allowUnrent"] = "false"
    assert not stack.up("").succeeded
    assert account.unrented == []
    assert account.numbers() == dict.fromkeys(ALL[:3], "sms")


def test_a_program_that_only_imports_this_package_works(stack: Stack, sandbox: RunningSandbox) -> None:
    for _ in range(2):
        assert stack.preview("").succeeded
        assert stack.up("").succeeded
    assert stack.destroy().succeeded
    assert sandbox.calls == []
