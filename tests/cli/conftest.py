"""The command as it is typed, in this process, with what it showed."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.account import client_for
from pulumi_plivo.cli.entry import main

from tests.conftest import AUTH_ID, AUTH_TOKEN

TYPE = "pulumi-python:dynamic/plivo:"


@dataclass
class Ended:
    """How a command ended, and what it wrote."""

    status: int
    output: str
    errors: str

    @property
    def error(self) -> str:
        """The one line on standard error."""
        (line,) = self.errors.splitlines()
        return line


Command = Callable[..., Ended]


@pytest.fixture
def command(
    sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs `plivo-numbers` in an empty folder, with the account of the sandbox in its environment."""
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PLIVO_AUTH_ID", AUTH_ID)
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", AUTH_TOKEN)
    monkeypatch.setenv("PLIVO_BASE_URL", sandbox.base_url)

    def run(*arguments: str, stdin: str = "") -> Ended:
        # A pool of connections of another test's sandbox is of no use.
        client_for.cache_clear()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        before = len(sandbox.calls)
        status = main(arguments)
        shown = capsys.readouterr()
        assert AUTH_TOKEN not in shown.out + shown.err
        assert {call.method for call in sandbox.calls[before:]} <= {"GET"}
        return Ended(status, shown.out, shown.err)

    return run


def resource(class_: str, name: str, pool: Any, members: Any, **more: Any) -> dict[str, Any]:
    """A resource of a state."""
    key = {"PoolNumbers": "numbers", "PoolShortcode": "shortcode"}.get(class_, "number")
    return {
        "urn": f"urn:pulumi:test::numbers::{TYPE}{class_}::{name}",
        "custom": True,
        "id": members if isinstance(members, str) else f"{pool}/1",
        "type": f"{TYPE}{class_}",
        "outputs": {"number_pool_uuid": pool, key: members, **more.pop("outputs", {})},
        **more,
    }


def exported(*resources: dict[str, Any]) -> str:
    """What `pulumi stack export` prints."""
    return json.dumps({"version": 3, "deployment": {"resources": list(resources)}})
