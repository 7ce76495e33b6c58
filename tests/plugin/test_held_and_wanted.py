"""What a run knows of what the program wants, and of what the stack holds."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.plans.departure import Knowledge
from pulumi_plivo.plans.history import Held, History
from pulumi_plivo.plugin.held_and_wanted import HeldAndWanted

from tests.plans.claims import OTHER_POOL, POOL, many, single

X, Y = "14155550100", "14155550101"
A, B = "PoolNumber a", "PoolNumber b"


def opened(before: list[Claim], now: list[Claim]) -> HeldAndWanted:
    """Begin a run of a program."""
    run = HeldAndWanted()
    run.open(before, now, is_preview=False)
    return run


def test_nothing_is_known_where_nothing_was_checked() -> None:
    run = HeldAndWanted()
    assert (run.knowledge, run.wanted(X, POOL), run.newest_unrent(X)) == (Knowledge.NOTHING, None, None)


def test_a_resource_that_is_checked_without_the_ledger_is_only_a_part_of_the_program() -> None:
    run = HeldAndWanted()
    run.declare(A, [X], POOL, unrent=False, is_all=True)
    assert run.knowledge is Knowledge.PART


def test_a_state_names_its_resource_also_after_a_run_that_left_the_ledger_out() -> None:
    run = HeldAndWanted()
    run.declare(A, [X], POOL, unrent=False, is_all=True)
    run.declare(None, [Y], POOL, unrent=False, is_all=True)
    assert (run.owner([X]), run.owner([Y])) == (A, None)


def test_what_a_refresh_has_compared_leaves_a_destroy_to_the_state() -> None:
    run = HeldAndWanted()
    run.note_state(POOL, {X: "sms"})
    assert run.knowledge is Knowledge.NOTHING


def test_the_ledger_knows_all_unless_a_resource_may_want_more() -> None:
    assert opened([], [single("a", X)]).knowledge is Knowledge.ALL
    assert opened([], []).knowledge is Knowledge.ALL
    run = opened([], [single("a", X), single("b", is_partial=True)])
    assert (run.knowledge, run.doubtful) == (Knowledge.PART, [B])
    run.declare(B, [], POOL, unrent=True, is_all=False)
    assert run.knowledge is Knowledge.PART
    run.declare(B, [Y], POOL, unrent=True, is_all=True)
    assert (run.knowledge, run.doubtful) == (Knowledge.ALL, [])


def test_who_wants_a_number_and_where_is_what_its_check_says_last() -> None:
    run = opened([], [single("a", X, pool=None)])
    assert run.wanted(X, POOL) == (A, None, False)
    run.declare(A, [X], OTHER_POOL, unrent=True, is_all=True)
    assert run.wanted(X, POOL) == (A, OTHER_POOL, False)
    run.declare(A, [Y], OTHER_POOL, unrent=True, is_all=True)
    assert run.wanted(X, POOL) is None
    assert run.wanted(Y, POOL) == (A, OTHER_POOL, False)


def test_a_check_tells_which_other_resource_wants_the_same_and_does_not_take_it_away() -> None:
    run = opened([], [single("a", X), many("b", X, Y)])
    others = run.declare("PoolNumbers b", [X, Y], POOL, unrent=True, is_all=True)
    assert others == {}
    assert run.declare(A, [X], POOL, unrent=True, is_all=True) == {X: ("PoolNumbers b", POOL, False)}
    assert run.wanted(X, POOL) == ("PoolNumbers b", POOL, False)


def test_what_a_state_keeps_by_ignore_changes_is_wanted_though_its_check_hides_the_name() -> None:
    run = opened([single("a", X)], [single("a", is_ignoring=True)])
    # Until its check has come, what it claimed before counts.
    assert run.wanted(X, POOL) == (A, POOL, False)
    run.declare(None, [Y], POOL, unrent=True, is_all=True)
    assert run.wanted(Y, POOL) is not None
    assert run.wanted(X, POOL) is not None


def test_what_a_resource_with_ignored_changes_claimed_before_is_wanted_until_its_check_says_what_it_keeps() -> None:
    run = opened([many("a", X, Y)], [many("a", is_ignoring=True)])
    run.declare("PoolNumbers a", [Y], POOL, unrent=True, is_all=True)
    assert run.wanted(X, POOL) is None
    assert run.wanted(Y, POOL) == ("PoolNumbers a", POOL, False)


def test_what_a_get_reads_is_wanted_but_who_has_it_says_where() -> None:
    run = opened([], [many("all", is_reading=True), single("a", Y, pool=OTHER_POOL)])
    told = run.wanted(X, POOL)
    assert told is not None
    assert (told.pool, told.is_reading) == (POOL, True)
    assert run.wanted(X, OTHER_POOL) is None
    run.declare_reading([Y], POOL)
    assert run.wanted(Y, POOL) == (A, OTHER_POOL, False)


def test_a_get_of_a_whole_pool_that_becomes_known_by_its_read_wants_all_of_it() -> None:
    run = opened([], [many("all", pool=None, is_reading=True)])
    assert run.wanted(X, POOL) is None
    run.declare_reading([], POOL)
    assert run.wanted(X, POOL) is not None


def test_what_a_resource_claims_where_it_claimed_it_before_is_not_held_by_another() -> None:
    same = opened([single("a", X)], [single("a", X)])
    assert same.held(X, POOL) == []
    renamed = opened([single("a", X)], [single("b", X)])
    assert renamed.held(X, POOL) == [Held(A, POOL)]
    moved = opened([single("a", X)], [single("a", X, pool=OTHER_POOL)])
    assert moved.held(X, OTHER_POOL) == [Held(A, POOL)]
    late = opened([single("a", X, pool=None)], [single("a", X)])
    assert late.held(X, POOL) == []


def test_where_a_number_was_before_is_held_too_the_latest_first() -> None:
    run = opened([single("a", X)], [single("b", X)])
    run.history = History({X: 1.0}, {X: (Held("PoolNumber older", OTHER_POOL), Held(A, POOL))})
    assert run.held(X, POOL) == [Held(A, POOL), Held("PoolNumber older", OTHER_POOL)]


def test_a_get_holds_nothing() -> None:
    assert opened([single("a", X, is_reading=True)], [single("b", X)]).held(X, POOL) == []


@pytest.mark.parametrize(
    ("before", "now", "is_back_again"),
    [
        ([single("a", X)], [single("a", X)], False),
        ([single("a", X)], [single("b", X)], False),
        ([single("a", X, pool=OTHER_POOL)], [single("a", X)], True),
        ([single("a", Y)], [single("a", X)], True),
        ([], [single("a", X)], True),
        ([single("a", X, is_reading=True)], [single("a", X)], True),
        ([single("a", X)], [], False),
        ([single("a", X)], [single("a", X, pool=None)], False),
    ],
)
def test_what_the_program_before_did_not_want_in_its_pool_is_not_believed_to_be_there(
    before: list[Claim], now: list[Claim], is_back_again: bool
) -> None:
    run = opened(before, now)
    run.note_state(POOL, {X: "sms"})
    assert run.is_back_again(X) is is_back_again
    if is_back_again:
        assert not run.keeps(X, POOL)


def test_a_number_is_kept_without_a_look_only_if_the_state_has_it_and_its_resource_has_not_changed() -> None:
    run = opened([many("a", X, Y)], [many("a", X, Y)])
    assert not run.keeps(X, POOL)
    run.note_state(POOL, {X: "sms", Y: None})
    assert run.keeps(X, POOL)
    assert not run.keeps(X, OTHER_POOL)
    # The state is not sure of it.
    assert not run.keeps(Y, POOL)
    other = opened([many("a", X)], [many("b", X)])
    other.note_state(POOL, {X: "sms"})
    assert not other.keeps(X, POOL)


@pytest.mark.parametrize(("unrent", "newest"), [(True, True), (False, False), (None, False)])
def test_what_is_not_known_of_unrent_at_the_end_says_no(unrent: bool | None, newest: bool) -> None:
    run = opened([many("a", X)], [many("a", unrent=unrent)])
    run.name([X])
    assert run.newest_unrent(X) is newest
    run = opened([many("a", X)], [])
    run.name([X])
    assert run.newest_unrent(X) is None
    run = opened([many("a", X)], [many("a", unrent=True)])
    run.name([X])
    run.declare("PoolNumbers a", [], POOL, unrent=unrent, is_all=True)
    assert run.newest_unrent(X) is newest


def test_what_the_ledger_has_not_named_is_not_given_back() -> None:
    assert opened([many("a", X)], []).newest_unrent(X) is False


def test_creates_are_awaited_until_each_has_begun() -> None:
    run = HeldAndWanted()
    run.await_creation([X, Y])
    run.begin_creation([X])
    assert run.awaits_creation
    run.begin_creation([Y])
    assert not run.awaits_creation


def test_what_was_taken_out_is_so_until_it_is_put_in_again() -> None:
    run = HeldAndWanted()
    run.take_out(X, POOL)
    assert run.was_taken_out(X, POOL)
    assert not run.was_taken_out(X, OTHER_POOL)
    run.put_in(X, POOL)
    assert not run.was_taken_out(X, POOL)


def test_no_more_is_given_back_than_the_limit_by_all_threads_together() -> None:
    run = HeldAndWanted()
    with ThreadPoolExecutor(8) as threads:
        allowed = [left >= 3 for left in threads.map(lambda _: run.may_give_back(3, 10), range(20))]
    assert allowed.count(True) == 3
    assert run.may_give_back(1, 10) == 1
    assert run.may_give_back(1, 10) == 0
    # A smaller limit does not make less of what was given back.
    assert run.may_give_back(1, 5) == 0


@pytest.mark.parametrize(("unrent", "newest"), [(True, True), (False, False)])
def test_of_a_number_that_the_ledger_gives_to_another_its_owner_in_the_state_decides(
    unrent: bool, newest: bool
) -> None:
    run = opened([many("b", X, unrent=not unrent)], [many("a", unrent=unrent), many("b", unrent=not unrent)])
    run.name([X])
    run.declare("PoolNumbers a", [], POOL, had=[X], unrent=unrent, is_all=True)
    assert run.newest_unrent(X) is newest
    # What a deleted state names decides where the resource was checked without the number, if the program has it.
    run = opened([many("b", X, unrent=not unrent)], [many("a", unrent=unrent), many("b", unrent=not unrent)])
    run.name([X])
    assert run.newest_unrent(X, "PoolNumbers a") is newest
    assert run.newest_unrent(X, "PoolNumbers gone") is not newest
    run.declare("PoolNumbers b", [], POOL, had=[X], unrent=not unrent, is_all=True)
    assert run.newest_unrent(X, "PoolNumbers a") is not newest


def test_what_two_lists_that_ignore_changes_said_in_the_program_before_makes_no_second_owner() -> None:
    ignoring = [many("a", Y, is_ignoring=True), many("b", X, is_ignoring=True)]
    run = opened(ignoring, ignoring)
    # The states have it the other way round.
    assert run.declare("PoolNumbers a", [X], POOL, had=[X], unrent=False, is_all=True) == {}
    assert run.declare("PoolNumbers b", [Y], POOL, had=[Y], unrent=False, is_all=True) == {}
    assert run.declare("PoolNumbers c", [X], POOL, unrent=False, is_all=True).keys() == {X}


def test_a_new_run_knows_nothing_of_the_one_before() -> None:
    run = opened([single("a", X)], [single("b", X)])
    run.await_creation([X])
    run.take_out(X, POOL)
    run.note_state(POOL, {X: "sms"})
    run.history = History({X: 1.0})
    run.may_give_back(1, 1)
    run.forget()
    assert run.knowledge is Knowledge.NOTHING
    assert (run.wanted(X, POOL), run.in_state(X).pool, run.held(X, POOL), run.before) == (None, None, [], [])
    assert (run.awaits_creation, run.was_taken_out(X, POOL), run.history) == (False, False, History())
    assert run.may_give_back(1, 1) == 1
