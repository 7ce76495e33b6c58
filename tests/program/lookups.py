"""A program's own process that looks up: the config of its stack, and a server that answers as it is told."""

import contextvars
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from plivo_sandbox.server.running import RunningSandbox
from pulumi.runtime.config import CONFIG
from pulumi_plivo.account import client_for
from pulumi_plivo.lookups.asking import config_of_program
from pulumi_plivo.settings import read_settings

from tests.client.conftest import Scripted
from tests.conftest import AUTH_ID, AUTH_TOKEN


def config_at(base_url: str) -> dict[str, str]:
    """Return the config of a stack whose account is at a URL."""
    return {"plivo:authId": AUTH_ID, "plivo:authToken": AUTH_TOKEN, "plivo:baseUrl": base_url, "plivo:maxRetries": "0"}


@contextmanager
def program_with(config: dict[str, str]) -> Iterator[None]:
    """Run what is inside as the program of a stack with this config."""
    before: contextvars.Token[dict[str, Any]] = CONFIG.set(config)
    try:
        yield
    finally:
        settings = read_settings(config_of_program(), {})
        if settings.auth_token and not settings.problems:
            client_for(settings).close()
        client_for.cache_clear()
        CONFIG.reset(before)


def page(entries: Iterable[object], **meta: object) -> Scripted:
    """Return a page of a list."""
    return Scripted(200, json.dumps({"objects": list(entries), "meta": meta}).encode())


def paths(sandbox: RunningSandbox) -> list[str]:
    """Return the path of every call, as far as it lies below the account."""
    return [call.path.partition(AUTH_ID)[2] for call in sandbox.calls]
