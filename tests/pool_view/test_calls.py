"""What the look at a pool costs, counted at the local Plivo."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind
from pulumi_plivo.pool_view.view import PoolView, PoolViews, Sighting

from tests.conftest import NO_POOL, NUMBER, OTHER_POOL, POOL, SHORTCODE
from tests.pool_view.conftest import ABSENT, after_pages, numbered, pages


@pytest.mark.parametrize(("digits", "calls"), [(numbered(10_000)[-1], 2), (ABSENT, 3)])
def test_one_number_in_a_pool_of_10000_takes_a_page_and_its_own_look_up(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, digits: str, calls: int
) -> None:
    fill(10_000)
    found = view.look_up(digits)
    assert (found.member is not None, found.is_fresh) == (digits != ABSENT, True)
    assert len(sandbox.calls) == calls


@pytest.mark.parametrize("with_service", [False, True])
def test_1000_look_ups_in_a_pool_of_1000_take_at_most_twice_its_50_pages(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, with_service: bool
) -> None:
    numbers = fill(1000)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda each: view.look_up(each, with_service=with_service), numbers))
    members = [sighting.member for sighting in found if sighting.member]
    assert [member.digits for member in members] == numbers
    assert not with_service or {member.service for member in members} == {"sms"}
    assert len(sandbox.calls) <= 2 * 50


def test_1000_that_are_looked_up_at_once_take_the_pages(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(1000)
    found = view.look_up_all([*numbers, ABSENT], threads=16)
    assert [each for each, sighting in found.items() if sighting.member is None] == [ABSENT]
    # The last of them asks for members for MMS, which a list may leave out.
    assert len(sandbox.calls) == pages(sandbox) == 50 + 1


def test_few_that_are_looked_up_at_once_take_single_calls(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(1000)
    found = view.look_up_all(numbers[-10:])
    assert all(sighting.is_fresh and sighting.member for sighting in found.values())
    assert len(sandbox.calls) == 1 + 10


def test_an_empty_pool_and_1000_absences_take_a_page_for_each_service(sandbox: RunningSandbox, client: Client) -> None:
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert {view.look_up(each) for each in numbered(1000)} == {Sighting(None, is_fresh=False)}
    assert len(sandbox.calls) == 2


def test_pages_without_a_total_are_read_to_the_end_after_ten_single_calls(
    sandbox: RunningSandbox,
    fill: Callable[[int], list[str]],
    view: PoolView,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = fill(100)
    after_pages(client, monkeypatch, lambda page: replace(page, total_count=None, is_last=True))
    assert all(view.look_up(each).member for each in reversed(numbers))
    assert view.look_up(ABSENT) == Sighting(None, is_fresh=False)
    # Five full pages and the empty one behind them, and one for members for MMS.
    assert (len(sandbox.calls), pages(sandbox)) == (10 + 7, 7)


def test_an_empty_list_without_meta_is_complete(sandbox: RunningSandbox, client: Client) -> None:
    sandbox.set_quirk("empty-list-meta", "none")
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert {view.look_up(each).member for each in numbered(100)} == {None}
    assert len(sandbox.calls) == 2


def test_16_threads_that_ask_for_the_same_take_its_calls_once(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(1000)
    sandbox.add_fault("GET * delay=0.05")
    barrier = threading.Barrier(16)

    def look_up(_: int) -> Sighting:
        barrier.wait()
        return view.look_up(numbers[-1])

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(look_up, range(16)))
    assert all(sighting.member for sighting in found)
    assert len(sandbox.calls) == 2
    assert sum(sighting.is_fresh for sighting in found) == 1


def test_16_threads_that_ask_for_different_ones_read_the_pages_once(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(40)
    barrier = threading.Barrier(16)

    def look_up(index: int) -> Sighting:
        barrier.wait()
        return view.look_up(numbers[-index])

    with ThreadPoolExecutor(16) as threads:
        assert all(sighting.member for sighting in threads.map(look_up, range(16)))
    assert len(sandbox.calls) == 2 + 1


def test_a_pool_that_does_not_exist_has_no_member_and_no_proof(sandbox: RunningSandbox, client: Client) -> None:
    view = PoolView(client, MemberKind.NUMBER, NO_POOL)
    assert view.look_up(NUMBER) == Sighting(None, is_fresh=True)
    assert view.members() is None
    assert not view.pool_exists
    assert len(sandbox.calls) == 1 + 2


def test_an_answer_about_the_pool_proves_that_it_exists(client: Client) -> None:
    by_list, by_get = (PoolView(client, MemberKind.SHORTCODE, POOL) for _ in range(2))
    assert by_list.look_up("55555").member is None
    assert by_get.confirmed(SHORTCODE).member
    assert by_list.pool_exists
    assert by_get.pool_exists
    unproven = PoolView(client, MemberKind.SHORTCODE, POOL)
    assert unproven.confirmed("55555").member is None
    assert not unproven.pool_exists


def test_a_confirmation_is_a_new_look_up_that_the_view_learns_from(sandbox: RunningSandbox, client: Client) -> None:
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert view.look_up(NUMBER).member is None
    client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
    calls = len(sandbox.calls)
    assert view.confirmed(NUMBER).is_fresh
    assert view.look_up(NUMBER).member
    assert len(sandbox.calls) == calls + 1


def test_an_account_has_one_view_of_each_kind_in_each_pool(client: Client) -> None:
    views = PoolViews(client)
    view = views.of(MemberKind.NUMBER, POOL)
    assert views.of(MemberKind.NUMBER, POOL.upper()) is view
    others = [views.of(MemberKind.TOLL_FREE, POOL), views.of(MemberKind.NUMBER, OTHER_POOL)]
    assert view not in others
