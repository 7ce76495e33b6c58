"""What may import what, and what is part of the package."""

import ast
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pulumi_plivo
import pytest

ROOT = Path(__file__).parents[2]
PROVIDER = ROOT / "provider" / "pulumi_plivo"
SANDBOX = ROOT / "sandbox" / "plivo_sandbox"

#: Each layer's folder, and what it must not know of.
FORBIDDEN = [
    (PROVIDER / "api", {"pulumi", "plivo_sandbox", "plivo", "os"}),
    (PROVIDER, {"plivo_sandbox", "plivo"}),
    (SANDBOX, {"pulumi_plivo", "plivo"}),
    (ROOT / "stacks", {"plivo_sandbox", "plivo"}),
]


def imported(module: Path) -> set[str]:
    """Return the top-level packages that a module imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(("folder", "forbidden"), FORBIDDEN, ids=lambda value: getattr(value, "name", ""))
def test_a_layer_imports_nothing_of_what_it_must_not_know(folder: Path, forbidden: set[str]) -> None:
    modules = list(folder.rglob("*.py"))
    assert modules
    assert {module.name: imported(module) & forbidden for module in modules if imported(module) & forbidden} == {}


def test_the_api_imports_nothing_of_the_provider_around_it() -> None:
    for module in (PROVIDER / "api").glob("*.py"):
        text = module.read_text()
        for name in re.findall(r"(?:from|import) pulumi_plivo\.(\w+)", text):
            assert name in ("api", "_version"), module.name


def test_the_run_time_dependencies_are_pulumi_and_requests() -> None:
    required = [entry for entry in metadata.requires("pulumi-plivo") or [] if "extra ==" not in entry]
    assert sorted(re.split(r"[<>=!~\[]", entry)[0].strip() for entry in required) == ["pulumi", "requests"]


def test_the_version_is_the_newest_of_the_changelog() -> None:
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == pulumi_plivo.__version__ == metadata.version("pulumi-plivo")


def test_importing_the_package_loads_nothing_of_the_sandbox_or_the_tests() -> None:
    script = "import sys, pulumi_plivo; print([name for name in ('plivo_sandbox', 'pytest') if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "[]"
