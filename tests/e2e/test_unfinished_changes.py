"""Changes of owner and of pool that fail half way: the next `up` finishes them, or takes them back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import NOT_RENTED, OTHER_POOL, POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_options import declared
from tests.e2e.test_pool_numbers import many

#: Numbers that end with a 3 are those that can't be added, or removed.
FAILING = "*3"


def list_(name: str, numbers: Iterable[str], pool: str = "POOL", after: str = "") -> str:
    """An unrenting list, which may depend on another resource."""
    return many(name, numbers, pool, unrent="True", **depending(after))


def one(name: str, number: str, pool: str = "POOL", after: str = "") -> str:
    """An unrenting resource of one number."""
    return f"{name} = " + declared(name, repr(number), pool, unrent="True", **depending(after))


def depending(on: str) -> dict[str, str]:
    """The option that makes a resource depend on another one."""
    return {"opts": f"ResourceOptions(depends_on=[{on}])"} if on else {}


@dataclass(frozen=True)
class Change:
    """A program, the one after it, what is in each pool then, and what is given back."""

    before: str
    after: str
    in_pool: set[str]
    in_other: set[str]
    given_back: set[str] = field(default_factory=set)

    def __add__(self, other: "Change") -> "Change":
        return Change(
            self.before + other.before,
            self.after + other.after,
            self.in_pool | other.in_pool,
            self.in_other | other.in_other,
            self.given_back | other.given_back,
        )


def numbers(of: int) -> list[str]:
    """Four numbers of which the third one fails."""
    return [f"141555{of}000{last}" for last in (1, 2, 3, 4)]


def gives_to_a_list_and_drops(of: int) -> Change:
    """A list gives one number to another list, and drops one."""
    one_, two, three, four = numbers(of)
    return Change(
        list_(f"a{of}", [one_, two, three, four]),
        list_(f"a{of}", [one_, two]) + list_(f"b{of}", [three], "OTHER_POOL"),
        {one_, two},
        {three},
        {four},
    )


def lists_swap(of: int) -> Change:
    """Two lists swap a number."""
    one_, two, three, _ = numbers(of)
    return Change(
        list_(f"a{of}", [one_, three]) + list_(f"b{of}", [two], "OTHER_POOL"),
        list_(f"a{of}", [one_, two]) + list_(f"b{of}", [three], "OTHER_POOL"),
        {one_, two},
        {three},
    )


def gives_to_what_depends_on_it(of: int) -> Change:
    """A list gives a number to a resource that depends on it."""
    one_, _, three, _ = numbers(of)
    return Change(
        list_(f"a{of}", [one_, three]),
        list_(f"a{of}", [one_]) + one(f"s{of}", three, "OTHER_POOL", after=f"a{of}"),
        {one_},
        {three},
    )


def gives_to_what_it_depends_on(of: int) -> Change:
    """A list gives a number to a resource on which it depends."""
    one_, _, three, _ = numbers(of)
    return Change(
        list_(f"a{of}", [one_, three]),
        one(f"s{of}", three, "OTHER_POOL") + list_(f"a{of}", [one_], after=f"s{of}"),
        {one_},
        {three},
    )


def list_moves(of: int) -> Change:
    """A list moves."""
    return Change(list_(f"a{of}", numbers(of)), list_(f"a{of}", numbers(of), "OTHER_POOL"), set(), {*numbers(of)})


def list_gets_another_name_and_pool(of: int) -> Change:
    """A list that goes gives all to a new one."""
    return Change(list_(f"a{of}", numbers(of)), list_(f"b{of}", numbers(of), "OTHER_POOL"), set(), {*numbers(of)})


def singles_move(of: int) -> Change:
    """Single resources move."""
    return Change(
        "".join(one(f"s{each}", each) for each in numbers(of)),
        "".join(one(f"s{each}", each, "OTHER_POOL") for each in numbers(of)),
        set(),
        {*numbers(of)},
    )


def single_gets_another_name_and_pool(of: int) -> Change:
    """A single resource is renamed and moves."""
    *_, three, _ = numbers(of)
    return Change(one(f"s{three}", three), one(f"t{three}", three, "OTHER_POOL"), set(), {three})


MOVES = list_moves(5) + list_gets_another_name_and_pool(6) + singles_move(7) + single_gets_another_name_and_pool(8)
GIFTS = gives_to_a_list_and_drops(1) + lists_swap(2) + gives_to_what_depends_on_it(3) + gives_to_what_it_depends_on(4)
CHANGES = [
    pytest.param(gives_to_a_list_and_drops(1), "reject", id="a list gives one away and drops another"),
    pytest.param(lists_swap(2), "reject", id="two lists swap"),
    pytest.param(gives_to_what_depends_on_it(3), "reject", id="a list gives one to what depends on it"),
    pytest.param(gives_to_what_it_depends_on(4), "reject", id="a list gives one to what it depends on"),
    pytest.param(GIFTS + MOVES, "reject", id="everything at once"),
    pytest.param(GIFTS + MOVES, "accept", id="everything at once, in both pools for a moment"),
]


def rent_all(account: Account) -> None:
    """Rent what all changes use."""
    account.rent([digits for of in range(1, 9) for digits in numbers(of)])


@pytest.mark.parametrize(("change", "quirk"), CHANGES)
def test_a_change_whose_add_failed_is_done_by_the_next_up(
    stack: Stack, account: Account, sandbox: RunningSandbox, change: Change, quirk: str
) -> None:
    sandbox.set_quirk("add-in-other-pool", quirk)
    rent_all(account)
    assert stack.up(change.before).succeeded
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{FAILING}/ status=400")
    for _ in range(2):
        assert not stack.up(change.after).succeeded
        assert account.unrented == []
    sandbox.clear_faults()
    outcome = stack.up(change.after)
    assert outcome.succeeded, outcome.errors
    assert {*account.unrented} == change.given_back
    assert ({*account.numbers()}, {*account.numbers(OTHER_POOL)}) == (change.in_pool, change.in_other)
    assert {*stack.preview().summary} == {"same"}


@pytest.mark.parametrize("quirk", ["reject", "accept"])
@pytest.mark.parametrize("fault", [f"POST */{OTHER_POOL}", f"DELETE */{POOL}"], ids=["the add", "the removal"])
def test_a_move_that_failed_half_way_is_taken_back_by_the_program_before(
    stack: Stack, account: Account, sandbox: RunningSandbox, fault: str, quirk: str
) -> None:
    sandbox.set_quirk("add-in-other-pool", quirk)
    rent_all(account)
    assert stack.up(MOVES.before).succeeded
    everywhere = {*account.numbers()}
    sandbox.add_fault(f"{fault}/Number/{FAILING}/ status=400")
    assert not stack.up(MOVES.after).succeeded
    sandbox.clear_faults()
    outcome = stack.up(MOVES.before)
    assert outcome.succeeded, outcome.errors
    assert ({*account.numbers()}, {*account.numbers(OTHER_POOL)}) == (everywhere, set())
    assert account.unrented == []
    assert {*stack.preview().summary} == {"same"}


def test_a_number_leaves_no_pool_before_it_is_where_the_state_has_it(
    stack: Stack, account: Account, sandbox: RunningSandbox
) -> None:
    rent_all(account)
    change = list_gets_another_name_and_pool(6)
    assert stack.up(change.before).succeeded
    sandbox.add_fault(f"POST */{OTHER_POOL}/Number/{FAILING}/ status=400")
    assert not stack.up(change.after).succeeded
    sandbox.clear_faults()
    # The way back fails before it comes to the list, whose state is of the time before both.
    assert not stack.up(one("bad", NOT_RENTED) + list_("a6", numbers(6), after="bad")).succeeded
    outcome = stack.up(change.before)
    assert not outcome.succeeded
    assert "run `pulumi refresh`, and then `pulumi up`" in outcome.shown
    assert {*account.numbers(), *account.numbers(OTHER_POOL)} == {*numbers(6)}
    # What the error says to do.
    assert stack.refresh().succeeded
    outcome = stack.up(change.before)
    assert outcome.succeeded, outcome.errors
    assert ({*account.numbers()}, account.numbers(OTHER_POOL)) == ({*numbers(6)}, {})
    assert account.unrented == []
