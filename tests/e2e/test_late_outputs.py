"""Resources whose numbers or pool become known only when another resource of the same run is there."""

from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_pool_numbers import ALL, many

ANCHOR = "14155550107"
anchor = 'anchor = PoolNumber("anchor", number_pool_uuid=OTHER_POOL, number="%s", service="%s")\n'


def test_an_exclusive_list_leaves_alone_what_a_list_has_whose_numbers_are_known_late(
    stack: Stack, account: Account
) -> None:
    late = many("b", f"anchor.service.apply(lambda _: {ALL[2:]!r})")
    assert stack.up(many("a", ALL[:2]) + anchor % (ANCHOR, "sms") + late).succeeded
    others = anchor % (ANCHOR, "mms") + late
    outcome = stack.up(many("a", ALL[:2], exclusive="True") + others)
    assert account.numbers() == dict.fromkeys(ALL, "sms")
    assert not outcome.succeeded
    assert "make this list depend on it" in outcome.shown
    # What the error says to do.
    account.add(POOL, "14155550106")
    outcome = stack.up(others + many("a", ALL[:2], exclusive="True", opts="ResourceOptions(depends_on=[b])"))
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
