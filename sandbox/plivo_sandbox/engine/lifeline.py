"""Child processes that do not outlive the engine, even when it is killed."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from plivo_sandbox.engine.loopback import direct_on_loopback


class Child:
    """A Python process that ends when this one does.

    `on_output` and `on_error` get each line that it prints, without the line's end; empty ones are left out.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        *,
        on_output: Callable[[str], None],
        on_error: Callable[[str], None],
    ) -> None:
        read_end, self._write_end = os.pipe()
        # A session of its own: Ctrl-C is for the engine, which lets the step under way finish.
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of this package
            [sys.executable, "-u", "-m", module, str(read_end), *arguments],
            cwd=directory,
            env=direct_on_loopback(environment),
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
        self._readers = [
            threading.Thread(target=_forward, args=arguments, daemon=True)
            for arguments in ((self.process.stdout, on_output), (self.process.stderr, on_error))
        ]
        for reader in self._readers:
            reader.start()

    def wait(self) -> int:
        """Wait until the process has ended by itself and all its lines are out; return its status."""
        status = self.process.wait()
        for reader in self._readers:
            reader.join()
        return status

    def end(self) -> None:
        """End the process, unless it has ended, and wait for that."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.wait()
        if self._write_end >= 0:
            os.close(self._write_end)
            self._write_end = -1


def _forward(stream: IO[str], on_line: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            if line.strip():
                on_line(line.rstrip())


def end_with_parent(read_end: int) -> None:
    """In the child: end at once when the other end of the pipe is closed, which the system does for a dead parent."""
    os.set_inheritable(read_end, False)

    def watch() -> None:
        os.read(read_end, 1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
