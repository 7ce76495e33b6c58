"""What the one look at a pool costs, counted at the local Plivo, and that it tells the truth."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo import pool_reads
from pulumi_plivo.api import ApiError, Client, MemberKind, Page, PoolMember
from pulumi_plivo.pool_gate import PoolGate
from pulumi_plivo.pool_memory import LIFE
from pulumi_plivo.pool_view import READINGS, PoolView, PoolViews, Sighting

from tests.conftest import AUTH_ID, AUTH_TOKEN, NO_POOL, NUMBER, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE

BIG_POOL = "3c1d5a7e-9b2f-4e8d-a6c4-5f7e9d1b3a20"
ABSENT = "14169999999"


def numbered(number: int) -> list[str]:
    """Return so many numbers."""
    return [str(14160000000 + index) for index in range(number)]


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[Client]:
    """A client without a rate limit."""
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, max_retries=0, rate_limit=0)
    yield client
    client.close()


@pytest.fixture
def fill(sandbox: RunningSandbox) -> Callable[[int], list[str]]:
    """Make a pool of so many numbers."""

    def make(number: int) -> list[str]:
        numbers = numbered(number)
        powerpack = {"name": "big", "number_pool_uuid": BIG_POOL, "numbers": numbers}
        rented = [{"number": each} for each in [*numbers, ABSENT]]
        account = {"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "numbers": rented, "powerpacks": [powerpack]}
        sandbox.seed({"accounts": [account]})
        return numbers

    return make


@pytest.fixture
def clock() -> Clock:
    """A clock that is moved by hand."""
    return Clock()


@pytest.fixture
def view(client: Client, clock: Clock) -> PoolView:
    """A view of the big pool's numbers."""
    return PoolView(client, MemberKind.NUMBER, BIG_POOL, clock=clock)


def after_pages(client: Client, monkeypatch: pytest.MonkeyPatch, hook: Callable[[Page], Page | None]) -> None:
    """Call the hook with every page before it is given to the view; it may return another."""
    read = client.pool_members.page

    def page(*arguments: Any, **named: Any) -> Page:
        found = read(*arguments, **named)
        return hook(found) or found

    monkeypatch.setattr(client.pool_members, "page", page)


def pages(sandbox: RunningSandbox) -> int:
    """Count the calls for a page."""
    return sum(call.query.startswith("limit=") or "&limit=" in call.query for call in sandbox.calls)


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


def test_a_pool_that_lists_members_for_mms_is_not_asked_for_them(sandbox: RunningSandbox, client: Client) -> None:
    client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER, service="mms")
    view = PoolView(client, MemberKind.NUMBER, POOL)
    before = len(sandbox.calls)
    assert view.look_up(ABSENT).member is None
    assert len(sandbox.calls) - before == 1


@pytest.mark.parametrize("list_service", ["present", "missing"])
def test_a_member_for_mms_that_the_list_leaves_out_is_found(
    sandbox: RunningSandbox, client: Client, list_service: str
) -> None:
    client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER, service="mms")
    sandbox.set_quirk("default-service", "sms")
    sandbox.set_quirk("list-service", list_service)
    found = PoolView(client, MemberKind.NUMBER, POOL).look_up(NUMBER, with_service=True)
    assert found.member is not None
    assert found.member.service == "mms"


@pytest.mark.parametrize("number", ["14155550101", "442071838750"])
def test_the_service_that_a_single_look_up_does_not_tell_takes_one_list_call(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView, client: Client, number: str
) -> None:
    fill(100)
    client.pool_members.add(MemberKind.NUMBER, BIG_POOL, number, service="sms")
    before = len(sandbox.calls)
    found = view.confirmed(number, with_service=True)
    assert found.member is not None
    assert (found.member.service, found.is_fresh) == ("sms", True)
    assert len(sandbox.calls) - before == 2


def test_a_service_that_no_call_tells_stays_unknown_and_is_not_asked_for_again(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(100)
    sandbox.set_quirk("list-service", "missing")
    for _ in range(2):
        found = view.look_up(numbers[-1], with_service=True)
        assert found.member is not None
        assert found.member.service is None
    assert len(sandbox.calls) == 1 + 2


def test_a_member_that_was_seen_without_its_service_is_asked_for_it(
    sandbox: RunningSandbox, fill: Callable[[int], list[str]], view: PoolView
) -> None:
    numbers = fill(1000)
    assert view.look_up(numbers[-1]).member
    found = view.look_up(numbers[-1], with_service=True)
    assert found.member is not None
    assert (found.member.service, found.is_fresh) == ("sms", True)
    assert len(sandbox.calls) == 1 + 1 + 2


@pytest.mark.parametrize(("wanted", "service"), [("sms", "sms"), ("mms", "mms"), (None, "sms")])
def test_a_member_that_is_listed_for_each_service_is_told_with_the_wanted_one(
    fill: Callable[[int], list[str]],
    view: PoolView,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    wanted: str | None,
    service: str,
) -> None:
    (number,) = fill(1)

    def twice(page: Page) -> Page:
        return replace(page, members=(*page.members, replace(page.members[0], service="mms")), total_count=2)

    after_pages(client, monkeypatch, twice)
    for found in (
        view.look_up(number, wanted=wanted),
        view.look_up_all([number], wanted=wanted)[number],
        view.confirmed(number, with_service=True, wanted=wanted),
    ):
        assert found.member is not None
        assert found.member.service == service
    members = view.members()
    assert members is not None
    assert {entry.service for entry in members[number]} == {"sms", "mms"}


def test_a_toll_free_number_in_the_list_of_numbers_is_no_number_until_a_get_says_so(
    sandbox: RunningSandbox, client: Client
) -> None:
    client.pool_members.add(MemberKind.TOLL_FREE, POOL, TOLL_FREE)
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert view.look_up(TOLL_FREE) == Sighting(None, is_fresh=True)
    assert view.members() == {}
    assert PoolView(client, MemberKind.TOLL_FREE, POOL).look_up(TOLL_FREE).member
    sandbox.set_quirk("wrong-route", "accept")
    assert view.confirmed(TOLL_FREE).member


def test_a_shortcode_takes_one_page_or_one_get(sandbox: RunningSandbox, client: Client) -> None:
    view = PoolView(client, MemberKind.SHORTCODE, POOL)
    assert view.look_up(SHORTCODE, with_service=True).member
    assert view.look_up("55555").member is None
    assert len(sandbox.calls) == 1
    assert view.confirmed("55555") == Sighting(None, is_fresh=True)
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


def outsider(sandbox: RunningSandbox) -> Client:
    """Another client of the account."""
    return Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, max_retries=0, rate_limit=0)


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
    assert before <= 3 * READINGS
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
    found = view.look_up_all([*numbers, ABSENT])
    assert [each for each, sighting in found.items() if sighting.member is None] == [numbers[0]]


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


def test_a_confirmation_is_a_new_look_up_that_the_view_learns_from(sandbox: RunningSandbox, client: Client) -> None:
    view = PoolView(client, MemberKind.NUMBER, POOL)
    assert view.look_up(NUMBER).member is None
    client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER)
    calls = len(sandbox.calls)
    assert view.confirmed(NUMBER).is_fresh
    assert view.look_up(NUMBER).member
    assert len(sandbox.calls) == calls + 1


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


def test_an_account_has_one_view_of_each_kind_in_each_pool(client: Client) -> None:
    views = PoolViews(client)
    view = views.of(MemberKind.NUMBER, POOL)
    assert views.of(MemberKind.NUMBER, POOL.upper()) is view
    others = [views.of(MemberKind.TOLL_FREE, POOL), views.of(MemberKind.NUMBER, OTHER_POOL)]
    assert view not in others


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


NUMBERS = numbered(9)
STEP = st.one_of(
    st.tuples(
        st.sampled_from(["look_up", "confirmed", "write", "write_from_outside"]),
        st.sampled_from(NUMBERS),
        st.booleans(),
    ),
    st.tuples(st.just("look_up_all"), st.sets(st.sampled_from(NUMBERS), min_size=1), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 6.0, 29.0, 31.0]), st.just(False)),
    st.tuples(st.just("members"), st.none(), st.just(False)),
)


class Run:
    """A view, what the pool really holds, and when somebody else last wrote to it; a method for each step."""

    def __init__(self, client: Client, pool: str, start: set[str]) -> None:
        self.client = client
        self.pool = pool
        self.live = dict.fromkeys(start, "sms")
        self.clock = Clock()
        self.others_wrote = -1000.0
        self.view = PoolView(client, MemberKind.NUMBER, pool, clock=self.clock)

    def look_up(self, digits: str, with_service: bool) -> None:
        self._check(digits, self.view.look_up(digits, with_service=with_service), with_service)

    def look_up_all(self, digits: set[str], with_service: bool) -> None:
        found = self.view.look_up_all(digits, with_service=with_service)
        assert found.keys() == digits
        for each, sighting in found.items():
            self._check(each, sighting, with_service)

    def confirmed(self, digits: str, with_service: bool) -> None:
        sighting = self.view.confirmed(digits, with_service=with_service)
        assert sighting.is_fresh
        self._check(digits, sighting, with_service)

    def members(self, *_: object) -> None:
        members = self.view.members()
        assert members is not None
        assert not self._must_be_right or members.keys() == self.live.keys()

    def write(self, digits: str, for_mms: bool) -> None:
        with self.view.writing():
            member = self._change(digits, for_mms)
            if member is None:
                self.view.removed(digits)
            else:
                self.view.added(member)

    def write_from_outside(self, digits: str, for_mms: bool) -> None:
        self._change(digits, for_mms)
        self.others_wrote = self.clock.now

    def wait(self, seconds: float, _: object) -> None:
        self.clock.now += seconds

    @property
    def _must_be_right(self) -> bool:
        return self.clock.now - self.others_wrote > LIFE

    def _check(self, digits: str, sighting: Sighting, with_service: bool) -> None:
        if sighting.is_fresh or self._must_be_right:
            assert (sighting.member is not None) == (digits in self.live)
            if sighting.member is not None and with_service:
                assert sighting.member.service == self.live[digits]

    def _change(self, digits: str, for_mms: bool) -> PoolMember | None:
        if digits in self.live:
            self.client.pool_members.remove(MemberKind.NUMBER, self.pool, digits)
            del self.live[digits]
            return None
        self.live[digits] = "mms" if for_mms else "sms"
        return self.client.pool_members.add(MemberKind.NUMBER, self.pool, digits, service=self.live[digits])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sets(st.sampled_from(NUMBERS)), steps=st.lists(STEP, min_size=1, max_size=25))
def test_what_is_fresh_is_true_and_what_is_not_is_true_unless_others_wrote(
    sandbox: RunningSandbox,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    start: set[str],
    steps: list[tuple[str, Any, bool]],
) -> None:
    monkeypatch.setattr(pool_reads, "PAGE_SIZE", 2)
    sandbox.set_quirk("add-in-other-pool", "accept")
    seeded = sandbox.state()["accounts"][AUTH_ID]["pools"]
    pool = f"00000000-0000-4000-9000-{len(seeded):012}"
    powerpack = {"name": f"pool {len(seeded)}", "number_pool_uuid": pool}
    rented = [{"number": each} for each in NUMBERS]
    account = {"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "numbers": rented, "powerpacks": [powerpack]}
    sandbox.seed({"accounts": [account]})
    for digits in sorted(start):
        client.pool_members.add(MemberKind.NUMBER, pool, digits)
    run = Run(client, pool, start)
    for step, subject, flag in steps:
        getattr(run, step)(subject, flag)
