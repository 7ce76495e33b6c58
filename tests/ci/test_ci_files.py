"""The CI files, as linters and the published schemas see them, and as a fork would wish them otherwise."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CI = ROOT / "docs" / "ci"
STEPS = CI / "steps"
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
COPIED = sorted((CI / "github").glob("*.yml"))
WORKFLOWS = [*OWN, *COPIED]
GITLAB = CI / "gitlab-ci.yml"
TOOLS = Path(sys.executable).parent
ACTIONLINT = shutil.which("actionlint", path=str(TOOLS)) or shutil.which("actionlint")


def lint(*command: str | Path) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def workflow(path: Path) -> dict[str, Any]:
    """Return a workflow; its key `on` is YAML's word for true."""
    read: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else str(key): value for key, value in read.items()}


def jobs() -> list[Any]:
    """Return every job of every workflow."""
    return [
        pytest.param(job, id=f"{path.stem}-{name}")
        for path in WORKFLOWS
        for name, job in workflow(path)["jobs"].items()
    ]


def test_the_workflows_are_as_the_published_schema_says() -> None:
    lint(TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_gitlabs_file_is_as_the_published_schema_says() -> None:
    schema = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]
    lint(TOOLS / "check-jsonschema", *schema, GITLAB)


def test_zizmor_finds_no_way_into_the_workflows() -> None:
    lint(TOOLS / "zizmor", "--offline", "--no-progress", "--pedantic", *WORKFLOWS)


@pytest.mark.skipif(ACTIONLINT is None, reason="actionlint is not there: make test installs it where there is Go")
def test_actionlint_finds_nothing() -> None:
    lint(str(ACTIONLINT), *WORKFLOWS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+", each)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_workflow_runs_a_forks_code_with_secrets_or_gives_rights_to_all_jobs(path: Path) -> None:
    read = workflow(path)
    assert {"pull_request_target", "workflow_run", "issue_comment"}.isdisjoint(read["on"])
    assert read["permissions"] == {}


@pytest.mark.parametrize("job", jobs())
def test_a_job_reads_secrets_only_with_an_environment_and_never_for_a_fork(job: dict[str, Any]) -> None:
    if "secrets." in str(job):
        assert "environment" in job
        assert "== github.repository" in job.get("if", "== github.repository")
    assert "secrets." not in str({key: value for key, value in job.items() if key != "steps"})


@pytest.mark.parametrize("path", [*COPIED, GITLAB], ids=lambda path: path.stem)
def test_the_files_call_steps_that_exist_with_the_name_that_they_get(path: Path) -> None:
    called = set(re.findall(r"\bci/([\w.]+)", path.read_text(encoding="utf-8")))
    assert called
    assert called <= {each.name for each in STEPS.iterdir()}


def test_the_workflow_whose_plans_are_taken_is_the_one_that_makes_them() -> None:
    forge = (STEPS / "forge.py").read_text(encoding="utf-8")
    (made,) = [path for path in COPIED if "name: plivo-plan-${{ matrix.stack }}-" in path.read_text(encoding="utf-8")]
    assert f'GITHUB_WORKFLOW = ".github/workflows/{made.name}"' in forge
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    assert 'GITLAB_JOB = "plivo-preview"' in forge
    assert "plivo-preview" in gitlab


def test_the_release_publishes_by_trust_alone() -> None:
    publish = workflow(ROOT / ".github" / "workflows" / "release.yml")["jobs"]["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"]["name"] == "pypi"
    assert [step for step in publish["steps"] if "run" in step or "password" in str(step)] == []


@pytest.mark.parametrize("script", sorted(STEPS.glob("*.sh")), ids=lambda path: path.stem)
def test_a_step_is_a_script_that_bash_can_read_and_stops_at_the_first_failure(script: Path) -> None:
    lint("bash", "-n", script)
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")
