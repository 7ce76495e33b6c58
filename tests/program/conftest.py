"""Fixtures of what a program's own process sees: small stacks on the embedded engine."""

from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.e2e.stacks import EmbeddedStack


@pytest.fixture
def stack(tmp_path: Path, sandbox: RunningSandbox, warm_engine: None) -> EmbeddedStack:  # noqa: ARG001
    """An empty stack on the embedded engine, whose account is the local Plivo's."""
    return EmbeddedStack(tmp_path / "project", sandbox.base_url)
