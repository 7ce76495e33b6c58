"""Stacks of toy resources, as the tests of the engine use them."""

import shutil
from pathlib import Path

import pytest

from tests.engine.toy_stack import CliToyStack, ToyStack


@pytest.fixture
def stack(tmp_path: Path, warm_engine: None) -> ToyStack:  # noqa: ARG001
    """An empty stack on the embedded engine."""
    return ToyStack(tmp_path / "embedded")


@pytest.fixture
def cli_stack(tmp_path: Path) -> CliToyStack:
    """An empty stack on the pulumi CLI; a test that asks for it runs only where there is one."""
    if shutil.which("pulumi") is None:
        pytest.skip("the pulumi CLI is not on PATH")
    return CliToyStack(tmp_path / "cli")


@pytest.fixture(params=["embedded", "cli"])
def either(request: pytest.FixtureRequest) -> ToyStack:
    """An empty stack on each of the engines."""
    found: ToyStack = request.getfixturevalue("stack" if request.param == "embedded" else "cli_stack")
    found.prepare()
    return found
