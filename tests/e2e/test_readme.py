"""What the documents show is what runs: each example against the local Plivo, with the accounts that it begins with."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from plivo_sandbox.server.running import RunningSandbox
from plivo_sandbox.server.seed import DEV_SEED
from pulumi_plivo.api import Client, MemberKind

from tests.e2e.stacks import EmbeddedStack
from tests.e2e.test_pool_numbers import written
from tests.e2e.test_pools_of_the_config import of_the_config

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
AUTH_ID, AUTH_TOKEN = "MASANDBOX00000000001", "sandbox"
POOL = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"
#: A number that is in the pool, and that no example names.
IN_THE_POOL = "14155550109"
#: What takes over, or reads, what is in the pool already.
ADOPTS = re.compile(r"adopt=True|\.get\(")


def blocks(language: str) -> list[Any]:
    """Return each example of the documents, named after its page and its place there."""
    examples = []
    for page in DOCUMENTS:
        found = re.findall(
            rf"^ *```{language}\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
        examples += [pytest.param(dedent(each), id=f"{page.stem} {place}") for place, each in enumerate(found, 1)]
    return examples


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A local Plivo as `plivo-sandbox serve` begins it."""
    with RunningSandbox(tmp_path / "plivo.sqlite3") as running:
        running.seed(yaml.safe_load(DEV_SEED.read_text(encoding="utf-8")))
        yield running


@pytest.fixture
def stack(tmp_path: Path, sandbox: RunningSandbox, warm_engine: None) -> EmbeddedStack:  # noqa: ARG001 - it is warm then
    """An empty stack of the account that the documents name."""
    stack = EmbeddedStack(tmp_path / "project", sandbox.base_url)
    stack.config |= {"plivo:authId": AUTH_ID, "plivo:authToken": AUTH_TOKEN, "plivo:allowRent": "true"}
    return stack


def put_into_the_pool(sandbox: RunningSandbox, numbers: list[str]) -> None:
    """Put numbers into the pool of the examples, as somebody at Plivo's console would."""
    with closing(Client(AUTH_ID, AUTH_TOKEN, base_url=sandbox.base_url)) as client:
        for digits in numbers:
            kind = MemberKind.TOLL_FREE if digits.startswith("18") else MemberKind.NUMBER
            client.pool_members.add(kind, POOL, digits)
    sandbox.calls.clear()


@pytest.mark.parametrize("program", blocks("python"))
def test_each_example_runs_as_it_stands_and_the_next_preview_shows_no_change(
    stack: EmbeddedStack, sandbox: RunningSandbox, program: str
) -> None:
    named = ["".join(each) for each in re.findall(r'"(?:\+)?(1)[ ]?(\d{3})-?(555)-?(01\d\d)"', program)]
    is_reading = bool(ADOPTS.search(program))
    put_into_the_pool(sandbox, [IN_THE_POOL, *(named if is_reading else [])])
    (stack.directory / "__main__.py").write_text(program, encoding="utf-8")
    outcome = stack.up()
    assert outcome.succeeded, outcome.shown
    assert not is_reading or written(sandbox) == []
    exported = stack.deployment()["resources"][0].get("outputs", {})
    assert not [name for name, value in exported.items() if value in (None, {})]
    assert set(stack.preview().summary) <= {"same", "read"}


@pytest.mark.parametrize("config", blocks("yaml"))
def test_each_config_of_a_stack_comes_up_as_it_stands(stack: EmbeddedStack, config: str) -> None:
    ((key, pools),) = yaml.safe_load(config).items()
    assert key == "plivo-numbers:pools"
    outcome = stack.up(of_the_config(stack, *pools))
    assert outcome.succeeded, outcome.shown


def test_the_resources_that_make_up_shows_in_the_readme_are_those_of_the_dev_stack(
    stack: EmbeddedStack,
) -> None:
    config = yaml.safe_load((ROOT / "stacks" / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]
    outcome = stack.up(of_the_config(stack, *config["plivo-numbers:pools"]))
    assert outcome.succeeded, outcome.shown
    shown = (ROOT / "README.md").read_text(encoding="utf-8").partition("```text\n")[2].partition("```")[0]
    created = re.findall(r"^\+  create   (.*) \(", shown, re.MULTILINE)
    renamed = [each.replace("plivo-numbers-dev", "numbers-test") for each in created]
    assert sorted(renamed) == sorted(re.findall(r"^ *\+  create   (.*) \(", outcome.shown, re.MULTILINE))
    assert f"up: {len(created)} created; " in shown
    for line in re.findall(r"^    (\w+ += .*)$", shown, re.MULTILINE):
        assert line.partition("…")[0] in outcome.shown


@pytest.mark.parametrize("source", DOCUMENTS, ids=[each.stem for each in DOCUMENTS])
def test_every_link_between_the_documents_leads_somewhere(source: Path) -> None:
    for path, title in re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", source.read_text(encoding="utf-8")):
        target = source.parent / path if path else source
        assert target.exists(), path
        assert not title or title in anchors(target), f"{path}#{title}"


def anchors(page: Path) -> set[str]:
    """Return what a link to a title of a page can name."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in titles}
