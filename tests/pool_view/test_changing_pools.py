"""A pool that others change while it is looked at, and calls that fail."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import ApiError, Client, MemberKind, Page
from pulumi_plivo.pool_view.memory import LIFE
from pulumi_plivo.pool_view.view import READINGS, PoolView

from tests.pool_view.conftest import ABSENT, BIG_POOL, Clock, after_pages, outsider, pages


@pytest.mark.parametrize("change", ["remove", "swap", "add"])
@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_pages_that_shift_once_are_read_again(
    sandbox: RunningSandbox,
    fill: Callable[[int], list[str]],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    order: str,
) -> None:
    numbers = fill(60)
    sandbox.set_quirk("list-order", order)
    view = PoolView(client, MemberKind.NUMBER, BIG_POOL, threads=1)
    other, changes = outsider(sandbox), list[Page]()

    def hook(page: Page) -> None:
        # The removed one was on the first page if the oldest come first, and the added one is if the newest do.
        if not changes:
            changes.append(page)
            if change != "add":
                other.pool_members.remove(MemberKind.NUMBER, BIG_POOL, numbers[5])
            if change != "remove":
                other.pool_members.add(MemberKind.NUMBER, BIG_POOL, ABSENT)

    after_pages(client, monkeypatch, hook)
    members = view.members()
    other.close()
    assert members is not None
    live = {*numbers, ABSENT} - ({numbers[5]} if change != "add" else set())
    live -= {ABSENT} if change == "remove" else set()
    if (change, order) != ("swap", "oldest"):
        assert set(members) == live
    else:
        # One removed from a page that was read and one added behind the last: as many as before, so it stays unseen
        # until the look-ups that confirm.
        assert view.confirmed(numbers[5]).member is None
        assert view.confirmed(ABSENT).member is not None


def test_pages_that_keep_shifting_are_done_without(
    sandbox: RunningSandbox,
    fill: Callable[[int], list[str]],
    client: Client,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = fill(60)
    view = PoolView(client, MemberKind.NUMBER, BIG_POOL, threads=1, clock=clock)
    other, is_in = outsider(sandbox), [False]

    def hook(_: Page) -> None:
        if is_in[0]:
            other.pool_members.remove(MemberKind.NUMBER, BIG_POOL, ABSENT)
        else:
            other.pool_members.add(MemberKind.NUMBER, BIG_POOL, ABSENT)
        is_in[0] = not is_in[0]

    after_pages(client, monkeypatch, hook)
    assert view.members() is None
    before = pages(sandbox)
    assert before <= 4 * READINGS
    assert all(sighting.member for sighting in view.look_up_all(numbers[:20]).values())
    assert all(sighting.is_fresh and sighting.member for sighting in view.look_up_all(numbers[20:]).values())
    assert pages(sandbox) == before
    clock.now += LIFE + 1
    monkeypatch.undo()
    assert set(view.members() or ()) >= set(numbers)
    other.close()


def test_what_was_seen_is_told_for_30_seconds_and_then_asked_for_again(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, clock: Clock
) -> None:
    numbers = fill(30)
    other = outsider(sandbox)
    view.look_up_all([*numbers, ABSENT])
    other.pool_members.add(MemberKind.NUMBER, BIG_POOL, ABSENT)
    other.pool_members.remove(MemberKind.NUMBER, BIG_POOL, numbers[0])
    other.close()
    calls = len(sandbox.calls)
    assert LIFE == 30
    clock.now += LIFE
    assert (view.look_up(ABSENT).member, len(sandbox.calls)) == (None, calls)
    clock.now += 0.1
    assert view.look_up(ABSENT).member
    assert view.look_up(numbers[0]).member is None
    assert len(sandbox.calls) > calls


def test_a_reading_that_takes_longer_than_the_view_lives_still_answers_those_who_waited(
    fill: Callable[[int], list[str]],
    view: PoolView,
    client: Client,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = fill(60)

    def hook(_: Page) -> None:
        clock.now += LIFE + 1

    after_pages(client, monkeypatch, hook)
    assert all(sighting.member for sighting in view.look_up_all(numbers).values())


def test_the_first_page_is_read_again_when_it_is_no_longer_young(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, clock: Clock
) -> None:
    numbers = fill(60)
    view.look_up(numbers[-1])
    clock.now += 20
    assert view.members()
    assert len(sandbox.calls) == 1 + 1 + 3 + 1


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_page_that_fails_fails_all_who_wait_and_the_next_look_up_tries_again(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, nth: int
) -> None:
    numbers = fill(60)
    sandbox.add_fault(f"GET */Number/ nth={nth} times=1 status=503")
    with pytest.raises(ApiError, match="503"):
        view.look_up_all(numbers)
    assert len(view.look_up_all(numbers)) == 60
    assert view.look_up(ABSENT).member is None


def test_a_single_look_up_that_fails_is_an_error_and_remembered_by_nobody(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(1000)
    sandbox.add_fault(f"GET */{numbers[-1]}/ times=1 status=500")
    with pytest.raises(ApiError, match="500"):
        view.look_up(numbers[-1])
    assert view.look_up(numbers[-1]).member


def test_a_page_that_fails_is_an_error_for_every_thread_that_waits_for_it(
    sandbox: RunningSandbox,
    fill: Callable[[int], list[str]],
    view: PoolView,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = fill(60)
    joined = threading.Semaphore(0)

    class Flights(dict[object, Future[Any]]):
        def get(self, key: object, default: Any = None) -> Any:
            if key in self:
                joined.release()
            return super().get(key, default)

    def wait_for_three_others_and_fail(_: Page) -> None:
        for _thread in range(3):
            joined.acquire()
        raise ApiError(status=503, text="busy", api_id=None, method="GET", path="NumberPool/")

    monkeypatch.setattr(view, "_flights", Flights())
    after_pages(client, monkeypatch, wait_for_three_others_and_fail)
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(view.look_up, each) for each in numbers[:4]]
        errors = [future.exception() for future in waiting]
    assert [isinstance(error, ApiError) for error in errors] == [True] * 4
    assert len(sandbox.calls) == 1
    monkeypatch.undo()
    assert view.look_up(numbers[0]).member
