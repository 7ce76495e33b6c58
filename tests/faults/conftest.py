"""Fixtures of the runs with faults."""

import functools
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from plivo_sandbox.engine import deletions, project, refreshing
from pulumi_plivo import account, announcement, api, settings
from pulumi_plivo.api import Client, MemberKind, client
from pulumi_plivo.api.exchanges import Exchanges
from pulumi_plivo.api.pacing import Pacer
from pulumi_plivo.lifeline import lifeline
from pulumi_plivo.pool_view import reads
from pulumi_plivo.pools import parallel_work

from tests.conftest import ACCOUNT, AUTH_ID, AUTH_TOKEN
from tests.faults.direct_plivo import DirectPlivo
from tests.faults.fast_stack import FastStack
from tests.faults.one_process import engine, forget_everything
from tests.faults.schedule import InThisThread
from tests.faults.troubles import terminal


class HurriedClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        lifeline.permit("wait")
        self._skipped += seconds


def members_in(state: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return each number of a pool, by pool and digits, with its service; '' for a shortcode."""
    return {
        (pool, digits): service
        for pool, kinds in state["accounts"][AUTH_ID]["pools"].items()
        for members in (kinds["numbers"], kinds["tollfrees"], dict.fromkeys(kinds["shortcodes"], ""))
        for digits, service in members.items()
    }


class World:
    """The local Plivo, and the hands of somebody else in its pools."""

    def __init__(self, sandbox: DirectPlivo) -> None:
        self.sandbox = sandbox
        self.config = {
            "plivo:authId": AUTH_ID,
            "plivo:authToken": AUTH_TOKEN,
            "plivo:baseUrl": sandbox.base_url,
            "plivo:maxRetries": "1",
            "plivo:rateLimit": "0",
        }
        self._seeded = sandbox.saved()
        self.hands = Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, rate_limit=0)

    def reset(self) -> None:
        """Begin with empty pools."""
        self.sandbox.clear_faults()
        self.sandbox.restore(self._seeded)

    def put(self, pool: str, numbers: Iterable[str]) -> None:
        """Put numbers into a pool, as somebody at Plivo's console would."""
        for digits in numbers:
            self.hands.pool_members.add(MemberKind.NUMBER, pool, digits)

    @property
    def members(self) -> dict[tuple[str, str], str]:
        """Each number of a pool, by pool and digits, with its service."""
        return members_in(self.sandbox.state())

    @property
    def rented(self) -> list[str]:
        """The numbers that the account rents."""
        return list(self.sandbox.state()["accounts"][AUTH_ID]["numbers"])

    @property
    def unrented(self) -> list[str]:
        """Every number that was ever given back, in order."""
        return list(self.sandbox.state()["accounts"][AUTH_ID]["unrented"])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The local Plivo, with clients that do not wait between tries, and runs that do one thing at a time."""
    sandbox = DirectPlivo()
    sandbox.seed(ACCOUNT)

    monkeypatch.setattr(Exchanges, "make", lambda *call: sandbox.exchange(*call))
    # A stack's files stay as they are, and no run outlives the machine.
    monkeypatch.setattr(project, "_read_yaml", functools.cache(project._read_yaml))
    monkeypatch.setattr(os, "fsync", lambda _: None)
    account.client_for.cache_clear()
    clock = HurriedClock()
    monkeypatch.setattr(api, "Client", functools.partial(Client, backoff=0))
    monkeypatch.setattr(client, "Pacer", functools.partial(Pacer, clock=clock))
    monkeypatch.setattr(lifeline, "wait", clock.sleep)
    monkeypatch.setattr(announcement, "was_announced", lambda: engine.announced)
    terminal.watch(monkeypatch)
    for module in (parallel_work, reads, deletions, refreshing):
        monkeypatch.setattr(module, "ThreadPoolExecutor", InThisThread)
    world = World(sandbox)
    yield world
    world.hands.close()
    sandbox.close()
    account.client_for(settings.read_settings(world.config, {})).close()
    account.client_for.cache_clear()
    forget_everything()


@pytest.fixture
def tmp_stack(world: World) -> Iterator[Callable[..., FastStack]]:
    """Make an empty stack on the local Plivo, with settings of its own, in memory where there is such a file system."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as directory:
        yield lambda settings: FastStack(Path(directory) / "stack", {**world.config, **settings})


@pytest.fixture
def stack(tmp_stack: Callable[..., FastStack]) -> FastStack:
    """An empty stack on the local Plivo."""
    return tmp_stack({})
