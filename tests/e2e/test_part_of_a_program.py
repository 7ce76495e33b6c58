"""Runs that leave resources out, or take them one by one: nothing waits, and nothing is lost."""

from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import OTHER_POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_late_outputs import ANCHOR, anchor
from tests.e2e.test_pool_numbers import ALL, many, single, written

LATE = anchor % (ANCHOR, "sms") + many("b", f"anchor.service.apply(lambda _: {ALL[2:]!r})", unrent="True")


def test_a_target_beside_numbers_that_are_known_late_neither_waits_nor_loses(stack: Stack, account: Account) -> None:
    assert stack.up(many("a", ALL[:2], unrent="True") + LATE).succeeded
    changed = many("a", ALL[:1], unrent="True") + LATE
    refused = stack.up(changed, target=(stack.urn("a"),))
    assert not refused.succeeded
    assert "--target '**::pulumi-python:dynamic/plivo:Ledger::plivo'" in refused.shown
    # What the error says to do, as far as it goes: what is known late may want the number.
    stack.up(changed, target=(stack.urn("a"), stack.ledger))
    assert account.unrented == []
    assert set(account.numbers()) == set(ALL)
    assert stack.up(changed).succeeded
    assert account.unrented == [ALL[1]]
    assert set(account.numbers()) == {ALL[0], *ALL[2:]}


def test_a_target_that_leaves_out_who_gets_a_number_does_not_lose_it(stack: Stack, account: Account) -> None:
    assert stack.up(many("a", ALL[:3], unrent="True")).succeeded
    program = many("a", ALL[:2], unrent="True") + single(ALL[2], unrent="True")
    stack.up(program, target=(stack.urn("a"), stack.ledger))
    assert account.unrented == []
    assert set(account.numbers()) == set(ALL[:3])
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.errors
    assert account.unrented == []
    assert set(account.numbers()) == set(ALL[:3])


def test_a_target_that_is_deleted_and_nothing_else_does_not_lose_what_another_resource_wants(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    assert stack.up(many("a", ALL[:2], unrent="True")).succeeded
    gone, after = stack.urn("a"), many("b", ALL[:2])
    stack.up(after, target=(stack.ledger,))
    sandbox.calls.clear()
    outcome = stack.up(after, target=(gone,))
    assert not outcome.succeeded
    assert "not all of the program was checked" in outcome.shown
    assert written(sandbox) == []
    assert stack.up(after).succeeded
    assert account.unrented == []
    assert set(account.numbers()) == set(ALL[:2])


def test_one_step_at_a_time_moves_all_numbers(stack: Stack, account: Account) -> None:
    before = many("a", ALL[:3], unrent="True") + many("b", ALL[3:], pool="OTHER_POOL", unrent="True")
    after = "n1 = " + single(ALL[1], unrent="True")
    after += many("b", ALL[2:], pool="OTHER_POOL", unrent="True", opts="ResourceOptions(depends_on=[n1])")
    after += many("a", ALL[:1], unrent="True")
    assert stack.up(before, parallel=1).succeeded
    outcome = stack.up(after, parallel=1)
    assert outcome.succeeded, outcome.errors
    assert account.unrented == []
    assert (set(account.numbers()), set(account.numbers(OTHER_POOL))) == (set(ALL[:2]), set(ALL[2:]))


def test_six_lists_that_hand_on_a_number_in_a_ring_do_it_in_one_run(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    numbers = [str(14155591000 + each) for each in range(12)]
    account.rent(numbers)
    own, handed = numbers[:6], numbers[6:]
    names = "abcdef"

    def ring(shift: int) -> str:
        return "".join(
            many(name, [own[at], handed[(at + shift) % 6]], "OTHER_POOL" if at % 2 else "POOL", unrent="True")
            for at, name in enumerate(names)
        )

    assert stack.up(ring(0)).succeeded
    outcome = stack.up(ring(1))
    assert outcome.succeeded, outcome.errors
    assert account.unrented == []
    held = {number for number in account.numbers() if number in handed}
    assert held == {handed[1], handed[3], handed[5]}
    assert len(account.numbers()) == len(account.numbers(OTHER_POOL)) == 6
    dropped = "".join(many(n, own[at : at + 1], "OTHER_POOL" if at % 2 else "POOL") for at, n in enumerate(names))
    sandbox.calls.clear()
    assert stack.up(dropped).succeeded
    assert len(written(sandbox)) == 6
    assert account.unrented == []
