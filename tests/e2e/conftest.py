"""Fixtures of whole stacks: each scenario runs on the embedded engine, and on the CLI where it is on PATH."""

import shutil
from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.e2e.stacks import CliStack, EmbeddedStack, Stack

HAS_CLI = shutil.which("pulumi") is not None
needs_cli = pytest.mark.skipif(not HAS_CLI, reason="the pulumi CLI is not on PATH")
EMBEDDED = "embedded"
CLI = pytest.param("cli", marks=[needs_cli, pytest.mark.slow])


@pytest.fixture(params=[EMBEDDED, CLI])
def stack(request: pytest.FixtureRequest, tmp_path: Path, sandbox: RunningSandbox) -> Stack:
    """An empty stack whose account is the local Plivo's; a test may choose its engines itself, as `indirect`."""
    if request.param == EMBEDDED:
        request.getfixturevalue("warm_engine")
        return EmbeddedStack(tmp_path / "project", sandbox.base_url)
    return CliStack(tmp_path / "project", sandbox.base_url)
