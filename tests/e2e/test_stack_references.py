"""An application's stack reads the pool's uuid of the stack that owns the numbers: `examples/app_stack`."""

import json
import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from plivo_sandbox.engine import operations
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, POOL, Account
from tests.e2e.conftest import CLI, EMBEDDED
from tests.e2e.stacks import CRYPTER, PASSPHRASE

EXAMPLE = Path(__file__).parents[2] / "examples" / "app_stack"
NUMBERS = f"""
import pulumi
from pulumi_plivo import PoolNumber
number = PoolNumber("a", number_pool_uuid="{POOL}", number="{NUMBER}")
pulumi.export("otp", {{"number_pool_uuid": number.number_pool_uuid, "numbers": [number.number]}})
pulumi.export("hidden", pulumi.Output.secret("not to be seen"))
"""


@dataclass
class Backend(ABC):
    """Several projects with a stack `dev` each, in one backend."""

    directory: Path
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What the engine and the programs see."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PLIVO_", "PULUMI_"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**kept, "PATH": path, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}

    def write(self, project: Path, program: str | None, config: dict[str, Any]) -> Path:
        """Write a project's files; None is a program that is there."""
        project.mkdir(exist_ok=True)
        if program is not None:
            (project / "Pulumi.yaml").write_text(f"name: {project.name}\nruntime: python\n")
            (project / "__main__.py").write_text(program)
        stack = {"encryptionsalt": CRYPTER.salt, "config": config}
        (project / "Pulumi.dev.yaml").write_text(yaml.safe_dump(stack))
        return project

    @abstractmethod
    def run(self, command: str, project: Path) -> tuple[bool, str]:
        """Run a command on the stack `dev` of a project; return whether it worked, and what was shown."""


class Embedded(Backend):
    """On the embedded engine, whose states are `PROJECT/STACK.json`."""

    def run(self, command: str, project: Path) -> tuple[bool, str]:
        screen = self.directory / "screen.txt"
        name = yaml.safe_load((project / "Pulumi.yaml").read_text())["name"]
        with screen.open("w") as output:
            state = self.directory / "states" / name / "dev.json"
            operation = getattr(operations, command)
            result = operation(project, "dev", state=state, environment=self.environment, output=output)
        self.outputs = dict(result.outputs)
        return result.succeeded, screen.read_text() + "\n".join(result.errors)


class OnCli(Backend):
    """On the `pulumi` CLI, with a backend of files."""

    @property
    def environment(self) -> dict[str, str]:
        (self.directory / "backend").mkdir(exist_ok=True)
        return super().environment | {
            "PULUMI_BACKEND_URL": f"file://{self.directory / 'backend'}",
            "PULUMI_HOME": str(self.directory / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, command: str, project: Path) -> tuple[bool, str]:
        self._pulumi(project, "stack", "select", "--create", "dev")
        flags = [] if command == "preview" else ["--yes", "--skip-preview"]
        done = self._pulumi(project, command, "--stack", "dev", *flags)
        shown = self._pulumi(project, "stack", "output", "--json", "--stack", "dev").stdout
        self.outputs = json.loads(shown or "{}")
        return done.returncode == 0, done.stdout + done.stderr

    def _pulumi(self, project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=project,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )


@pytest.fixture(params=[EMBEDDED, CLI])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """A backend without stacks, on each engine."""
    if request.param == EMBEDDED:
        request.getfixturevalue("warm_engine")
        return Embedded(tmp_path)
    return OnCli(tmp_path)


@pytest.fixture
def numbers(backend: Backend, sandbox: RunningSandbox, account: Account) -> Path:  # noqa: ARG001
    """The stack that owns the numbers, brought up."""
    config = {
        "plivo:authId": AUTH_ID,
        "plivo:authToken": {"secure": CRYPTER.encrypt(AUTH_TOKEN)},
        "plivo:baseUrl": sandbox.base_url,
    }
    project = backend.write(backend.directory / "plivo-numbers", NUMBERS, config)
    succeeded, shown = backend.run("up", project)
    assert succeeded, shown
    return project


def app(backend: Backend, **config: str) -> Path:
    """The example, in the same backend."""
    project = Path(shutil.copytree(EXAMPLE, backend.directory / "app", dirs_exist_ok=True))
    named = {"numbersStack": "organization/plivo-numbers/dev"} | config
    return backend.write(project, None, {f"otp-app:{key}": value for key, value in named.items()})


@pytest.mark.usefixtures("numbers")
def test_the_app_stack_gets_the_pools_uuid_at_preview_already_and_after_an_up(backend: Backend) -> None:
    project = app(backend)
    succeeded, shown = backend.run("preview", project)
    assert succeeded, shown
    assert POOL in shown
    succeeded, shown = backend.run("up", project)
    assert succeeded, shown
    assert backend.outputs == {"environment": {"PLIVO_NUMBER_POOL_UUID": POOL}}


@pytest.mark.usefixtures("numbers")
def test_the_app_stack_is_refreshed_and_destroyed_and_the_numbers_stay(backend: Backend, account: Account) -> None:
    project = app(backend)
    for command in ("up", "refresh", "destroy"):
        succeeded, shown = backend.run(command, project)
        assert succeeded, shown
    assert account.numbers() == {NUMBER: "sms"}


def test_a_pool_that_the_numbers_stack_makes_later_is_there_at_the_next_up(backend: Backend, numbers: Path) -> None:
    project = app(backend, pool="alerts")
    succeeded, shown = backend.run("up", project)
    assert not succeeded
    assert "organization/plivo-numbers/dev exports no pool alerts" in shown
    with (numbers / "__main__.py").open("a") as program:
        program.write(f'pulumi.export("alerts", {{"number_pool_uuid": "{POOL}"}})\n')
    assert backend.run("up", numbers)[0]
    succeeded, shown = backend.run("up", project)
    assert succeeded, shown


@pytest.mark.usefixtures("numbers")
def test_what_is_secret_in_the_other_stack_is_secret_in_this_one(backend: Backend) -> None:
    program = 'import pulumi\nother = pulumi.StackReference("organization/plivo-numbers/dev")\n'
    program += 'pulumi.export("got", other.require_output("hidden"))\n'
    project = backend.write(backend.directory / "reader", program, {})
    succeeded, shown = backend.run("up", project)
    assert succeeded, shown
    assert "not to be seen" not in shown
    states = [path for path in backend.directory.rglob("*.json") if path.is_file()]
    assert states
    assert not any("not to be seen" in path.read_text() for path in states)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("organization/plivo-numbers/nope", 'unknown stack "organization/plivo-numbers/nope"'),
        ("somebody/plivo-numbers/dev", "organization"),
        ("organization/../dev", ""),
    ],
)
@pytest.mark.usefixtures("numbers")
def test_a_stack_that_is_not_there_is_named(backend: Backend, name: str, why: str) -> None:
    succeeded, shown = backend.run("up", app(backend, numbersStack=name))
    assert not succeeded
    assert why in shown
