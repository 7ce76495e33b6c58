"""How many files a reader must open to follow one operation."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi.dynamic import Config, ConfigureRequest
from pulumi_plivo import account as accounts
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.plivo_provider import RESOURCE, PlivoProvider
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, POOL

PACKAGE = Path(accounts.__file__).parent
#: Two rooms with a door each: how a call is made, and how a look at a pool is shared, need not be known to follow it.
ROOMS = {"api", "pool_view"}
LISTED = ("14155550101", "14155550102")


@pytest.fixture
def configured(sandbox: RunningSandbox) -> Iterator[Callable[[type[PlivoProvider]], Any]]:
    """Make a provider of a class, in this process, with the test account."""
    held_and_wanted.forget()
    settings = {"plivo:authId": AUTH_ID, "plivo:authToken": AUTH_TOKEN, "plivo:baseUrl": sandbox.base_url}

    def make(kind: type[PlivoProvider]) -> PlivoProvider:
        provider = kind()
        provider.configure(ConfigureRequest(Config(settings, "test")))
        return provider

    yield make
    held_and_wanted.forget()
    accounts.client_for.cache_clear()


def files_of(operation: Callable[[], Any]) -> set[str]:
    """Return the package's files whose functions an operation calls, in any thread."""
    called: set[str] = set()

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if PACKAGE in path.parents and frame.f_code.co_name != "<module>":
            called.add(str(path.relative_to(PACKAGE)))

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        operation()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return {name for name in called if name.split("/")[0] not in ROOMS}


def test_a_create_is_followed_in_twelve_files(configured: Callable[[type[PlivoProvider]], Any]) -> None:
    provider = configured(PoolNumberProvider)
    inputs = provider.check({}, {"number_pool_uuid": POOL, "number": NUMBER}).inputs
    files = files_of(lambda: provider.create(inputs))
    assert "plugin/arriving.py" in files
    assert len(files) <= 12, sorted(files)


def test_an_update_of_a_list_is_followed_in_fifteen_files(configured: Callable[[type[PlivoProvider]], Any]) -> None:
    provider = configured(PoolNumbersProvider)
    name = "PoolNumbers many"
    inputs = provider.check({}, {"number_pool_uuid": POOL, "numbers": list(LISTED), RESOURCE: name}).inputs
    created = provider.create(inputs)
    held_and_wanted.forget()
    held_and_wanted.open([Claim(name, POOL, LISTED)], [Claim(name, POOL, (NUMBER, *LISTED[1:]))], is_preview=False)
    wanted = {"number_pool_uuid": POOL, "numbers": [NUMBER, *LISTED[1:]], RESOURCE: name}
    news = provider.check(inputs, wanted).inputs
    assert provider.diff(created.id, created.outs, news).replaces == []
    files = files_of(lambda: provider.update(created.id, created.outs, news))
    assert "plugin/departing.py" in files
    assert len(files) <= 15, sorted(files)
