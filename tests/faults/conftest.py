"""Fixtures of the runs with faults."""

import functools
from collections.abc import Iterator

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo import api, settings
from pulumi_plivo.api import Client, MemberKind
from pulumi_plivo.declared import declared_members

from tests.conftest import ACCOUNT, AUTH_ID, AUTH_TOKEN, OTHER_POOL, POOL


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
        for pool in (POOL, OTHER_POOL):
            # The list of numbers may hold the toll-free ones too, so these go first.
            for kind in (MemberKind.TOLL_FREE, MemberKind.NUMBER):
                for member in list(self.hands.pool_members.all(kind, pool)):
                    self.hands.pool_members.remove(kind, pool, member.digits)
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
    """The local Plivo, with clients that do not wait between tries."""
    settings.client_for.cache_clear()
    monkeypatch.setattr(api, "Client", functools.partial(Client, backoff=0))
    world = World(sandbox)
    yield world
    world.hands.close()
    settings.client_for(settings.read_settings(world.config, {})).close()
    settings.client_for.cache_clear()
    declared_members.forget()
