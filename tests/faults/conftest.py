"""Fixtures of the runs with faults."""

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo import api, parallel_work, pool_reads, settings
from pulumi_plivo.api import Client, MemberKind, client
from pulumi_plivo.api.pacing import Pacer
from pulumi_plivo.declared import declared_members

from tests.conftest import ACCOUNT, AUTH_ID, AUTH_TOKEN, SHORTCODE, TOLL_FREE

Result = TypeVar("Result")


class HurriedClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        self._skipped += seconds


class InThisThread(Executor):
    """Does each task when it is submitted: the calls of a run come in one order, and need one connection."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def submit(self, task: Callable[..., Result], /, *args: Any, **named: Any) -> "Future[Result]":
        future: Future[Result] = Future()
        try:
            future.set_result(task(*args, **named))
        except BaseException as error:
            future.set_exception(error)
        return future


class World:
    """The local Plivo, and the hands of somebody else in its pools."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.config = {
            "plivo:authId": AUTH_ID,
            "plivo:authToken": AUTH_TOKEN,
            "plivo:baseUrl": sandbox.base_url,
            "plivo:maxRetries": "1",
            "plivo:rateLimit": "0",
        }
        self.hands = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, rate_limit=0)
        self.named = ""

    def reset(self) -> None:
        """Empty both pools, and rent again what was given back."""
        self.sandbox.clear_faults()
        for pool, digits in self.members:
            if digits != SHORTCODE:
                kind = MemberKind.TOLL_FREE if digits == TOLL_FREE else MemberKind.NUMBER
                self.hands.pool_members.remove(kind, pool, digits)
        self.sandbox.seed(ACCOUNT)
        self.sandbox.calls.clear()

    @property
    def members(self) -> dict[tuple[str, str], str]:
        """Each number of a pool, by pool and digits, with its service; '' for a shortcode."""
        pools = self.sandbox.state()["accounts"][AUTH_ID]["pools"]
        return {
            (pool, digits): service
            for pool, kinds in pools.items()
            for members in (kinds["numbers"], kinds["tollfrees"], dict.fromkeys(kinds["shortcodes"], ""))
            for digits, service in members.items()
        }

    @property
    def unrented(self) -> list[str]:
        """Every number that was ever given back, in order."""
        return list(self.sandbox.state()["accounts"][AUTH_ID]["unrented"])


@pytest.fixture
def world(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The local Plivo, with clients that do not wait between tries, and resources that make one call at a time."""
    settings.client_for.cache_clear()
    clock = HurriedClock()
    monkeypatch.setattr(api, "Client", functools.partial(Client, backoff=0))
    monkeypatch.setattr(client, "Pacer", functools.partial(Pacer, clock=clock, sleep=clock.sleep))
    for module in (parallel_work, pool_reads):
        monkeypatch.setattr(module, "ThreadPoolExecutor", InThisThread)
    world = World(sandbox)
    yield world
    world.hands.close()
    settings.client_for(settings.read_settings(world.config, {})).close()
    settings.client_for.cache_clear()
    declared_members.forget()
