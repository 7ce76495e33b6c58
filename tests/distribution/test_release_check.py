"""A release whose tag, packages and changelog disagree is refused."""

import shutil
import subprocess
from pathlib import Path

import pulumi_plivo
import pytest

ROOT = Path(__file__).parents[2]
VERSION = pulumi_plivo.__version__
VERSIONS = ("provider/pulumi_plivo/_version.py", "sandbox/plivo_sandbox/_version.py")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository's files that tell a version, with a changelog that has a date."""
    for name in (".ci/release-check", *VERSIONS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION} - 2026-12-01\n")
    return tmp_path


def checked(copy: Path, tag: str) -> "subprocess.CompletedProcess[str]":
    command = ["bash", str(copy / ".ci" / "release-check"), tag]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_tag_that_is_the_version_of_both_passes(copy: Path) -> None:
    assert checked(copy, f"v{VERSION}").returncode == 0


@pytest.mark.parametrize("name", VERSIONS)
def test_a_package_of_another_version_is_named(copy: Path, name: str) -> None:
    (copy / name).write_text('__version__ = "9.9.9"\n')
    done = checked(copy, f"v{VERSION}")
    assert (done.returncode, done.stderr) == (1, f"the tag is v{VERSION}, and {name} says 9.9.9\n")


def test_a_version_that_is_unreleased_still_is_refused(copy: Path) -> None:
    (copy / "CHANGELOG.md").write_text(f"## {VERSION} - unreleased\n")
    done = checked(copy, f"v{VERSION}")
    assert done.returncode == 1
    assert done.stderr == f"CHANGELOG.md has no line '## {VERSION} - YYYY-MM-DD': a release has a date\n"


def test_the_licence_that_the_sandbox_ships_is_that_of_the_repository() -> None:
    assert (ROOT / "sandbox" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
