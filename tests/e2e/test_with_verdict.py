"""`plivo-numbers preview` and `up` on the real CLI, and the report of what `plivo-sandbox preview --json` writes."""

import subprocess
import sys
from pathlib import Path

import pytest
from plivo_sandbox.engine.operations import preview
from plivo_sandbox.engine.preview_json import preview_json
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.cli.preview_changes import Kind
from pulumi_plivo.cli.preview_document import read_preview
from pulumi_plivo.cli.preview_judgement import judged

from tests.conftest import NUMBER, OTHER_POOL, Account
from tests.e2e.conftest import CLI
from tests.e2e.stacks import STACK, CliStack, EmbeddedStack

SECOND, THIRD, FOURTH = "14155550102", "14155550103", "14155550104"
BEFORE = """
PoolNumber("a", number_pool_uuid=POOL, number=NUMBER, unrent=True)
PoolNumbers("many", number_pool_uuid=POOL, numbers=["14155550102", "14155550103"], unrent=True)
pack = Powerpack("pack", name="alarms")
PoolNumber("c", number_pool_uuid=pack.number_pool_uuid, number="14155550105", unrent=True)
"""
#: One number is given back, one moves to another owner, one into a pool that is made, one comes, a Powerpack goes.
AFTER = """
PoolNumbers("many", number_pool_uuid=OTHER_POOL, numbers=["14155550102", NUMBER, "14155550104"], unrent=True)
other = Powerpack("other", name="news")
PoolNumber("c", number_pool_uuid=other.number_pool_uuid, number="14155550105", unrent=True)
"""


def plivo_numbers(stack: CliStack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {key: value for key, value in stack.environment.items() if key != "PULUMI_DEBUG_COMMANDS"}
    return subprocess.run(
        [sys.executable, "-m", "pulumi_plivo.cli", *arguments, "--", "--stack", STACK, "--non-interactive"],
        cwd=stack.directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("engine", [CLI])
def test_an_up_does_what_its_preview_said_and_only_once_it_was_allowed(
    engine: str, sandbox: RunningSandbox, account: Account, tmp_path: Path
) -> None:
    stack = CliStack(tmp_path / "project", sandbox.base_url)
    assert stack.up(BEFORE).succeeded, engine
    stack._write(AFTER)
    verdict = "1 number will be given back to Plivo for good"
    seen = plivo_numbers(stack, "preview")
    assert (seen.returncode, seen.stdout.splitlines()[-1]) == (0, verdict), seen.stderr
    assert seen.stdout.startswith("Previewing update (test):")
    refused = plivo_numbers(stack, "up", "--yes")
    assert (refused.returncode, account.unrented) == (3, [])
    done = plivo_numbers(stack, "up", "--yes", "--allow-unrent", "1")
    assert (done.returncode, account.unrented) == (0, [THIRD]), done.stdout + done.stderr
    assert set(account.numbers(OTHER_POOL)) == {SECOND, NUMBER, FOURTH}


@pytest.mark.usefixtures("warm_engine")
def test_a_preview_of_the_embedded_engine_is_read_as_the_clis_is(sandbox: RunningSandbox, tmp_path: Path) -> None:
    stack = EmbeddedStack(tmp_path / "project", sandbox.base_url)
    assert stack.up(BEFORE).succeeded
    stack._write(AFTER)
    found = preview(stack.directory, STACK, state=stack._state, environment=stack.environment)
    text = preview_json(found)
    changes = judged(read_preview(text, "the preview"))
    assert changes.verdict == "1 number will be given back to Plivo for good"
    assert {(each.kind, each.member) for each in changes.changes} == {
        (Kind.UNRENTED, THIRD),
        (Kind.MOVED, SECOND),
        (Kind.MOVED, NUMBER),
        (Kind.MOVED, "14155550105"),
        (Kind.ADDED, FOURTH),
    }
    assert [each.name for each in (*changes.made, *changes.deleted)] == ["news", "alarms"]
    assert "token-of-the-test-account" not in text
