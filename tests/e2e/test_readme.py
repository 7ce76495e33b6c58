"""What the documents show is what runs."""

import re
from pathlib import Path

import pytest

from tests.conftest import NUMBER, OTHER_NUMBER, SHORTCODE, TOLL_FREE, Account
from tests.e2e.stacks import Stack

ROOT = Path(__file__).parents[2]


def test_the_program_of_the_readme_runs_as_it_stands(stack: Stack, account: Account) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    outcome = stack.up(program)
    assert outcome.succeeded, outcome.shown
    assert account.numbers() == {NUMBER: "sms", OTHER_NUMBER: "sms"}
    assert account.toll_frees() == {TOLL_FREE}
    assert account.shortcodes() == {SHORTCODE}


@pytest.mark.parametrize("page", ["pool-number", "pool-toll-free", "pool-shortcode", "lookups"])
def test_the_first_example_of_each_resource_previews(stack: Stack, page: str) -> None:
    example = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / f"{page}.md").read_text(), re.DOTALL)[0]
    assert stack.preview(example).succeeded


@pytest.mark.parametrize("document", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*.md")))
def test_every_link_between_the_documents_leads_somewhere(document: str) -> None:
    source = ROOT / document
    links = re.findall(r"\]\((?!http)([^)#]+)", source.read_text())
    assert [link for link in links if not (source.parent / link).exists()] == []
