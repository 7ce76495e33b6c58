"""The calls of all threads together stay below Plivo's limit, and a 429 slows all of them down."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plivo_sandbox.server.rate_limit import RateLimit
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import ApiError, Client, NotSentError
from pulumi_plivo.api.pacing import MARGIN, WINDOW, Pacer

from tests.client.conftest import Scripted, ScriptedServer
from tests.conftest import AUTH_ID, AUTH_TOKEN, POOL


class Travels:
    """Calls through a pacer on a clock of their own; each takes its time to arrive, and again to be answered."""

    def __init__(self, limit: int) -> None:
        self.now = 1000.0
        self.departures: list[float] = []
        self.arrivals: list[float] = []
        self.pacer = Pacer(limit, clock=lambda: self.now, sleep=self.sleep)
        self._travelling: list[tuple[float, bool, float, AbstractContextManager[float]]] = []

    def sleep(self, seconds: float) -> None:
        """Let the time pass, and the answers come that are due."""
        assert seconds > 0
        until = self.now + seconds
        for travel in sorted(self._travelling, key=lambda travel: travel[0]):
            answered, is_refused, departed, turn = travel
            if answered <= until:
                self.now = max(self.now, answered)
                self._travelling.remove(travel)
                turn.__exit__(None, None, None)
                if is_refused:
                    self.pacer.slow_down(1.0, departed)
        self.now = until

    def call(self, out: float = 0.0, back: float = 0.0, *, is_refused: bool = False) -> None:
        """Send a call that arrives `out` seconds after it departed and is answered `back` seconds later."""
        turn = self.pacer.turn()
        departed = turn.__enter__()
        assert departed == self.now
        self.departures.append(departed)
        self.arrivals.append(departed + out)
        self._travelling.append((departed + out + back, is_refused, departed, turn))

    def refused_call(self) -> None:
        """Send a call that is answered at once with a 429, which closes the way for a second."""
        with self.pacer.turn() as departed:
            self.departures.append(departed)
        self.pacer.slow_down(1.0, departed)


def forbid() -> None:
    """Let no call go."""
    raise NotSentError("no")


def most_in_a_window(times: list[float], window: float = WINDOW) -> int:
    """Return the largest number of times that lie in any window."""
    ordered = sorted(times)
    return max(sum(start <= time < start + window for time in ordered) for start in ordered)


@given(
    st.integers(1, 6),
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.001, 0.1, 1.0, 4.9, 5.0, 7.0]),
            st.sampled_from([0.0, 0.02, 0.3, 2.0, 30.0]),
            st.sampled_from([0.0, 0.02, 0.3, 9.0]),
            st.booleans(),
        ),
        min_size=1,
        max_size=60,
    ),
)
def test_no_window_ever_holds_more_arrivals_than_the_limit(
    limit: int, calls: list[tuple[float, float, float, bool]]
) -> None:
    travels = Travels(limit)
    for pause, out, back, is_refused in calls:
        if pause:
            travels.sleep(pause)
        travels.call(out, back, is_refused=is_refused)
    assert most_in_a_window(travels.arrivals) <= limit


@given(st.integers(1, 400), st.integers(1, 700))
def test_calls_that_are_answered_at_once_take_hardly_longer_than_they_must(limit: int, number: int) -> None:
    travels = Travels(limit)
    for _ in range(number):
        travels.call()
        travels.sleep(1e-9)
    floor = (math.ceil(number / limit) - 1) * WINDOW
    assert floor <= travels.departures[-1] - travels.departures[0] <= floor * 1.01 + 1e-5


def test_a_thousand_calls_at_100_milliseconds_stay_within_a_tenth_of_the_floor() -> None:
    travels = Travels(300)
    for _ in range(1000):
        travels.call(0.05, 0.05)
        travels.sleep(0.1 / 16)
    assert travels.now - travels.departures[0] <= 15 * 1.1


def test_after_a_429_nobody_goes_until_its_wait_is_over() -> None:
    travels = Travels(300)
    with travels.pacer.turn() as departed:
        pass
    travels.pacer.slow_down(7.0, departed)
    travels.call()
    assert travels.departures == [1007.0]


def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    travels = Travels(300)
    for wait in (7.0, 1.0):
        travels.pacer.slow_down(wait, travels.now)
    travels.call()
    assert travels.departures == [1007.0]


def test_the_rate_is_halved_and_comes_back() -> None:
    travels = Travels(300)
    travels.refused_call()
    rates = []
    for _ in range(10):
        travels.sleep(2 * WINDOW)
        began = travels.now
        while travels.now < began + 0.01:
            travels.call()
            travels.sleep(1e-5)
        rates.append(sum(began <= time < began + 0.01 for time in travels.departures))
    assert rates[0] < 200
    assert all(earlier <= later for earlier, later in pairwise(rates))
    assert rates[-1] == 300


def test_refusals_of_calls_that_were_on_their_way_together_halve_the_rate_once() -> None:
    travels = Travels(300)
    for _ in range(16):
        travels.call(0.1, is_refused=True)
    travels.sleep(10.0)
    began = travels.now
    for _ in range(150):
        travels.call()
    assert travels.now == began


def test_each_new_refusal_halves_the_rate_again_but_one_call_always_goes() -> None:
    travels = Travels(300)
    for _ in range(12):
        travels.refused_call()
    assert len(travels.departures) == 12
    assert travels.departures[-1] - travels.departures[-2] >= 1.0


def test_without_a_limit_nobody_waits_but_for_a_429() -> None:
    travels = Travels(0)
    for _ in range(1000):
        travels.call()
    assert travels.now == 1000.0
    travels.refused_call()
    travels.call()
    assert travels.now == 1001.0


def test_those_who_wait_go_in_the_order_in_which_they_came() -> None:
    asleep, awake, order = threading.Event(), threading.Event(), list[int]()
    now = [0.0]

    def sleep(seconds: float) -> None:
        asleep.set()
        awake.wait()
        now[0] += seconds

    pacer = Pacer(1, clock=lambda: now[0], sleep=sleep)

    def call(number: int) -> None:
        with pacer.turn():
            order.append(number)

    call(0)
    threads = []
    for number in range(1, 9):
        threads.append(threading.Thread(target=call, args=(number,)))
        threads[-1].start()
        asleep.wait()
        while len(pacer._queue) < number:
            pass
    awake.set()
    for thread in threads:
        thread.join()
    assert order == list(range(9))


def test_a_call_that_fails_frees_its_place() -> None:
    travels = Travels(1)
    with pytest.raises(OSError, match="broken"), travels.pacer.turn():
        raise OSError("broken")
    travels.call()
    assert travels.departures == [1000.0 + WINDOW + MARGIN]


def test_a_call_that_is_forbidden_when_its_turn_comes_takes_no_place() -> None:
    travels = Travels(1)
    with pytest.raises(NotSentError, match="no"), travels.pacer.turn(forbid):
        pytest.fail("the call was made")
    travels.call()
    assert travels.departures == [1000.0]


def test_a_call_that_is_forbidden_does_not_wait_for_its_turn() -> None:
    travels = Travels(1)
    travels.call()
    with pytest.raises(NotSentError, match="no"), travels.pacer.turn(forbid):
        pytest.fail("the call was made")
    assert travels.now == 1000.0


def test_a_call_that_is_forbidden_does_not_queue_behind_others() -> None:
    pacer = Pacer()
    pacer._queue.append(threading.Event())
    with pytest.raises(NotSentError, match="no"), pacer.turn(forbid):
        pytest.fail("the call was made")


def test_one_who_gives_up_waiting_lets_the_next_go() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if now[0] < 2 * WINDOW:
            raise KeyboardInterrupt

    pacer = Pacer(1, clock=lambda: now[0], sleep=sleep)
    with pacer.turn():
        pass
    with pytest.raises(KeyboardInterrupt):
        pacer.turn().__enter__()
    with pacer.turn() as departed:
        assert departed == WINDOW + MARGIN


def test_every_try_takes_its_turn_and_a_429_holds_back_the_whole_client(client: Client, server: ScriptedServer) -> None:
    travels = Travels(2)
    client._transport._pacer = travels.pacer
    server.answers(Scripted(503), Scripted(429, headers={"Retry-After": "7"}), Scripted(200))
    client.get("Powerpack")
    client.get("Powerpack")
    # The second try was refused; the third comes 7 seconds later and is one of 2 halved to 1.
    assert len(server.requests) == 4
    assert travels.now == pytest.approx(1000 + 7 + WINDOW + MARGIN)


def test_a_429_that_names_no_wait_holds_back_for_the_backoff(server: ScriptedServer) -> None:
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=server.base_url, max_retries=4, backoff=0.5)
    travels = Travels(300)
    client._transport._pacer = travels.pacer
    server.answers(Scripted(429))
    with pytest.raises(ApiError) as refused:
        client.get("Powerpack")
    client.close()
    assert refused.value.is_rate_limited
    assert travels.now == 1000.0 + 0.5 + 1 + 2 + 4


def test_a_client_of_many_threads_meets_no_429(sandbox: RunningSandbox) -> None:
    limit, window, number = 30, 0.2, 100
    sandbox._sandbox.rate_limit = RateLimit(limit=limit, window=window)
    client = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, max_retries=0)
    client._transport._pacer = Pacer(limit, window)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: client.number_pools.get(POOL), range(number)))
    client.close()
    assert [call.status for call in sandbox.calls] == [200] * number


def test_a_client_that_shares_its_account_ends_with_every_answer(sandbox: RunningSandbox) -> None:
    sandbox._sandbox.rate_limit = RateLimit(limit=20, window=0.2)
    clients = [Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, max_retries=20, backoff=0.05) for _ in range(2)]
    for client in clients:
        client._transport._pacer = Pacer(20, 0.2)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda index: clients[index % 2].number_pools.get(POOL), range(60)))
    for client in clients:
        client.close()
    assert [call.status for call in sandbox.calls].count(200) == 60
