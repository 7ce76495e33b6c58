"""What may import what, how modules are named and how long they are, and what is part of the package."""

import ast
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import metadata
from pathlib import Path

import plivo_sandbox
import pulumi_plivo
import pytest

ROOT = Path(__file__).parents[2]
PROVIDER = ROOT / "provider" / "pulumi_plivo"
SANDBOX = ROOT / "sandbox" / "plivo_sandbox"
MODULES = sorted(PROVIDER.rglob("*.py"))

#: Each part, and the packages that it must not know of.
FORBIDDEN = [
    (PROVIDER / "api", {"pulumi", "plivo_sandbox", "plivo", "os"}),
    (PROVIDER / "pool_view", {"pulumi", "os"}),
    (PROVIDER / "pools", {"pulumi", "requests"}),
    (PROVIDER, {"plivo_sandbox", "plivo"}),
    (SANDBOX, {"pulumi_plivo", "plivo"}),
    (ROOT / "stacks", {"plivo_sandbox", "plivo"}),
]

#: What each part of the provider imports of the others; what is not here imports what it likes.
WINGS = {
    "_version": set(),
    "announcement": set(),
    "api": {"_version"},
    "errors": {"_version", "api"},
    "inputs": set(),
    "lifeline": {"api"},
    "number_priority": {"api"},
    "settings": {"api", "inputs"},
    "pool_view": {"api"},
    "account": {"api", "errors", "lifeline", "pool_view", "settings"},
    "cli": {"account", "api", "errors", "inputs", "plans", "settings"},
    "plans": {"errors", "inputs"},
    "pools": {"account", "api", "errors", "number_priority", "plans", "pool_view"},
    "plugin": {
        "account",
        "announcement",
        "api",
        "errors",
        "inputs",
        "lifeline",
        "plans",
        "pool_view",
        "pools",
        "settings",
    },
    "lookups": {"account", "api", "errors", "inputs", "number_priority", "pool_view", "settings"},
    "program": {"announcement", "inputs", "ledger", "plans"},
}
#: All that a plan may need: nothing that waits, looks or sends.
PURE = {"collections", "dataclasses", "datetime", "enum", "hashlib", "json", "math", "pulumi_plivo", "typing"}


def imports(module: Path) -> Iterator[str]:
    """Yield the full name of all that a module imports anywhere in it, but for its annotations."""
    tree = ast.parse(module.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(module: Path) -> set[str]:
    """Return the top-level packages that a module imports."""
    return {name.partition(".")[0] for name in imports(module)}


def part(name: str) -> str | None:
    """Return the part of the provider to which a full name belongs; None for other packages."""
    match = re.match(r"pulumi_plivo\.(\w+)", name)
    return match and match[1]


@pytest.mark.parametrize(("folder", "forbidden"), FORBIDDEN, ids=lambda value: getattr(value, "name", ""))
def test_a_layer_imports_nothing_of_what_it_must_not_know(folder: Path, forbidden: set[str]) -> None:
    modules = list(folder.rglob("*.py"))
    assert modules
    assert {module.name: packages(module) & forbidden for module in modules if packages(module) & forbidden} == {}


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_imports_of_the_others_only_what_lies_below_it(wing: str) -> None:
    folder = PROVIDER / wing
    modules = list(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    for module in modules:
        used = {name for each in imports(module) if (name := part(each)) is not None}
        assert used - {wing} <= WINGS[wing], module.name


def test_plans_make_no_call_and_know_nothing_of_pulumi() -> None:
    for module in (PROVIDER / "plans").glob("*.py"):
        assert packages(module) <= PURE, module.name


def test_nothing_imports_the_command() -> None:
    others = [module for module in MODULES if not module.is_relative_to(PROVIDER / "cli")]
    assert [module.name for module in others if "cli" in {part(each) for each in imports(module)}] == []


def test_no_module_imports_another_in_a_circle() -> None:
    names = {
        ".".join(module.relative_to(PROVIDER.parent).with_suffix("").parts).removesuffix(".__init__"): module
        for module in MODULES
    }
    needs = {
        name: {
            known
            for each in imports(module)
            # What is imported out of a module is named behind it.
            if (known := each if each in names else each.rpartition(".")[0]) in names and known != name
        }
        for name, module in names.items()
    }
    assert len(list(TopologicalSorter(needs).static_order())) == len(names)


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {module.name: len(module.read_text().splitlines()) for module in MODULES}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_no_two_modules_have_names_one_letter_apart() -> None:
    names = sorted({module.stem for module in MODULES} | {each.name for each in PROVIDER.iterdir() if each.is_dir()})
    close = {(one, other) for one, other in itertools.combinations(names, 2) if is_one_letter_apart(one, other)}
    # These two are named after their classes.
    assert close == {("pool_number", "pool_numbers")}


def is_one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter more, less or in the place of another makes one name of the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    return short[same + (len(long) == len(short)) :] == long[same + 1 :]


def test_no_module_is_named_after_nothing() -> None:
    assert {module.stem for module in MODULES}.isdisjoint({"utils", "util", "helpers", "common", "misc", "base"})


def test_the_run_time_dependencies_are_few() -> None:
    required = [entry for entry in metadata.requires("pulumi-plivo") or [] if "extra ==" not in entry]
    assert sorted(re.split(r"[<>=!~\[]", entry)[0].strip() for entry in required) == ["pulumi", "requests", "urllib3"]


def test_both_versions_are_the_newest_of_the_changelog() -> None:
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == pulumi_plivo.__version__ == metadata.version("pulumi-plivo")
    assert newest[1] == plivo_sandbox.__version__ == metadata.version("plivo-sandbox")


def test_each_version_stands_in_one_place() -> None:
    for project, package in ((ROOT, PROVIDER), (ROOT / "sandbox", SANDBOX)):
        texts = [path.read_text(encoding="utf-8") for path in (project / "pyproject.toml", *package.rglob("*.py"))]
        assert sum(pulumi_plivo.__version__ in text for text in texts) == 1


def test_importing_the_package_loads_nothing_of_the_sandbox_or_the_tests_or_what_only_calls_need() -> None:
    names = ("plivo_sandbox", "pytest", "requests", "urllib3")
    script = f"import sys, pulumi_plivo; print([name for name in {names} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "[]"
