"""The report under a request, and the plan that was reviewed, against servers that answer as GitHub and GitLab do."""

import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

STEPS = Path(__file__).parents[2] / "docs" / "ci" / "steps"
MARK = "<!-- plivo-numbers: prod -->"
REPORT = f"{MARK}\n### Plivo numbers of the stack `prod`\n\n**Nothing is given back**\n"
TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class ForgeServer(ThreadingHTTPServer):
    """A forge: it answers what `answers` has for a method and path, and keeps all that was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[tuple[str, str], Any] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.tokens: set[tuple[str, str | None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: ForgeServer

    def answer(self) -> None:
        split = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        page = parse_qs(split.query).get("page", ["1"])[0]
        self.server.asked.append((self.command, split.path, body))
        self.server.tokens.add((self.headers["Host"].partition(":")[0], self.headers.get("Authorization")))
        found = self.server.answers.get((self.command, split.path))
        if isinstance(found, str):
            self.send_response(302)
            self.send_header("Location", found)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if isinstance(found, list):
            # Pages hold a hundred.
            first = 100 * (int(page) - 1)
            found = found[first : first + 100]
        content = found if isinstance(found, bytes) else json.dumps({} if found is None else found).encode()
        self.send_response(404 if found is None and self.command == "GET" else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ForgeServer]:
    with ForgeServer() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


class GitHub:
    """A run on GitHub, for pull request 7."""

    notes = "/repos/we/numbers/issues/7/comments"

    def __init__(self, server: ForgeServer) -> None:
        self.server = server
        self.environment = {
            "GITHUB_API_URL": server.url,
            "GITHUB_REPOSITORY": "we/numbers",
            "GITHUB_TOKEN": "token",
            "PULL_REQUEST": "7",
        }

    def has_comments(self, *comments: tuple[bool, str]) -> None:
        """Let there be these comments, each with whether the job's own account made it; ids count from 0."""
        self.server.answers[("GET", self.notes)] = [
            {"id": place, "body": body, "user": {"login": "github-actions[bot]" if own else "somebody"}}
            for place, (own, body) in enumerate(comments)
        ]

    def changed(self, place: int) -> tuple[str, str]:
        return "PATCH", f"/repos/we/numbers/issues/comments/{place}"


class GitLab:
    """A job on GitLab, for merge request 7."""

    notes = "/projects/3/merge_requests/7/notes"

    def __init__(self, server: ForgeServer) -> None:
        self.server = server
        self.environment = {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": server.url,
            "CI_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_COMMIT_SHA": "c0ffee",
            "PLIVO_CI_TOKEN": "token",
        }

    def has_comments(self, *comments: tuple[bool, str]) -> None:
        self.server.answers[("GET", "/user")] = {"id": 1}
        self.server.answers[("GET", self.notes)] = [
            {"id": place, "body": body, "author": {"id": 1 if own else 2}} for place, (own, body) in enumerate(comments)
        ]

    def changed(self, place: int) -> tuple[str, str]:
        return "PUT", f"{self.notes}/{place}"


@pytest.fixture(params=[GitHub, GitLab], ids=["github", "gitlab"])
def forge(request: pytest.FixtureRequest, server: ForgeServer) -> Any:
    return request.param(server)


def step(name: str, forge: GitHub | GitLab, at: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(STEPS / name), *arguments]
    environment = {"PATH": "/usr/bin:/bin", **forge.environment}
    return subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, check=False)


def commented(forge: GitHub | GitLab, at: Path, text: str = REPORT) -> list[tuple[str, str, Any]]:
    """Put a report under the request, and return what was written."""
    (at / "comment.md").write_text(text)
    done = step("comment.py", forge, at, "comment.md")
    assert done.returncode == 0, done.stderr
    return [asked for asked in forge.server.asked if asked[0] != "GET"]


def test_the_first_report_is_a_new_comment(forge: GitHub | GitLab, tmp_path: Path) -> None:
    forge.has_comments((False, "looks good"))
    assert commented(forge, tmp_path) == [("POST", forge.notes, {"body": REPORT})]


def test_the_next_report_takes_the_place_of_the_first_on_any_page(forge: GitHub | GitLab, tmp_path: Path) -> None:
    forge.has_comments(*[(False, "talk")] * 130, (True, f"{MARK}\nold"), (True, "<!-- plivo-numbers: staging -->\nold"))
    assert commented(forge, tmp_path) == [(*forge.changed(130), {"body": REPORT})]


def test_a_comment_of_another_with_the_mark_is_not_taken_for_the_report(forge: GitHub | GitLab, tmp_path: Path) -> None:
    forge.has_comments((False, f"{MARK}\n**Nothing is given back**"))
    assert commented(forge, tmp_path) == [("POST", forge.notes, {"body": REPORT})]


def test_a_report_that_is_too_long_is_cut_between_lines_and_what_was_folded_is_closed(
    server: ForgeServer, tmp_path: Path
) -> None:
    forge = GitHub(server)
    forge.has_comments()
    lines = "".join(f"- 1415555{number:04}\n" for number in range(10_000))
    ((_, _, body),) = commented(forge, tmp_path, f"{REPORT}<details>\n\n{lines}\n</details>\n")
    text = body["body"]
    assert len(text) < 65_536
    assert text.startswith(REPORT)
    assert text.count("<details>") == text.count("</details>") == 1
    assert text.endswith("too long for a comment: the job has it whole.**\n")
    assert all(len(line) == 13 for line in text.splitlines() if line.startswith("- "))


def test_what_the_forge_refuses_is_one_line_without_the_token(forge: GitHub | GitLab, tmp_path: Path) -> None:
    (tmp_path / "comment.md").write_text(REPORT)
    done = step("comment.py", forge, tmp_path, "comment.md")
    assert done.returncode == 1
    assert done.stderr.startswith("the report could not be put under the request: GET /")
    assert done.stderr.count("\n") == 1
    assert "token" not in done.stderr


def kept(tree: str = TREE, folder: str = "", plan: bytes = b"{}") -> bytes:
    """Return what a preview has kept, as the forge packs it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{folder}plan.json", plan)
        archive.writestr(f"{folder}reviewed-tree", f"{tree}\n")
        archive.writestr("../../elsewhere", "out of the folder")
    return packed.getvalue()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A commit of no file at all, whose tree is the same everywhere."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    for command in (["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "--message", "empty"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


def github_has(server: ForgeServer, archive: bytes, *, artifact: dict[str, Any], run: dict[str, Any]) -> GitHub:
    """Let GitHub have one artifact of run 5."""
    forge, base = GitHub(server), "/repos/we/numbers/actions"
    made = {
        "id": 9,
        "created_at": "2026-11-01T10:00:00Z",
        "expired": False,
        "workflow_run": {"id": 5, "repository_id": 3, "head_repository_id": 3},
    }
    server.answers[("GET", f"{base}/artifacts")] = {"artifacts": [{**made, **artifact}]}
    preview = {"path": ".github/workflows/plivo-preview.yml", "conclusion": "success"}
    server.answers[("GET", f"{base}/runs/5")] = {**preview, **run}
    server.answers[("GET", f"{base}/artifacts/9/zip")] = f"http://localhost:{server.server_port}/stored"
    server.answers[("GET", "/stored")] = archive
    return forge


def gitlab_has(server: ForgeServer, archive: bytes, *, request: dict[str, Any], pipeline: dict[str, Any]) -> GitLab:
    """Let GitLab have one pipeline of merge request 7."""
    project = "/projects/3"
    server.answers[("GET", f"{project}/pipelines")] = []
    asked = {"iid": 7, "source_project_id": 3}
    server.answers[("GET", f"{project}/repository/commits/c0ffee/merge_requests")] = [{**asked, **request}]
    ran = {"id": 5, "status": "success", "project_id": 3}
    server.answers[("GET", f"{project}/merge_requests/7/pipelines")] = [{**ran, **pipeline}]
    job = {"id": 9, "name": "plivo-preview: [prod]", "artifacts_file": {"filename": "artifacts.zip"}}
    others = [{**job, "id": 8, "name": "plivo-preview: [staging]"}, {**job, "artifacts_file": None}]
    server.answers[("GET", f"{project}/pipelines/5/jobs")] = [*others, job]
    server.answers[("GET", f"{project}/jobs/9/artifacts")] = archive
    return GitLab(server)


@pytest.mark.parametrize("is_github", [True, False], ids=["github", "gitlab"])
def test_the_plan_of_these_very_files_is_fetched_and_nothing_else_is_written(
    server: ForgeServer, checkout: Path, is_github: bool
) -> None:
    forge: GitHub | GitLab
    if is_github:
        forge = github_has(server, kept(plan=b"the plan"), artifact={}, run={})
    else:
        forge = gitlab_has(server, kept(plan=b"the plan", folder="plivo-preview/"), request={}, pipeline={})
    done = step("reviewed_plan.py", forge, checkout, "prod", "plan")
    assert done.returncode == 0, done.stderr
    assert (checkout / "plan" / "plan.json").read_bytes() == b"the plan"
    assert {each.name for each in (checkout / "plan").iterdir()} == {"plan.json", "reviewed-tree"}
    assert not (checkout.parent / "elsewhere").exists()
    # Where artifacts are stored is another host.
    assert server.tokens - {("127.0.0.1", "Bearer token")} <= {("localhost", None)}


@pytest.mark.parametrize(
    ("artifact", "run"),
    [
        pytest.param({"workflow_run": {"id": 5, "repository_id": 3, "head_repository_id": 4}}, {}, id="of a fork"),
        pytest.param({"expired": True}, {}, id="gone"),
        pytest.param({}, {"conclusion": "failure"}, id="stopped by the gate"),
        pytest.param({}, {"conclusion": None}, id="still running"),
        pytest.param({}, {"path": ".github/workflows/other.yml"}, id="of another workflow"),
    ],
)
def test_a_plan_that_nobody_could_have_reviewed_is_refused_on_github(
    server: ForgeServer, checkout: Path, artifact: dict[str, Any], run: dict[str, Any]
) -> None:
    refused(github_has(server, kept(), artifact=artifact, run=run), checkout)


@pytest.mark.parametrize(
    ("request_", "pipeline"),
    [
        pytest.param({"source_project_id": 4}, {}, id="of a fork"),
        pytest.param({}, {"project_id": 4}, id="run by a fork"),
        pytest.param({}, {"status": "failed"}, id="stopped by the gate"),
    ],
)
def test_a_plan_that_nobody_could_have_reviewed_is_refused_on_gitlab(
    server: ForgeServer, checkout: Path, request_: dict[str, Any], pipeline: dict[str, Any]
) -> None:
    refused(gitlab_has(server, kept(), request=request_, pipeline=pipeline), checkout)


def test_a_plan_of_other_files_is_refused(server: ForgeServer, checkout: Path) -> None:
    refused(github_has(server, kept(tree="0" * 40), artifact={}, run={}), checkout)
    refused(gitlab_has(server, kept(tree="0" * 40), request={}, pipeline={}), checkout)


def refused(forge: GitHub | GitLab, checkout: Path) -> None:
    done = step("reviewed_plan.py", forge, checkout, "prod", "plan")
    assert done.returncode == 1
    assert done.stderr.startswith(f"refused: no preview of stack prod that passed was of these files (tree {TREE}): ")
    assert not (checkout / "plan").exists()
