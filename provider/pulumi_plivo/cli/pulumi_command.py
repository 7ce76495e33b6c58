"""The `pulumi` CLI as `plivo-numbers` runs it: in the terminal, with its engine's events in a file."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pulumi_plivo.cli.endings import WrongUsageError
from pulumi_plivo.cli.preview_changes import Changes
from pulumi_plivo.cli.preview_document import read_preview
from pulumi_plivo.cli.preview_judgement import judged

#: What the command says itself.
OWN = ("--event-log", "--json", "-j", "--plan", "--save-plan", "--skip-preview", "-f", "--yes", "-y")


def previewed(arguments: Sequence[str], folder: Path, *, plan: Path | None = None) -> tuple[bool, Changes]:
    """Run a preview in this terminal; return whether it succeeded, and what it comes to. Raises WrongUsageError."""
    log = folder / "events"
    saving = ["--save-plan", str(plan)] if plan else []
    status = _run("preview", ["--event-log", str(log), *saving, *arguments])
    if not log.exists():
        raise WrongUsageError("`pulumi preview` did not begin; it says why above")
    return status == 0, judged(read_preview(log.read_text(encoding="utf-8"), "what `pulumi preview` has found"))


def carried_out(arguments: Sequence[str], plan: Path) -> bool:
    """Do what was planned, and nothing else; return whether it succeeded."""
    return _run("up", ["--plan", str(plan), "--skip-preview", "--yes", *arguments]) == 0


def _run(operation: str, arguments: Sequence[str]) -> int:
    path = shutil.which("pulumi")
    if path is None:
        raise WrongUsageError("there is no pulumi CLI on PATH")
    # Pulumi's own automation has the events in this way: the flag is hidden without it.
    environment = {**os.environ, "PULUMI_DEBUG_COMMANDS": "true"}
    return subprocess.run([path, operation, *arguments], env=environment, check=False).returncode  # noqa: S603


def refuse_own(arguments: Sequence[str]) -> None:
    """Make sure that no argument is one that the command says itself. Raises WrongUsageError."""
    if own := [each for each in arguments if each.partition("=")[0] in OWN]:
        raise WrongUsageError(f"{', '.join(own)} can't be passed on to pulumi: the command says that itself")
