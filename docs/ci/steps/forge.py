"""The two forges, as far as the steps need them: a change's comments, and the plan that its preview has kept."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import requests

SECONDS = 60
PAGE = 100
#: What keeps a plan: the workflow's file on GitHub, the job's name on GitLab.
GITHUB_WORKFLOW = ".github/workflows/plivo-preview.yml"
GITLAB_JOB = "plivo-preview"


class ForgeError(Exception):
    """What the forge refused, or lacks; its text is one line for the job's log."""


@dataclass(frozen=True)
class Comment:
    """A comment of this job's own account."""

    id: int
    body: str


class Forge(Protocol):
    """What GitHub and GitLab can both do."""

    #: The longest comment that is taken.
    longest: int

    def own_comments(self) -> Iterator[Comment]:
        """Yield the comments that the job's own account has made: what others have written is never changed."""

    def add(self, body: str) -> None:
        """Add a comment."""

    def change(self, comment: Comment, body: str) -> None:
        """Give a comment another text."""

    def plans(self, stack: str, tree: str) -> Iterator[bytes]:
        """Yield, as ZIP archives, what previews of these files have kept, the newest first.

        Only of previews that ended well and ran in this project: a fork could keep what it likes.
        """


class _Api:
    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers.update(headers)

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        try:
            answer = self._session.request(method, f"{self._url}{path}", timeout=SECONDS, **how)
        except requests.RequestException as error:
            raise ForgeError(f"{method} {path}: no answer: {type(error).__name__}") from error
        if not answer.ok:
            raise ForgeError(f"{method} {path}: {answer.status_code} {answer.text[:200]!r}")
        return answer

    def pages(self, path: str, key: str | None = None, **arguments: Any) -> Iterator[Any]:
        page = 1
        while True:
            answer = self.call("GET", path, params={**arguments, "per_page": PAGE, "page": page}).json()
            entries = answer if key is None else answer[key]
            yield from entries
            if len(entries) < PAGE:
                return
            page += 1


class GitHub:
    """GitHub's REST API, with the token of the workflow's run."""

    longest = 65_000

    def __init__(self) -> None:
        headers = {"Authorization": f"Bearer {_setting('GITHUB_TOKEN')}", "Accept": "application/vnd.github+json"}
        self._api = _Api(os.environ.get("GITHUB_API_URL", "https://api.github.com"), headers)
        self._repository = f"/repos/{_setting('GITHUB_REPOSITORY')}"

    def own_comments(self) -> Iterator[Comment]:
        for each in self._api.pages(f"{self._repository}/issues/{_setting('PULL_REQUEST')}/comments"):
            if each["user"]["login"] == "github-actions[bot]":
                yield Comment(each["id"], each["body"])

    def add(self, body: str) -> None:
        self._api.call("POST", f"{self._repository}/issues/{_setting('PULL_REQUEST')}/comments", json={"body": body})

    def change(self, comment: Comment, body: str) -> None:
        self._api.call("PATCH", f"{self._repository}/issues/comments/{comment.id}", json={"body": body})

    def plans(self, stack: str, tree: str) -> Iterator[bytes]:
        found = self._api.pages(f"{self._repository}/actions/artifacts", "artifacts", name=f"plivo-plan-{stack}-{tree}")
        for each in sorted(found, key=lambda artifact: str(artifact["created_at"]), reverse=True):
            run = each["workflow_run"]
            if each["expired"] or run["head_repository_id"] != run["repository_id"]:
                continue
            preview = self._api.call("GET", f"{self._repository}/actions/runs/{run['id']}").json()
            if preview["path"].partition("@")[0] == GITHUB_WORKFLOW and preview["conclusion"] == "success":
                yield self._api.call("GET", f"{self._repository}/actions/artifacts/{each['id']}/zip").content


class GitLab:
    """GitLab's REST API, with a project's access token (scope `api`), as a job's own token may not comment."""

    longest = 900_000

    def __init__(self) -> None:
        # On the way to another host, where files are kept, `requests` drops this header, and no other.
        headers = {"Authorization": f"Bearer {_setting('PLIVO_CI_TOKEN')}"}
        self._api = _Api(_setting("CI_API_V4_URL"), headers)
        self._id = int(_setting("CI_PROJECT_ID"))
        self._project = f"/projects/{self._id}"

    @property
    def _notes(self) -> str:
        return f"{self._project}/merge_requests/{_setting('CI_MERGE_REQUEST_IID')}/notes"

    def own_comments(self) -> Iterator[Comment]:
        own = self._api.call("GET", "/user").json()["id"]
        for each in self._api.pages(self._notes):
            if each["author"]["id"] == own:
                yield Comment(each["id"], each["body"])

    def add(self, body: str) -> None:
        self._api.call("POST", self._notes, json={"body": body})

    def change(self, comment: Comment, body: str) -> None:
        self._api.call("PUT", f"{self._notes}/{comment.id}", json={"body": body})

    def plans(self, stack: str, tree: str) -> Iterator[bytes]:  # noqa: ARG002 - the archive itself tells its tree
        for pipeline in self._previews():
            for job in self._api.pages(f"{self._project}/pipelines/{pipeline}/jobs"):
                if job["name"] == f"{GITLAB_JOB}: [{stack}]" and job.get("artifacts_file"):
                    yield self._api.call("GET", f"{self._project}/jobs/{job['id']}/artifacts").content

    def _previews(self) -> Iterator[int]:
        commit = _setting("CI_COMMIT_SHA")
        begun_by_hand = self._api.pages(f"{self._project}/pipelines", sha=commit, source="web", status="success")
        yield from (each["id"] for each in begun_by_hand)
        for request in self._api.pages(f"{self._project}/repository/commits/{commit}/merge_requests"):
            if request["source_project_id"] != self._id:
                continue
            for each in self._api.pages(f"{self._project}/merge_requests/{request['iid']}/pipelines"):
                if each["status"] == "success" and each["project_id"] == self._id:
                    yield each["id"]


def this_forge() -> Forge:
    """Return the forge that runs this job."""
    return GitLab() if os.environ.get("GITLAB_CI") else GitHub()


def _setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ForgeError(f"{name} is not set")
    return value
