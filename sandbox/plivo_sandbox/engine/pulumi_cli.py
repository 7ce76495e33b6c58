"""The same commands on the real `pulumi` CLI, with its state in the project's `.sandbox` folder."""

import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plivo_sandbox.engine.deployment import holds_protected
from plivo_sandbox.engine.loopback import direct_on_loopback
from plivo_sandbox.engine.passphrase import DEFAULT_PASSPHRASE
from plivo_sandbox.engine.project import Project
from plivo_sandbox.engine.signals import taken
from plivo_sandbox.private_files import replace_private

INSTALL_SECONDS = 60
# What the SDK's installer fetches and runs.
INSTALLER = "https://get.pulumi.com/install.sh"

ARGUMENTS = {"up": ["--yes"], "preview": [], "refresh": ["--yes"], "destroy": ["--yes"]}
DELETING = ("up", "destroy")


@dataclass(frozen=True)
class FoundCli:
    """Where the CLI is, and how it was found."""

    path: str
    how: str


def find_cli() -> FoundCli | None:
    """Find the CLI on PATH, or where the SDK's installer has put it."""
    on_path = shutil.which("pulumi")
    if on_path:
        return FoundCli(on_path, "found on PATH")
    installed = _install_folder() / "bin" / "pulumi"
    if os.access(installed, os.X_OK):
        return FoundCli(str(installed), "installed by the SDK earlier")
    return None


def install_cli(marker: Path, say: Callable[[str], None]) -> FoundCli | None:
    """Let the SDK's own installer try, once: a failed attempt leaves `marker` and is not repeated."""
    if marker.exists():
        return None
    say(
        f"there is no pulumi CLI: trying Pulumi's own installer, for {INSTALL_SECONDS} seconds at most; it fetches"
        f" {INSTALLER}, runs it and installs into {_install_folder()} (`make up INSTALL_CLI=no` does without)"
    )
    installer = subprocess.Popen(
        [sys.executable, "-c", "import pulumi.automation; pulumi.automation.PulumiCommand.install()"],
        # A script from elsewhere has no use for an account at Plivo.
        env={name: value for name, value in os.environ.items() if not name.startswith("PLIVO_")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        installer.wait(INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:
        if installer.poll() is None:
            # The installer is a shell script with children of its own.
            os.killpg(installer.pid, signal.SIGKILL)
            installer.wait()
    found = find_cli()
    if found is None:
        replace_private(marker, "Pulumi's installer has failed here. Remove this file to let it try again.\n")
    return found


def _install_folder() -> Path:
    return Path.home() / ".pulumi" / "versions" / importlib.metadata.version("pulumi")


def checkpoint_of(backend: Path, project: Project, stack: str) -> Path:
    """Return the path of the file in which the CLI keeps a stack."""
    return backend / ".pulumi" / "stacks" / project.name / f"{stack}.json"


class CliStack:
    """One stack on the CLI; what the CLI prints goes to this process's output."""

    def __init__(
        self, cli: FoundCli, project: Project, stack: str, backend: Path, environment: Mapping[str, str]
    ) -> None:
        backend.mkdir(parents=True, exist_ok=True)
        self._cli = cli
        self._project = project
        self._stack = stack
        self._environment = _cli_environment(environment, backend)
        self.checkpoint = checkpoint_of(backend, project, stack)

    def take(self, state: Path) -> bool:
        """Import a state file, and say whether that worked."""
        return self._run_quietly("stack", "import", "--stack", self._stack, "--file", str(state))

    def create(self) -> bool:
        """Create the stack if there is none, and say whether there is one now."""
        return self.checkpoint.exists() or self._run_quietly("stack", "init", self._stack, "--no-select")

    def run(
        self,
        operation: str,
        *,
        with_diff: bool,
        parallel: int | None,
        target: Sequence[str],
        target_dependents: bool,
        as_json: bool = False,
        events: Path | None = None,
    ) -> bool:
        """Run one command, and say whether it succeeded.

        `as_json` is for a preview, in full; `events` is where the engine writes what it does.
        """
        arguments = [operation, *ARGUMENTS[operation]]
        # It is the preview that refuses to delete a protected resource before anything else is done.
        previews = operation in DELETING and holds_protected(self.checkpoint)
        if operation != "preview" and not previews:
            arguments.append("--skip-preview")
        arguments += ["--stack", self._stack, *(["--diff"] if with_diff else [])]
        arguments += ["--parallel", str(parallel)] if parallel else []
        arguments += [argument for urn in target for argument in ("--target", urn)]
        arguments += ["--target-dependents"] if target_dependents else []
        arguments += ["--json", "--show-sames", "--show-replacement-steps"] if as_json else []
        arguments += ["--event-log", str(events)] if events else []
        processes: list[subprocess.Popen[bytes]] = []

        def pass_on(number: signal.Signals) -> None:
            # The CLI gets Ctrl-C from the terminal itself, and ends in its own way: all that is left is to wait.
            for process in processes if number != signal.SIGINT else []:
                process.send_signal(number)

        with self._same_config(), taken(pass_on):
            processes.append(subprocess.Popen(self._command(*arguments), **self._surroundings))  # noqa: S603
            return processes[0].wait() == 0

    def _run_quietly(self, *arguments: str) -> bool:
        with self._same_config():
            done = subprocess.run(  # noqa: S603 - the CLI that was found
                self._command(*arguments), capture_output=True, text=True, check=False, **self._surroundings
            )
        if done.returncode:
            sys.stderr.write(done.stderr)
        return done.returncode == 0

    def _command(self, *arguments: str) -> list[str]:
        return [self._cli.path, *arguments, "--non-interactive"]

    @property
    def _surroundings(self) -> dict[str, Any]:
        return {"cwd": self._project.root, "env": self._environment}

    @contextmanager
    def _same_config(self) -> Iterator[None]:
        """Put the stack's config file back as it was: the CLI adds a salt of its own to one without secrets."""
        config = self._project.stack_file(self._stack)
        before = config.read_bytes()
        try:
            yield
        finally:
            if config.read_bytes() != before:
                config.write_bytes(before)


def _cli_environment(environment: Mapping[str, str], backend: Path) -> dict[str, str]:
    result = {
        **direct_on_loopback(environment),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]),
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Without it there is no flag for the engine's events; Pulumi's own automation does so too.
        "PULUMI_DEBUG_COMMANDS": "true",
    }
    if "PULUMI_CONFIG_PASSPHRASE_FILE" not in result:
        result.setdefault("PULUMI_CONFIG_PASSPHRASE", DEFAULT_PASSPHRASE)
    return result
