"""What CI installs is pinned, with hashes, and fits what the two distributions ask for."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PINNED = Path(__file__).parents[2] / ".ci" / "requirements.txt"
ENTRY = re.compile(r"^(\S+)==(\S+?)( ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)
OWN = {"pulumi-plivo", "plivo-sandbox"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> list[Requirement]:
    """Return what the two distributions and their tests need at run time."""
    texts = [text for name in sorted(OWN) for text in metadata.requires(name) or []]
    requirements = [Requirement(text) for text in texts]
    return [each for each in requirements if each.marker is None or each.marker.evaluate({"extra": "dev"})]


def test_the_file_holds_nothing_but_pins_with_hashes() -> None:
    text = PINNED.read_text(encoding="utf-8")

    assert ENTRY.sub("", text) == ""
    assert "://" not in text


@pytest.mark.parametrize("requirement", asked_for(), ids=lambda requirement: requirement.name)
def test_each_package_is_pinned_to_a_version_that_is_allowed(requirement: Requirement) -> None:
    matches = list(ENTRY.finditer(PINNED.read_text(encoding="utf-8")))

    versions = [match[2] for match in matches if normal(match[1]) == normal(requirement.name)]

    assert versions, "run `make lock`"
    assert [version for version in versions if version not in requirement.specifier] == []


def test_ci_installs_what_is_pinned() -> None:
    assert "\nmake setup LOCKED=yes\n" in (PINNED.parent / "run").read_text(encoding="utf-8")
