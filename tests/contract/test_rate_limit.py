from collections.abc import Iterator
from pathlib import Path

import pytest
from plivo_sandbox.server.errors import PlivoError
from plivo_sandbox.server.rate_limit import LIMIT, WINDOW, RateLimit
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, NUMBER
from tests.contract.conftest import SEED, Plivo


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A sandbox with the rate limit on."""
    with RunningSandbox(tmp_path / "plivo.sqlite3", rate_limit=True) as running:
        running.seed(SEED)
        yield running


@pytest.fixture
def exhausted(sandbox: RunningSandbox) -> Iterator[Plivo]:
    """A client whose account has no call left; the sandbox's clock stands still."""
    limit = RateLimit(Clock())
    for _ in range(LIMIT):
        limit.count(AUTH_ID)
    sandbox._sandbox.rate_limit = limit
    client = Plivo(sandbox)
    yield client
    client.session.close()


def test_the_limit_is_300_calls_of_an_account_in_5_seconds() -> None:
    assert (LIMIT, WINDOW) == (300, 5.0)


def test_calls_above_the_limit_are_refused_until_the_window_ends() -> None:
    clock = Clock()
    limit = RateLimit(clock)
    for _ in range(LIMIT):
        limit.count("one")
        clock.now += 0.01

    with pytest.raises(PlivoError) as refused:
        limit.count("one")
    limit.count("another")
    clock.now = 105.0
    limit.count("one")

    assert refused.value.status == 429


def test_a_call_above_the_limit_is_a_429_in_plivos_shape_and_changes_nothing(exhausted: Plivo) -> None:
    answer = exhausted.post(exhausted.in_pool(f"Number/{NUMBER}/"))

    assert answer.status_code == 429
    assert set(answer.json()) == {"api_id", "error"}
    assert exhausted.members() == {}


def test_the_300th_call_passes_and_the_next_does_not(sandbox: RunningSandbox) -> None:
    client = Plivo(sandbox)
    sandbox._sandbox.rate_limit = RateLimit(Clock())

    statuses = [client.get("Powerpack/").status_code for _ in range(LIMIT + 1)]

    client.session.close()
    assert statuses == [200] * LIMIT + [429]


def test_there_is_no_limit_unless_asked_for(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "other.sqlite3") as running:
        running.seed(SEED)
        client = Plivo(running)
        statuses = {client.get("Powerpack/").status_code for _ in range(LIMIT + 1)}
        client.session.close()

    assert statuses == {200}
