"""Own writes are known at once, and never shift the pages that are being read."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind, PoolMember
from pulumi_plivo.pool_view.gate import PoolGate
from pulumi_plivo.pool_view.view import PoolView, PoolViews, Sighting

from tests.conftest import NUMBER, OTHER_POOL, POOL, SHORTCODE
from tests.pool_view.conftest import ABSENT, BIG_POOL


def test_own_writes_are_told_without_a_call(sandbox: RunningSandbox, client: Client) -> None:
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert view.look_up(NUMBER).member is None
    with view.writing():
        member = client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
        view.added(member)
    calls = len(sandbox.calls)
    assert view.look_up(NUMBER, with_service=True) == Sighting(member, is_fresh=False)
    view.removed(NUMBER)
    assert view.look_up(NUMBER) == Sighting(None, is_fresh=False)
    assert len(sandbox.calls) == calls


def test_own_writes_are_told_though_the_lists_lag_behind(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, client: Client
) -> None:
    numbers = fill(60)
    sandbox.set_quirk("list-delay", "2")
    with view.writing():
        view.added(client.pool_members.add(MemberKind.NUMBER, BIG_POOL, ABSENT))
        client.pool_members.remove(MemberKind.NUMBER, BIG_POOL, numbers[0])
        view.removed(numbers[0])
    members = view.members()
    assert members is not None
    assert members.keys() == {*numbers, ABSENT} - {numbers[0]}
    assert view.look_up(numbers[0]).member is None


def test_a_member_of_which_nobody_knows_what_a_write_made_is_asked_for(client: Client) -> None:
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert view.look_up(NUMBER).member is None
    with view.writing():
        client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
        view.forget(NUMBER)
    found = view.look_up(NUMBER)
    assert (found.member is not None, found.is_fresh) == (True, True)


def test_the_first_page_is_read_again_after_a_write_that_shifted_it(
    fill: Callable[[int], list[str]], view: PoolView, client: Client
) -> None:
    numbers = fill(60)
    view.look_up(numbers[-1])
    with view.writing():
        client.pool_members.remove(MemberKind.NUMBER, BIG_POOL, numbers[0])
        client.pool_members.add(MemberKind.NUMBER, BIG_POOL, ABSENT)
    assert set(view.members() or ()) == {*numbers, ABSENT} - {numbers[0]}


def test_a_look_up_while_writing_waits_for_no_pages(client: Client, fill: Callable[[int], list[str]]) -> None:
    numbers = fill(40)
    views = PoolViews(client)
    view = views.of(MemberKind.NUMBER, BIG_POOL)
    with view.writing(), views.of(MemberKind.NUMBER, OTHER_POOL).writing():
        assert view.look_up(numbers[-1]).is_fresh
        assert all(sighting.is_fresh for sighting in view.look_up_all(numbers[:10]).values())
        with pytest.raises(RuntimeError, match="writing"):
            view.members()
    assert view.members()


def test_an_answer_that_is_older_than_a_write_is_not_learned(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    view = PoolView(client, MemberKind.SHORTCODE, POOL)
    get = client.pool_members.get

    def slow(*arguments: Any, **named: Any) -> PoolMember:
        found = get(*arguments, **named)
        view.removed(SHORTCODE)
        return found

    monkeypatch.setattr(client.pool_members, "get", slow)
    assert view.confirmed(SHORTCODE).member
    assert view.look_up(SHORTCODE).member is None


def test_many_write_at_once_or_one_reads() -> None:
    gate, inside, seen = PoolGate(), list[str](), list[tuple[str, ...]]()
    together = threading.Barrier(2)

    def write() -> None:
        for _ in range(50):
            with gate.writing():
                inside.append("write")
                seen.append(tuple(inside))
                inside.remove("write")

    def write_together() -> None:
        with gate.writing():
            together.wait()

    def read() -> None:
        for _ in range(50):
            with gate.reading():
                inside.append("read")
                seen.append(tuple(inside))
                inside.remove("read")

    for works in ((write_together, write_together), (write, read, write, read)):
        threads = [threading.Thread(target=work) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert ("read",) in seen
    assert all(each == ("read",) or set(each) == {"write"} for each in seen)


def test_one_who_waits_to_read_goes_before_the_next_who_writes() -> None:
    gate, order = PoolGate(), list[str]()

    def read() -> None:
        with gate.reading():
            order.append("read")

    def write() -> None:
        with gate.writing():
            order.append("write")

    with gate.writing():
        reader, writer = threading.Thread(target=read), threading.Thread(target=write)
        reader.start()
        while not gate._readers_waiting:
            pass
        writer.start()
        # One that writes already is let in again.
        with gate.writing():
            order.append("first")
    reader.join()
    writer.join()
    assert order == ["first", "read", "write"]
