"""A pool of as many numbers as a test wants, and a view of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api import Client, MemberKind, Page
from pulumi_plivo.pool_view.view import PoolView

from tests.conftest import AUTH_ID, AUTH_TOKEN

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


def outsider(sandbox: RunningSandbox) -> Client:
    """Another client of the account."""
    return Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url, max_retries=0, rate_limit=0)


def after_pages(client: Client, monkeypatch: pytest.MonkeyPatch, hook: Callable[[Page], Page | None]) -> None:
    """Call the hook with every page before it is given to the view; it may return another."""
    read = client.pool_members.page

    def page(*arguments: Any, **named: Any) -> Page:
        found = read(*arguments, **named)
        return hook(found) or found

    monkeypatch.setattr(client.pool_members, "page", page)


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


def pages(sandbox: RunningSandbox) -> int:
    """Count the calls for a page."""
    return sum(call.query.startswith("limit=") or "&limit=" in call.query for call in sandbox.calls)
