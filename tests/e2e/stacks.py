"""A stack of a few lines, run on either engine, with what came of it in one form."""

import fcntl
import json
import os
import subprocess
import sys
import termios
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml
from plivo_sandbox.engine import operations
from plivo_sandbox.engine.passphrase import Crypter

from tests import conftest
from tests.conftest import AUTH_ID, AUTH_TOKEN

PROJECT = "numbers"
STACK = "test"
PASSPHRASE = "a passphrase"
#: One for all tests: deriving a key takes a third of a second, and the key of a salt is remembered.
CRYPTER = Crypter.with_new_salt(PASSPHRASE)
#: The type of the resource that every program has without naming it.
LEDGER = "pulumi-python:dynamic/plivo:Ledger"
#: The tests' constants are written out: to import them would take each program as long as all else that it imports.
PROLOGUE = """
import pulumi
from pulumi import Alias, ResourceOptions
from pulumi_plivo import MessagingPool, PoolNumber, PoolNumbers, PoolShortcode, PoolTollFree, Powerpack
""" + "".join(
    f"{name} = {value!r}\n"
    for name, value in vars(conftest).items()
    if name.isupper() and name != "AUTH_TOKEN" and isinstance(value, str)
)


@dataclass
class Outcome:
    """What a command did: each declared resource's operation by name, and everything that was shown."""

    succeeded: bool
    operations: dict[str, str]
    errors: list[str]
    shown: str
    summary: Counter[str] = field(default_factory=Counter)


def is_declared(type_: str) -> bool:
    """Whether a program names resources of this type itself."""
    return not type_.startswith("pulumi:") and type_ != LEDGER


class Stack(ABC):
    """A stack in a folder of its own."""

    def __init__(self, directory: Path, base_url: str) -> None:
        self.directory = directory
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("PLIVO_", "PULUMI_"))},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        }
        self.config: dict[str, Any] = {
            "plivo:authId": AUTH_ID,
            "plivo:authToken": {"secure": CRYPTER.encrypt(AUTH_TOKEN)},
            "plivo:baseUrl": base_url,
            "plivo:maxRetries": "1",
        }
        directory.mkdir()
        (directory / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")

    def up(
        self,
        program: str | None = None,
        *,
        replace: tuple[str, ...] = (),
        target: tuple[str, ...] = (),
        parallel: int | None = None,
    ) -> Outcome:
        """Bring the stack to the program; None is the program of the last time."""
        return self._prepared("up", program, replace=replace, target=target, parallel=parallel)

    def preview(self, program: str | None = None, *, diff: bool = False) -> Outcome:
        """Show what `up` would do, with `diff` in full."""
        return self._prepared("preview", program, with_diff=diff)

    def start_up(self, program: str, terminal: int | None = None) -> "subprocess.Popen[bytes]":
        """Start `up` without waiting for it, on a terminal if one is given."""
        self._write(program)
        shown = subprocess.DEVNULL if terminal is None else terminal
        return subprocess.Popen(
            self._up_command(),
            cwd=self.directory,
            env=self.environment,
            stdin=shown,
            stdout=shown,
            stderr=shown,
            start_new_session=terminal is not None,
            preexec_fn=None if terminal is None else lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    @abstractmethod
    def unlock(self) -> None:
        """Free the stack of a run that was killed."""

    def refresh(self, **options: bool) -> Outcome:
        """Take over what is live; on the CLI with `run_program` also run the program for its config."""
        return self._prepared("refresh", None, **options)

    def destroy(self, **options: bool) -> Outcome:
        """Delete what the stack owns; `run_program` as in `refresh`."""
        return self._prepared("destroy", None, **options)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The declared resources of the state by name, without what waits to be deleted."""
        return {
            resource["urn"].rpartition("::")[2]: resource
            for resource in self.deployment().get("resources", [])
            if is_declared(resource["type"]) and not resource.get("delete")
        }

    def urn(self, name: str) -> str:
        """The URN of a resource."""
        urn: str = self.resources[name]["urn"]
        return urn

    @property
    def ledger(self) -> str:
        """The URN of the ledger."""
        return f"urn:pulumi:{STACK}::{PROJECT}::{LEDGER}::plivo"

    @property
    def stored(self) -> str:
        """Every byte that the engine keeps of the stack."""
        return "".join(path.read_text(errors="replace") for path in self.directory.rglob("*.json*") if path.is_file())

    @abstractmethod
    def deployment(self) -> dict[str, Any]:
        """The state, as Pulumi's deployment."""

    @abstractmethod
    def drop_from_state(self, name: str) -> None:
        """Take a resource out of the state, as `pulumi state delete` does."""

    @abstractmethod
    def _up_command(self) -> list[str]: ...

    @abstractmethod
    def _run(self, command: str, options: Mapping[str, Any]) -> Outcome: ...

    def _prepared(self, command: str, program: str | None, **options: Any) -> Outcome:
        self._write(program)
        return self._run(command, options)

    def _write(self, program: str | None) -> None:
        if program is not None:
            (self.directory / "__main__.py").write_text(PROLOGUE + dedent(program))
        settings = {"encryptionsalt": CRYPTER.salt, "config": self.config}
        (self.directory / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(settings))


class EmbeddedStack(Stack):
    """A stack on the embedded engine."""

    def deployment(self) -> dict[str, Any]:
        """The state file's deployment."""
        content = json.loads(self._state.read_text())
        deployment: dict[str, Any] = content.get("deployment", content)
        return deployment

    def drop_from_state(self, name: str) -> None:
        """Take a resource out of the state file."""
        content, urn = json.loads(self._state.read_text()), self.urn(name)
        deployment = content.get("deployment", content)
        deployment["resources"] = [each for each in deployment["resources"] if each["urn"] != urn]
        self._state.write_text(json.dumps(content))

    @property
    def _state(self) -> Path:
        return self.directory / "state" / "stack.json"

    def unlock(self) -> None:
        """Do nothing: the lock ended with the process."""

    def _up_command(self) -> list[str]:
        script = (
            "import pathlib, sys; from plivo_sandbox.engine import operations;"
            " operations.up(pathlib.Path(sys.argv[1]), sys.argv[2], state=pathlib.Path(sys.argv[3]))"
        )
        return [sys.executable, "-c", script, str(self.directory), STACK, str(self._state)]

    def _run(self, command: str, options: Mapping[str, Any]) -> Outcome:
        screen = self.directory / "screen.txt"
        with screen.open("w") as output:
            run = getattr(operations, command)
            # As the CLI is asked to, below.
            skipping = {"skip_preview": True} if command in ("up", "destroy") else {}
            result = run(
                self.directory,
                STACK,
                state=self._state,
                environment=self.environment,
                output=output,
                **skipping,
                **options,
            )
        steps: dict[str, str] = {}
        for step in result.steps:
            if is_declared(step.type):
                steps.setdefault(step.name, step.operation)
        return Outcome(
            result.succeeded,
            steps,
            result.errors,
            screen.read_text() + "\n".join([*result.errors, *result.warnings]),
            Counter(result.summary),
        )


class CliStack(Stack):
    """A stack on the `pulumi` CLI; its state is in files of its own folder, or in the backend that is named."""

    def __init__(self, directory: Path, base_url: str, backend_url: str | None = None) -> None:
        super().__init__(directory, base_url)
        backend = directory / "backend"
        backend.mkdir()
        self.environment |= {
            "PULUMI_BACKEND_URL": backend_url or f"file://{backend}",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # The plugin that these stacks need comes with the CLI; looking for it elsewhere takes seconds.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # The flag --event-log, as Pulumi's own automation uses it.
            "PULUMI_DEBUG_COMMANDS": "true",
            # Of two programs of one length and one second, Python would run the one that it has compiled first.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PULUMI_HOME": str(directory / "home"),
        }
        self._pulumi("stack", "init", STACK)

    def deployment(self) -> dict[str, Any]:
        """What `pulumi stack export` prints."""
        deployment: dict[str, Any] = json.loads(self._pulumi("stack", "export", "--stack", STACK).stdout)["deployment"]
        return deployment

    def drop_from_state(self, name: str) -> None:
        """Take a resource out of the state."""
        self._pulumi("state", "delete", self.urn(name), "--stack", STACK, "--yes")

    def import_state(self, state: Path) -> None:
        """Take over a state file."""
        self._pulumi("stack", "import", "--stack", STACK, "--file", str(state))

    def unlock(self) -> None:
        """Cancel the run that was killed: the backend's lock outlives it."""
        self._pulumi("cancel", STACK, "--yes")

    def _up_command(self) -> list[str]:
        return ["pulumi", "up", "--stack", STACK, "--skip-preview", "--yes", "--non-interactive"]

    def _run(self, command: str, options: Mapping[str, Any]) -> Outcome:
        log = self.directory / "events.log"
        log.unlink(missing_ok=True)
        flags = ["--skip-preview", "--yes"] if command != "preview" else []
        flags += [
            flag for name in ("replace", "target") for urn in options.get(name, ()) for flag in (f"--{name}", urn)
        ]
        flags += ["--parallel", str(options["parallel"])] if options.get("parallel") else []
        flags += ["--diff"] if options.get("with_diff") else []
        flags += ["--run-program"] if options.get("run_program") else []
        done = self._pulumi(command, "--stack", STACK, "--event-log", str(log), *flags, check=False)
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        steps: dict[str, str] = {}
        for event in events:
            metadata = (event.get("resourcePreEvent") or {}).get("metadata", {})
            if metadata and is_declared(metadata["type"]):
                operation = metadata["op"].replace("create-replacement", "replace")
                steps.setdefault(metadata["urn"].rpartition("::")[2], operation)
        diagnostics = [event["diagnosticEvent"] for event in events if event.get("diagnosticEvent")]
        return Outcome(
            done.returncode == 0,
            steps,
            [each["message"] for each in diagnostics if each["severity"] == "error"],
            done.stdout + done.stderr + "".join(each["message"] for each in diagnostics),
            Counter(
                next((event["summaryEvent"]["resourceChanges"] for event in events if event.get("summaryEvent")), {})
            ),
        )

    def _pulumi(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.directory,
            env=self.environment,
            check=check,
            capture_output=True,
            text=True,
        )
