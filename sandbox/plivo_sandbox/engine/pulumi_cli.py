"""The same commands on the real `pulumi` CLI, with its state in the project's `.sandbox` folder."""

import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plivo_sandbox.engine.passphrase import DEFAULT_PASSPHRASE
from plivo_sandbox.engine.project import Project

INSTALL_SECONDS = 60

# The preview of a destroy is not skipped: it is what refuses to delete a protected resource before anything is deleted.
ARGUMENTS = {
    "up": ["up", "--yes", "--skip-preview"],
    "preview": ["preview"],
    "refresh": ["refresh", "--yes", "--skip-preview"],
    "destroy": ["destroy", "--yes"],
}


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
    installed = Path.home() / ".pulumi" / "versions" / importlib.metadata.version("pulumi") / "bin" / "pulumi"
    if os.access(installed, os.X_OK):
        return FoundCli(str(installed), "installed by the SDK earlier")
    return None


def install_cli(marker: Path, say: Callable[[str], None]) -> FoundCli | None:
    """Let the SDK's own installer try, once: a failed attempt leaves `marker` and is not repeated."""
    if marker.exists():
        return None
    say(f"there is no pulumi CLI: trying Pulumi's own installer, for {INSTALL_SECONDS} seconds at most")
    installer = subprocess.Popen(
        [sys.executable, "-c", "import pulumi.automation; pulumi.automation.PulumiCommand.install()"],
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
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(
            "Pulumi's installer has failed here. Remove this file to let it try again.\n", encoding="utf-8"
        )
    return found


def run_cli(
    cli: FoundCli,
    operation: str,
    project: Project,
    stack: str,
    backend: Path,
    environment: Mapping[str, str],
    *,
    with_diff: bool,
) -> bool:
    """Run one command; what it prints goes to this process's output. Say whether it succeeded."""
    backend.mkdir(parents=True, exist_ok=True)
    config = project.stack_file(stack)
    before = config.read_bytes()
    environment = _cli_environment(environment, backend)
    common = ["--stack", stack, "--non-interactive"]
    try:
        if not (backend / ".pulumi" / "stacks" / project.name / f"{stack}.json").exists():
            create = [cli.path, "stack", "init", stack, "--no-select", "--non-interactive"]
            created = subprocess.run(  # noqa: S603 - the CLI that was found
                create, cwd=project.root, env=environment, capture_output=True, text=True, check=False
            )
            if created.returncode:
                sys.stderr.write(created.stderr)
                return False
        arguments = [*ARGUMENTS[operation], *common, *(["--diff"] if with_diff else [])]
        return _wait(subprocess.Popen([cli.path, *arguments], cwd=project.root, env=environment)) == 0  # noqa: S603
    finally:
        if config.read_bytes() != before:
            config.write_bytes(before)


def _cli_environment(environment: Mapping[str, str], backend: Path) -> dict[str, str]:
    result = {
        **environment,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]),
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # The plugin for Python comes with the CLI; looking for it elsewhere takes seconds.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    if "PULUMI_CONFIG_PASSPHRASE_FILE" not in result:
        result.setdefault("PULUMI_CONFIG_PASSPHRASE", DEFAULT_PASSPHRASE)
    return result


def _wait(process: "subprocess.Popen[bytes]") -> int:
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The CLI gets Ctrl-C too, and ends in its own way.
            continue
