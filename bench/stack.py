"""A stack in a folder of its own, whose program declares numbers as single resources or as one `PoolNumbers`."""

import json
import os
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import pulumi_plivo
import yaml
from plivo_sandbox.engine.loopback import direct_on_loopback
from pulumi_plivo.settings import KEYS

from bench.local_plivo import AUTH_ID, AUTH_TOKEN, POOL
from bench.measuring import Measured, measure

PROJECT, STACK = "numbers", "bench"
NUMBERS = "numbers.json"

SINGLE_PROGRAM = f"""
import json
import pathlib
from pulumi_plivo import PoolNumber

for number in json.loads(pathlib.Path({NUMBERS!r}).read_text()):
    PoolNumber(f"number-{{number}}", number_pool_uuid={POOL!r}, number=number)
"""
MANY_PROGRAM = f"""
import json
import pathlib
from pulumi_plivo import PoolNumbers

PoolNumbers("numbers", number_pool_uuid={POOL!r}, numbers=json.loads(pathlib.Path({NUMBERS!r}).read_text()))
"""
BARE_PROVIDER = Path(__file__).with_name("bare_provider.py")
BARE_PROGRAM = f"""
import json
import pathlib
from bare_provider import BareNumber

for number in json.loads(pathlib.Path({NUMBERS!r}).read_text()):
    BareNumber(f"number-{{number}}", {POOL!r}, number)
"""
COMMANDS = {"add": "up", "preview": "preview", "refresh": "refresh", "remove": "destroy"}


def has_pool_numbers() -> bool:
    """Tell whether this version of the provider has `PoolNumbers`."""
    return hasattr(pulumi_plivo, "PoolNumbers")


def find_cli() -> str | None:
    """Return where the `pulumi` CLI is, if it is on PATH."""
    return shutil.which("pulumi")


class Stack(ABC):
    """The project's files, its state, and the commands on them."""

    def __init__(self, directory: Path, base_url: str, program: str, *, paced: bool) -> None:
        self.directory = directory
        directory.mkdir(parents=True)
        (directory / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        config = {"plivo:authId": AUTH_ID, "plivo:baseUrl": base_url}
        if not paced and "plivo:rateLimit" in KEYS:
            config["plivo:rateLimit"] = "0"
        (directory / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump({"config": config}))
        (directory / "__main__.py").write_text(program)
        shutil.copyfile(BARE_PROVIDER, directory / BARE_PROVIDER.name)

    def declare(self, numbers: Sequence[str]) -> None:
        """Let the program declare these numbers."""
        (self.directory / NUMBERS).write_text(json.dumps(list(numbers)))

    @abstractmethod
    def take(self, state: Path) -> None:
        """Begin with this state file of the embedded engine."""

    @abstractmethod
    def run(self, operation: str) -> Measured:
        """Run one operation to its end; a preview that finds a change fails."""

    def environment(self) -> dict[str, str]:
        """Return what the commands see."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PLIVO_", "PULUMI_"))}
        return {
            **direct_on_loopback(inherited),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PLIVO_AUTH_TOKEN": AUTH_TOKEN,
            "PULUMI_CONFIG_PASSPHRASE": "bench",
        }


class EmbeddedStack(Stack):
    """A stack on the embedded engine."""

    @property
    def state(self) -> Path:
        """The state file."""
        return self.directory / "state" / "stack.json"

    def take(self, state: Path) -> None:
        """Copy the state file."""
        self.state.parent.mkdir()
        shutil.copyfile(state, self.state)

    def run(self, operation: str) -> Measured:
        """Run the engine's command in a process of its own."""
        command = [sys.executable, "-m", "bench.embedded_command", COMMANDS[operation]]
        arguments = [str(self.directory), STACK, str(self.state)]
        return measure([*command, *arguments], self.directory, self.environment(), has_plugin=True)

    def environment(self) -> dict[str, str]:
        """Return what the commands see, this package among it."""
        return {**super().environment(), "PYTHONPATH": str(Path(__file__).parents[1])}


class CliStack(Stack):
    """A stack on the `pulumi` CLI, with its state in the folder."""

    def __init__(self, directory: Path, base_url: str, program: str, *, paced: bool) -> None:
        super().__init__(directory, base_url, program, paced=paced)
        (directory / "backend").mkdir()
        self._prepare("stack", "init", STACK)

    def take(self, state: Path) -> None:
        """Import the state file."""
        self._prepare("stack", "import", "--stack", STACK, "--file", str(state))

    def run(self, operation: str) -> Measured:
        """Run the CLI."""
        options = ["--expect-no-changes"] if operation == "preview" else ["--yes", "--skip-preview"]
        command = self._command(COMMANDS[operation], "--stack", STACK, *options)
        return measure(command, self.directory, self.environment(), has_plugin=True)

    def environment(self) -> dict[str, str]:
        """Return what the commands see."""
        return {
            **super().environment(),
            "PULUMI_BACKEND_URL": f"file://{self.directory / 'backend'}",
            "PULUMI_HOME": str(self.directory / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # The plugin comes with the CLI; looking for it elsewhere takes seconds.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def _prepare(self, *arguments: str) -> None:
        subprocess.run(
            self._command(*arguments), cwd=self.directory, env=self.environment(), check=True, capture_output=True
        )

    def _command(self, *arguments: str) -> list[str]:
        return ["pulumi", *arguments, "--non-interactive"]


FORMS: Mapping[str, str] = {"PoolNumber": SINGLE_PROGRAM, "PoolNumbers": MANY_PROGRAM, "bare provider": BARE_PROGRAM}
ENGINES: Mapping[str, type[Stack]] = {"embedded": EmbeddedStack, "CLI": CliStack}


def new_stack(contender: str, directory: Path, base_url: str, *, paced: bool) -> Stack:
    """Make the stack of a contender such as `PoolNumbers, CLI`; `paced` leaves the client's own limit as it is."""
    form, _, engine = contender.partition(", ")
    return ENGINES[engine](directory, base_url, FORMS[form], paced=paced)
