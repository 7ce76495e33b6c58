"""Resources whose numbers or pool become known only when another resource of the same run is there."""

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import OTHER_POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import ALL, many

ANCHOR = "14155550107"
anchor = 'anchor = PoolNumber("anchor", number_pool_uuid=OTHER_POOL, number="%s", service="%s")\n'


@pytest.mark.slow
@pytest.mark.parametrize("quirk", ["accept", "reject"])
def test_a_number_arrives_in_a_list_whose_pool_is_known_late(
    stack: Stack, account: Account, sandbox: RunningSandbox, quirk: str
) -> None:
    sandbox.set_quirk("add-in-other-pool", quirk)
    stack.up(many("a", ALL[:2], adopt="True") + many("b", ALL[2:], pool="OTHER_POOL", adopt="True"))
    sandbox.add_fault(f"POST */{ANCHOR}/ delay=0.5")
    late = anchor % (ANCHOR, "sms") + "later = anchor.added_on.apply(lambda _: OTHER_POOL)\n"
    program = many("a", ALL[:1], adopt="True") + late + many("b", ALL[1:], pool="later", adopt="True")
    outcome = stack.up(program)
    if not outcome.succeeded:
        # The add may have come before the number had left its pool.
        outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert set(account.numbers()) == set(ALL[:1])
    assert set(account.numbers(OTHER_POOL)) == {*ALL[1:], ANCHOR}


def test_an_exclusive_list_leaves_alone_what_a_list_has_whose_numbers_are_known_late(
    stack: Stack, account: Account
) -> None:
    late = many("b", f"anchor.service.apply(lambda _: {ALL[2:]!r})")
    assert stack.up(many("a", ALL[:2]) + anchor % (ANCHOR, "sms") + late).succeeded
    outcome = stack.up(many("a", ALL[:2], exclusive="True") + anchor % (ANCHOR, "mms") + late)
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == dict.fromkeys(ALL, "sms")


def test_what_a_list_declares_and_ignores_stays_with_the_list_that_has_it(stack: Stack, account: Account) -> None:
    ignoring = "ResourceOptions(ignore_changes=['numbers'])"
    stack.up(many("a", ALL[:3]) + many("b", ALL[3:], opts=ignoring))
    outcome = stack.up(many("a", ALL[:2]) + many("b", ALL[2:], opts=ignoring))
    assert outcome.succeeded, outcome.shown
    # The program keeps it nowhere: the one list drops it, the other one does not take it.
    assert account.numbers() == dict.fromkeys([*ALL[:2], ALL[3]], "sms")


def test_a_list_drops_a_number_though_another_resource_takes_the_pool_from_it(stack: Stack, account: Account) -> None:
    one = f'PoolNumber("c", number_pool_uuid=a.number_pool_uuid, number="{ANCHOR}")\n'
    assert stack.up(many("a") + one).succeeded
    outcome = stack.up(many("a", ALL[:3]) + one)
    assert outcome.succeeded, outcome.shown
    assert set(account.numbers()) == {*ALL[:3], ANCHOR}


def test_a_number_that_goes_to_a_list_which_fails_with_the_giver_is_not_lost(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    sandbox.set_quirk("add-in-other-pool", "accept")
    stack.up(many("a"))
    program = many("a", ALL[:3], pool="OTHER_POOL") + many("b", ALL[3:], opts="ResourceOptions(depends_on=[a])")
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{ALL[1]}/ status=400")
    assert not stack.up(program).succeeded
    sandbox.clear_faults()
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert (set(account.numbers()), set(account.numbers(OTHER_POOL))) == ({ALL[3]}, set(ALL[:3]))


def test_what_a_list_that_ignores_everything_names_belongs_to_who_has_it(stack: Stack, account: Account) -> None:
    ignoring = "ResourceOptions(ignore_changes=['*'])"
    stack.up(many("a", ALL[:3]) + many("b", ALL[3:], opts=ignoring))
    outcome = stack.up(many("a", ALL[:2]) + many("b", ALL[2:], opts=ignoring))
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == dict.fromkeys([*ALL[:2], ALL[3]], "sms")


def test_two_lists_of_one_name_are_waited_for_each_by_itself(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    under = """
class Early(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("test:Early", "early")
class Late(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("test:Late", "late")
early, late = Early(), Late()
"""
    first = many("n", ALL[1:2], opts="ResourceOptions(parent=early)")
    second = many("n", f"anchor.service.apply(lambda _: {ALL[2:3]!r})", opts="ResourceOptions(parent=late)")
    names = under + first + "%s" + second
    assert stack.up(many("a", ALL[:1]) + names % (anchor % (ANCHOR, "sms"))).succeeded
    sandbox.calls.clear()
    outcome = stack.up(many("a", ALL[:1], exclusive="True") + names % (anchor % (ANCHOR, "mms")))
    assert outcome.succeeded, outcome.shown
    assert [call.path for call in sandbox.calls if call.method != "GET" and ANCHOR not in call.path] == []
    assert set(account.numbers()) == set(ALL[:3])
