"""Child processes that do not outlive the engine, even when it is killed."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


class Child:
    """A Python process that ends when this one does; what it prints comes out as lines of text."""

    def __init__(self, module: str, arguments: Sequence[str], directory: Path, environment: Mapping[str, str]) -> None:
        read_end, self._write_end = os.pipe()
        # A session of its own: Ctrl-C is for the engine, which lets the step under way finish.
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of this package
            [sys.executable, "-u", "-m", module, str(read_end), *arguments],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=[read_end],
            start_new_session=True,
        )
        os.close(read_end)

    def end(self) -> None:
        """End the process, unless it has ended, and wait for that."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._write_end >= 0:
            os.close(self._write_end)
            self._write_end = -1


def end_with_parent(read_end: int) -> None:
    """In the child: end at once when the other end of the pipe is closed, which the system does for a dead parent."""
    os.set_inheritable(read_end, False)

    def watch() -> None:
        os.read(read_end, 1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
