"""Fixtures of the host level: plugins that run against the local Plivo."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.plans.claim import Claim
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import AUTH_ID, AUTH_TOKEN, POOL
from tests.host.plugin import Ledger, Plugin, ProviderHost, running_plugin
from tests.warm.processes import WarmPython

StartPlugin = Callable[..., Plugin]

ALL = [f"1415555010{digit}" for digit in range(5)]
INPUTS: dict[str, Any] = {"number_pool_uuid": POOL, "numbers": ALL}
LISTED = "PoolNumbers many"


def claimed(resource: str, *numbers: str, pool: str | None = POOL, **more: Any) -> Claim:
    """What a resource claims, as the ledger has it."""
    return Claim(resource, pool, numbers, **more)


@pytest.fixture
def start_plugin(sandbox: RunningSandbox, tmp_path: Path, warm_python: WarmPython) -> Iterator[StartPlugin]:
    """Start plugins; each stands for one `pulumi` command. Keyword arguments are settings, None leaves one out."""
    directory = tmp_path / "plugins"
    directory.mkdir()
    with ExitStack() as stack:

        def start(environment: dict[str, str] | None = None, **settings: str | None) -> Plugin:
            config = {
                "authId": AUTH_ID,
                "authToken": AUTH_TOKEN,
                "baseUrl": sandbox.base_url,
                "maxRetries": "1",
                **settings,
            }
            set_ones = {f"plivo:{key}": value for key, value in config.items() if value is not None}
            return stack.enter_context(running_plugin(warm_python, directory, set_ones, environment or {}))

        yield start


@pytest.fixture
def plugin(start_plugin: StartPlugin) -> Plugin:
    """A plugin with good settings."""
    return start_plugin()


@pytest.fixture
def numbers(plugin: Plugin) -> ProviderHost:
    """The provider of `PoolNumber` in the plugin."""
    return plugin.host(PoolNumberProvider())


@pytest.fixture
def toll_frees(plugin: Plugin) -> ProviderHost:
    """The provider of `PoolTollFree` in the plugin."""
    return plugin.host(PoolTollFreeProvider())


@pytest.fixture
def shortcodes(plugin: Plugin) -> ProviderHost:
    """The provider of `PoolShortcode` in the plugin."""
    return plugin.host(PoolShortcodeProvider())


@pytest.fixture
def many(plugin: Plugin) -> ProviderHost:
    """The provider of `PoolNumbers` in the plugin."""
    return plugin.host(PoolNumbersProvider())


@pytest.fixture
def created(start_plugin: StartPlugin) -> tuple[str, dict[str, Any]]:
    """A list of five numbers that an earlier run has brought in, without a ledger."""
    return start_plugin().host(PoolNumbersProvider()).create(INPUTS)


@dataclass
class Kept:
    """A list in the state, with the ledger that claims it."""

    id: str
    outputs: dict[str, Any]
    ledger: Ledger


@pytest.fixture
def listed(start_plugin: StartPlugin) -> Kept:
    """A list of five numbers that an earlier run has brought in."""
    run = start_plugin()
    ledger = run.open([claimed(LISTED, *ALL)])
    return Kept(*run.host(PoolNumbersProvider(), LISTED).create(INPUTS), ledger)


@pytest.fixture
def unrenting(start_plugin: StartPlugin) -> Kept:
    """The same list, with unrent=True."""
    run = start_plugin()
    ledger = run.open([claimed(LISTED, *ALL, unrent=True)])
    return Kept(*run.host(PoolNumbersProvider(), LISTED).create({**INPUTS, "unrent": True}), ledger)


def writes(sandbox: RunningSandbox) -> list[str]:
    """The calls that changed something, or tried to, since they were last cleared."""
    return sorted(f"{call.method} {call.path.split('/')[-2]}" for call in sandbox.calls if call.method != "GET")
