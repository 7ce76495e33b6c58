"""Fixtures of what a program's own process sees: small stacks on the embedded engine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.client import conftest as client_conftest
from tests.e2e.stacks import EmbeddedStack
from tests.program.lookups import config_at, program_with


@pytest.fixture
def stack(tmp_path: Path, sandbox: RunningSandbox, warm_engine: None) -> EmbeddedStack:  # noqa: ARG001
    """An empty stack on the embedded engine, whose account is the local Plivo's."""
    return EmbeddedStack(tmp_path / "project", sandbox.base_url)


#: A server that answers as it is told.
server = client_conftest.server


@pytest.fixture
def program(sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes this process the program of a stack whose account is the local Plivo's."""
    for name in [each for each in os.environ if each.startswith("PLIVO_")]:
        monkeypatch.delenv(name)
    with program_with(config_at(sandbox.base_url)):
        yield
