"""A stack of toy resources on either engine."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml
from plivo_sandbox.engine import operations
from plivo_sandbox.engine.passphrase import Crypter
from plivo_sandbox.engine.result import Result

PASSPHRASE = "correct horse"
TOKEN = "a-token-that-must-not-be-seen"
#: Deriving a key takes a third of a second: all tests share one.
CRYPTER = Crypter.with_new_salt(PASSPHRASE)
PROLOGUE = """
import pulumi
from pulumi import Alias, Output, ResourceOptions
from toy import Box, PlainToy, Toy
"""
RUN = """
import pathlib, sys
from plivo_sandbox.engine import operations
run = getattr(operations, sys.argv[1])
result = run(pathlib.Path(sys.argv[2]), "dev", state=pathlib.Path(sys.argv[3]), output=sys.stdout)
sys.exit(0 if result.succeeded else 1)
"""
CONFIG = {"toy:where": "here", "toy:token": {"secure": CRYPTER.encrypt(TOKEN)}}


def operations_of(result: Result) -> dict[str, list[str]]:
    """What was done to each resource, by name and in order; without the stack itself."""
    found: dict[str, list[str]] = {}
    for step in result.steps:
        if not step.type.startswith("pulumi:"):
            found.setdefault(step.name, []).append(step.operation)
    return found


@dataclass
class ToyStack:
    """A project with one stack, and the world of its provider."""

    directory: Path
    config: dict[str, Any] = field(default_factory=lambda: dict(CONFIG))

    def __post_init__(self) -> None:
        (self.world / "live").mkdir(parents=True)
        self.write("Pulumi.yaml", "name: toys\nruntime: python\nmain: program\n")
        (self.directory / "program").mkdir()
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parent / "programs"),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "TOY_WORLD": str(self.world),
        }
        self.screen = ""

    @property
    def world(self) -> Path:
        return self.directory / "world"

    @property
    def state(self) -> Path:
        return self.directory / "state" / "dev.json"

    def write(self, name: str, text: str) -> None:
        (self.directory / name).write_text(text)

    def declare(self, program: str) -> None:
        """Write the program and the stack's config."""
        self.write("program/__main__.py", PROLOGUE + dedent(program))
        self.write("Pulumi.dev.yaml", yaml.safe_dump({"encryptionsalt": CRYPTER.salt, "config": self.config}))

    def run(self, operation: str, program: str | None = None, **options: Any) -> Result:
        """Run a command on the embedded engine."""
        if program is not None:
            self.declare(program)
        output = io.StringIO()
        result: Result = getattr(operations, operation)(
            self.directory, "dev", state=self.state, environment=self.environment, output=output, **options
        )
        self.screen = output.getvalue()
        return result

    def up(self, program: str | None = None, **options: Any) -> Result:
        return self.run("up", program, **options)

    def command(self, operation: str) -> list[str]:
        """Name the command that does this in a process of its own."""
        return [sys.executable, "-c", RUN, operation, str(self.directory), str(self.state)]

    def start(self, operation: str) -> "subprocess.Popen[str]":
        """Start a command in a process of its own."""
        return subprocess.Popen(
            self.command(operation),
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )

    def prepare(self) -> None:
        """Do what a command needs that is started by itself."""

    def pause(self, call: str) -> None:
        """Let a call to the provider, such as `create-a`, wait until the test goes on."""
        self.make(f"wait-{call}")
        os.mkfifo(self.world / f"reached-{call}")
        os.mkfifo(self.world / f"go-{call}")

    def wait_for(self, call: str) -> None:
        """Wait until the provider has reached the call."""
        (self.world / f"reached-{call}").read_text()

    def go_on(self, call: str) -> None:
        """Let the call go on, and those after it not wait."""
        self.unmake(f"wait-{call}")
        (self.world / f"go-{call}").write_text("")

    def make(self, mark: str) -> None:
        """Put a file into the world that changes how the provider behaves."""
        (self.world / mark).touch()

    def unmake(self, mark: str) -> None:
        (self.world / mark).unlink()

    @property
    def live(self) -> set[str]:
        """What exists."""
        return {path.name for path in (self.world / "live").iterdir()}

    def calls(self, *kinds: str) -> list[str]:
        """Return the calls to the provider since the last time, such as `create a`; all kinds if none is named."""
        return [f"{call} {who}" for call, who, _ in self.full_calls() if not kinds or call in kinds]

    def full_calls(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        log = self.world / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [tuple(json.loads(line)) for line in lines]

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The state's resources by name; of two with one name, the one that is not to be deleted."""
        entries = sorted(self.deployment()["resources"], key=lambda entry: not entry.get("delete", False))
        return {entry["urn"].rpartition("::")[2]: entry for entry in entries}

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, as the state has them."""
        outputs: dict[str, Any] = self.resources["toys-dev"].get("outputs", {})
        return outputs

    def deployment(self) -> dict[str, Any]:
        deployment: dict[str, Any] = json.loads(self.state.read_text())["deployment"]
        return deployment


class CliToyStack(ToyStack):
    """The same on the pulumi CLI."""

    def __post_init__(self) -> None:
        super().__post_init__()
        (self.directory / "backend").mkdir()
        self.environment |= {
            "PULUMI_BACKEND_URL": f"file://{self.directory / 'backend'}",
            "PULUMI_HOME": str(self.directory / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # The plugin that these stacks need comes with the CLI; looking for it elsewhere takes seconds.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # Of two programs of one length and one second, Python would run the one that it has compiled first.
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, operation: str, program: str | None = None, **options: Any) -> Result:
        if program is not None:
            self.declare(program)
        self.prepare()
        arguments = self.arguments(operation)
        for option in ("replace", "target"):
            arguments += [argument for urn in options.get(option, ()) for argument in (f"--{option}", urn)]
        arguments += ["--target-dependents"] if options.get("target_dependents") else []
        done = self.pulumi(*arguments)
        self.screen = done.stdout + done.stderr
        return Result(operation, succeeded=done.returncode == 0)

    def command(self, operation: str) -> list[str]:
        return ["pulumi", *self.arguments(operation), "--non-interactive"]

    def prepare(self) -> None:
        if not (self.directory / "backend" / ".pulumi" / "stacks").exists():
            self.pulumi("stack", "init", "dev", check=True)

    def arguments(self, operation: str) -> list[str]:
        return [operation, "--stack", "dev", *([] if operation == "preview" else ["--yes", "--skip-preview"])]

    def deployment(self) -> dict[str, Any]:
        exported = self.pulumi("stack", "export", "--stack", "dev", check=True).stdout
        deployment: dict[str, Any] = json.loads(exported)["deployment"]
        return deployment

    def pulumi(self, *arguments: str, check: bool = False) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.directory,
            env=self.environment,
            check=check,
            capture_output=True,
            text=True,
        )
