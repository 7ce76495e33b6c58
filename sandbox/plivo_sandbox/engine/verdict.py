"""Which numbers a preview loses, or an `up` has lost: `plivo-numbers report` says it, where that is installed."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

COMMAND = "plivo-numbers"


def tell_verdict(document: str, tell: Callable[[str], None], *, is_done: bool) -> None:
    """Say what a preview or an `up`, written for machines, comes to; nothing where the command is not installed.

    It is a process of its own, as the sandbox knows nothing of the provider.
    """
    path = shutil.which(COMMAND, path=str(Path(sys.executable).parent)) or shutil.which(COMMAND)
    if path is None:
        return
    arguments = ["report", "--format", "text", *(["--done"] if is_done else []), "-"]
    done = subprocess.run(  # noqa: S603 - the command that was found
        [path, *arguments], input=document, capture_output=True, text=True, check=False
    )
    verdict, _, rest = done.stdout.partition("\n")
    tell(f"{rest}\n{verdict}" if verdict else f"no verdict: {done.stderr.strip()}")
