"""The steps that the CI files share: preview with report and gate, up with the plan that was reviewed, and drift."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, SMS_ONLY, Account

ROOT = Path(__file__).parents[2]
STEPS = ROOT / "docs" / "ci" / "steps"
OUT = "plivo-preview"
needs_cli = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the pulumi CLI is not on PATH")
#: Two numbers that are given back when they leave the list.
PROGRAM = f"""
import pulumi
from pulumi_plivo import PoolNumbers

numbers = pulumi.Config().require_object("numbers")
PoolNumbers("otp", number_pool_uuid="{OTHER_POOL}", numbers=numbers, unrent=True)
"""


@dataclass
class Checkout:
    """A repository with one stack, as a CI job has it."""

    root: Path
    base_url: str
    environment: dict[str, str] = field(default_factory=dict)

    def declare(self, *numbers: str) -> None:
        """Let the stack have these numbers, and commit that."""
        listed = "".join(f"\n    - '{number}'" for number in numbers) or " []"
        (self.root / "Pulumi.dev.yaml").write_text(
            "config:\n"
            f"  plivo:authId: {AUTH_ID}\n  plivo:authToken: {AUTH_TOKEN}\n  plivo:baseUrl: {self.base_url}\n"
            f"  numbers:numbers:{listed}\n"
        )
        self.commit()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")

    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True)

    def step(self, name: str, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run a step as a job does."""
        inherited: Mapping[str, str] = {
            key: value for key, value in os.environ.items() if not key.startswith(("PLIVO_", "PULUMI_", "GITHUB_"))
        }
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        return subprocess.run(
            ["bash", str(STEPS / name), *arguments],
            cwd=self.root,
            env={**inherited, **self.environment, "PATH": path, "PLIVO_AUTH_TOKEN": AUTH_TOKEN, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    def kept(self, name: str) -> str:
        """Return what a file says that a preview has left."""
        return (self.root / OUT / name).read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path, sandbox: RunningSandbox) -> Checkout:
    """A repository with the stack dev, which has two numbers in its program, and the CLI's backend in a folder."""
    root, backend = tmp_path / "checkout", tmp_path / "backend"
    root.mkdir()
    backend.mkdir()
    (root / "Pulumi.yaml").write_text("name: numbers\nruntime: python\n")
    (root / "__main__.py").write_text(PROGRAM)
    (root / ".gitignore").write_text(f"{OUT}/\n.sandbox/\n__pycache__/\n")
    made = Checkout(root, sandbox.base_url)
    made.environment = {
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    made.git("init", "--quiet")
    made.declare(NUMBER, OTHER_NUMBER)
    return made


def test_an_up_without_a_plan_that_passed_is_refused(checkout: Checkout) -> None:
    (checkout.root / OUT).mkdir()
    (checkout.root / OUT / "plan.json").write_text("{}")
    done = checkout.step("up.sh", "dev", OUT)
    assert done.returncode == 1
    assert done.stderr == (
        f"refused: {OUT} holds no plan that a preview has let pass; preview this commit, and have it reviewed\n"
    )


def test_an_up_with_the_plan_of_another_commit_is_refused(checkout: Checkout) -> None:
    (checkout.root / OUT).mkdir()
    (checkout.root / OUT / "plan.json").write_text("{}")
    (checkout.root / OUT / "reviewed-tree").write_text("4b825dc642cb6eb9a060e54bf8d69288fbee4904\n")
    done = checkout.step("up.sh", "dev", OUT)
    assert done.returncode == 1
    assert done.stderr == (f"refused: the plan in {OUT} is of another commit; preview this one, and have it reviewed\n")


def test_a_fork_that_touches_nothing_of_a_stack_passes_without_secrets(checkout: Checkout) -> None:
    (checkout.root / "README.md").write_text("words")
    checkout.commit()
    summary = checkout.root / OUT
    done = checkout.step("fork.sh", "HEAD^", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 0
    assert done.stdout.startswith("**Nothing changes.** ")
    assert summary.read_text() == done.stdout


def test_a_fork_that_touches_a_stack_is_told_what_it_needs(checkout: Checkout) -> None:
    checkout.declare(NUMBER)
    done = checkout.step("fork.sh", "HEAD^")
    assert done.returncode == 1
    assert done.stdout.startswith("**Not previewed.** A pull request from a fork gets no secrets")
    assert "\n    Pulumi.dev.yaml\n" in done.stdout


def test_what_a_stack_is_made_of_can_be_said(checkout: Checkout) -> None:
    checkout.declare(NUMBER)
    assert checkout.step("fork.sh", "HEAD^", PLIVO_PATHS="__main__.py lib").returncode == 0


def test_the_local_command_takes_the_same_step() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^ci-preview: setup\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe is not None
    assert "PLIVO_SANDBOX=yes bash docs/ci/steps/preview.sh dev $(CI_FOLDER)" in recipe[1]


def test_a_preview_on_the_local_plivo_has_a_report_and_passes_the_gate(checkout: Checkout) -> None:
    done = checkout.step("preview.sh", "dev", OUT, PLIVO_SANDBOX="yes")
    assert done.returncode == 0, done.stderr
    assert checkout.kept("comment.md").startswith("<!-- plivo-numbers: dev -->\n### Plivo numbers of the stack `dev`\n")
    assert "Nothing is given back" in checkout.kept("comment.md")
    assert checkout.kept("report.md") in checkout.kept("comment.md")


def test_what_leaves_for_good_stops_the_gate_until_it_is_agreed_to(checkout: Checkout, account: Account) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    up = ["plivo-sandbox", "up", "--stack", "dev", "--engine", "embedded"]
    environment = {**os.environ, **checkout.environment, "PATH": path, "PLIVO_AUTH_TOKEN": AUTH_TOKEN}
    subprocess.run(up, cwd=checkout.root, env=environment, check=True, capture_output=True)
    checkout.declare(NUMBER)

    stopped = checkout.step("preview.sh", "dev", OUT, PLIVO_SANDBOX="yes")
    assert stopped.returncode == 3
    assert f"1 number would be given back to Plivo for good: {OTHER_NUMBER}" in stopped.stderr
    assert "    plivo-numbers: unrent: 1 number would be given back" in checkout.kept("comment.md")
    assert not (checkout.root / OUT / "reviewed-tree").exists()

    (checkout.root / "plivo-allowed.dev.txt").write_text(f"# agreed by the owner\n{OTHER_NUMBER}  # not used\n")
    checkout.commit()
    passed = checkout.step("preview.sh", "dev", OUT, PLIVO_SANDBOX="yes")
    assert passed.returncode == 0, passed.stderr
    assert "1 number will be given back to Plivo for good" in checkout.kept("comment.md")
    assert account.unrented == []


def test_the_gate_stops_what_it_is_told_to(checkout: Checkout) -> None:
    summary = checkout.root.parent / "summary"
    done = checkout.step(
        "preview.sh", "dev", OUT, PLIVO_SANDBOX="yes", PLIVO_FAIL_ON="nonsense", GITHUB_STEP_SUMMARY=str(summary)
    )
    assert done.returncode == 2
    assert "**There is no report:** the job's log says why." in summary.read_text()


@needs_cli
@pytest.mark.slow
def test_on_the_cli_what_was_reviewed_is_done_and_nothing_else_and_drift_is_found(
    checkout: Checkout, account: Account
) -> None:
    environment = {**os.environ, **checkout.environment}
    init = ["pulumi", "stack", "init", "dev", "--no-select"]
    subprocess.run(init, cwd=checkout.root, env=environment, check=True, capture_output=True)
    assert checkout.step("preview.sh", "dev", OUT).returncode == 0

    config = checkout.root / "Pulumi.dev.yaml"
    reviewed = config.read_text()
    config.write_text(reviewed.replace(OTHER_NUMBER, SMS_ONLY))
    refused = checkout.step("up.sh", "dev", OUT)
    assert refused.returncode == 1
    assert "where the plan no longer fits, preview this commit again" in refused.stderr
    assert account.numbers(OTHER_POOL) == {}

    config.write_text(reviewed)
    done = checkout.step("up.sh", "dev", OUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(account.numbers(OTHER_POOL)) == {NUMBER, OTHER_NUMBER}
    assert checkout.step("drift.sh", "dev").returncode == 0

    account.remove(OTHER_POOL, NUMBER)
    found = checkout.step("drift.sh", "dev")
    assert found.returncode == 1
    assert f"orphan: number {NUMBER}: " in found.stdout
