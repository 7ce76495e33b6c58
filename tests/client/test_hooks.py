"""A caller can forbid tries, wait in its own way, and is told of long waits."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pulumi_plivo.api import ApiError, Client, MemberKind, NotSentError
from pulumi_plivo.api.waiting import Waits

from tests.client.conftest import HurriedTime, Scripted, ScriptedServer
from tests.conftest import NUMBER, POOL

ClientWith = Callable[..., Client]


class Permission:
    """Lets calls go until it is withdrawn, and notes what it was asked."""

    def __init__(self) -> None:
        self.is_withdrawn = False
        self.asked: list[str] = []

    def __call__(self, method: str) -> None:
        self.asked.append(method)
        if self.is_withdrawn:
            raise NotSentError("the run was cancelled")


def error_of(call: Callable[[], object]) -> ApiError:
    """Return the error that a call ends in."""
    with pytest.raises(ApiError) as raised:
        call()
    return raised.value


def test_permission_is_asked_with_the_method_before_every_try(client_with: ClientWith, server: ScriptedServer) -> None:
    asked: list[tuple[str, int]] = []
    client = client_with(permission=lambda method: asked.append((method, len(server.requests))))
    server.answers(Scripted(503), Scripted(429), Scripted(cut=-1))
    error_of(lambda: client.post("Powerpack", body={}))
    assert list(dict.fromkeys(asked)) == [("POST", 0), ("POST", 1), ("POST", 2)]


def test_a_call_that_is_forbidden_was_never_sent(client_with: ClientWith, server: ScriptedServer) -> None:
    permission = Permission()
    permission.is_withdrawn = True
    client = client_with(permission=permission)
    error = error_of(lambda: client.pool_members.add(MemberKind.NUMBER, POOL, NUMBER))
    assert server.requests == []
    assert (error.status, error.attempts, error.text) == (None, 0, "the run was cancelled")
    assert error.was_never_sent
    assert not error.is_answer_lost
    assert not error.is_refusal
    assert str(error) == f"POST NumberPool/{POOL}/Number/{NUMBER}/: not sent: the run was cancelled"


@pytest.mark.parametrize("trouble", [Scripted(503), Scripted(429), Scripted(cut=-1), Scripted(200, b"")])
def test_a_call_that_is_forbidden_after_a_try_may_have_worked(
    client_with: ClientWith, server: ScriptedServer, trouble: Scripted
) -> None:
    permission = Permission()
    server.answers(trouble)
    server.on_request = lambda: setattr(permission, "is_withdrawn", True)
    error = error_of(lambda: client_with(permission=permission).get("Powerpack"))
    assert len(server.requests) == 1
    assert (error.status, error.attempts, error.text) == (None, 1, "the run was cancelled")
    assert error.is_answer_lost
    assert not error.was_never_sent
    assert not error.is_refusal


@pytest.mark.parametrize("status", [503, 429])
def test_no_wait_begins_without_permission(
    client_with: ClientWith, server: ScriptedServer, time: HurriedTime, status: int
) -> None:
    permission = Permission()
    server.answers(Scripted(status, headers={"Retry-After": "7"}))
    server.on_request = lambda: setattr(permission, "is_withdrawn", True)
    error_of(lambda: client_with(permission=permission).get("Powerpack"))
    assert time.waits == []


@pytest.mark.parametrize("status", [503, 429])
def test_a_wait_that_raises_ends_the_call(client_with: ClientWith, server: ScriptedServer, status: int) -> None:
    def wait(seconds: float) -> None:
        raise NotSentError(f"no time for {seconds:.0f} seconds")

    server.answers(Scripted(status, headers={"Retry-After": "7"}))
    error = error_of(lambda: client_with(wait=wait).get("Powerpack"))
    assert (error.attempts, error.text) == (1, "no time for 7 seconds")
    assert error.is_answer_lost


def test_a_wait_for_the_rate_limit_that_raises_leaves_the_call_unsent_and_the_next_its_turn(
    client_with: ClientWith, server: ScriptedServer, time: HurriedTime
) -> None:
    patience = threading.Event()

    def wait(seconds: float) -> None:
        if not patience.is_set():
            raise NotSentError("in a hurry")
        time.wait(seconds)

    client = client_with(rate_limit=1, wait=wait)
    client.get("Powerpack")
    error = error_of(lambda: client.get("Powerpack"))
    assert (error.was_never_sent, len(server.requests)) == (True, 1)
    patience.set()
    client.get("Powerpack")
    assert len(server.requests) == 2
    assert sum(time.waits) == pytest.approx(5.01)


def test_permission_that_ends_during_a_wait_frees_all_who_queue(
    client_with: ClientWith, server: ScriptedServer
) -> None:
    permission, waits, ended = Permission(), threading.Event(), threading.Event()

    def wait(_: float) -> None:
        waits.set()
        ended.wait()

    client = client_with(rate_limit=1, permission=permission, wait=wait)
    client.get("Powerpack")
    with ThreadPoolExecutor(8) as threads:
        calls = [threads.submit(client.get, "Powerpack") for _ in range(8)]
        waits.wait()
        permission.is_withdrawn = True
        ended.set()
    for call in calls:
        assert error_of(call.result).was_never_sent
    assert len(server.requests) == 1


def test_a_pause_that_plivo_asks_for_is_told_once_for_all_threads(
    client_with: ClientWith, server: ScriptedServer, time: HurriedTime
) -> None:
    lines: list[str] = []

    def wait(seconds: float) -> None:
        while len(client._transport._pacer._queue) < 8:
            pass
        time.wait(seconds)

    client = client_with(say=lines.append, wait=wait)
    together = threading.Barrier(8)
    server.answers(*[Scripted(429, headers={"Retry-After": "47"})] * 8, Scripted())
    server.on_request = lambda: together.wait() if len(server.requests) <= 8 else None
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(client.get, ["Powerpack"] * 8))
    assert lines == ["Plivo asked to wait 47 seconds (status 429 for GET Powerpack/); waiting"]
    assert time.waits == [47]


def test_a_wait_that_only_one_call_was_asked_for_is_told(client_with: ClientWith, server: ScriptedServer) -> None:
    lines: list[str] = []
    server.answers(
        Scripted(503, headers={"Retry-After": "5.4"}), Scripted(503, headers={"Retry-After": "6"}), Scripted()
    )
    client_with(say=lines.append).get("Powerpack")
    assert lines == ["Plivo asked to wait 6 seconds (status 503 for GET Powerpack/); waiting"]


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Scripted(429), "status 429"),
        (Scripted(502), "status 502"),
        (Scripted(200, b""), "an answer without readable JSON"),
    ],
)
def test_a_long_wait_that_nobody_asked_for_is_told_as_such(
    client_with: ClientWith, server: ScriptedServer, trouble: Scripted, told: str
) -> None:
    lines: list[str] = []
    server.answers(trouble, trouble, Scripted())
    client_with(backoff=3.0, say=lines.append).get("Powerpack")
    (line,) = lines
    assert line.startswith("waiting ")
    assert line.endswith(f" seconds before the next try ({told} for GET Powerpack/)")


def test_short_waits_and_those_for_the_rate_limit_are_not_told(
    client_with: ClientWith, server: ScriptedServer, time: HurriedTime
) -> None:
    lines: list[str] = []
    client = client_with(rate_limit=1, say=lines.append)
    server.answers(Scripted(503, headers={"Retry-After": "5"}), Scripted(429, headers={"Retry-After": "5"}), Scripted())
    client.get("Powerpack")
    client.get("Powerpack")
    assert max(time.waits) > 5
    assert lines == []


def test_the_same_pause_is_told_again_only_where_it_grows_or_comes_back(time: HurriedTime) -> None:
    lines: list[str] = []
    waits = Waits(time.wait, lines.append, clock=time)
    for seconds, line in ((47.0, "first"), (46.0, "same"), (50.0, "nearly the same"), (90.0, "longer")):
        waits.tell(seconds, line)
    time.now += 100
    waits.tell(6.0, "another")
    assert lines == ["first", "longer", "another"]
