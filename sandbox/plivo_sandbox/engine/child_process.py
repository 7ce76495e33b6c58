"""The processes that the engine starts, away from the terminal's signals."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from plivo_sandbox.engine.loopback import direct_on_loopback

# As long as the CLI gives a process to end by itself.
SECONDS_TO_END = 5


class Child:
    """A process in a session of its own, and all that it starts: Ctrl-C in the terminal is for the engine alone.

    `on_output` and `on_error` get each line that it prints, without the line's end; empty ones are left out. Both are
    read, and standard input is held open, for as long as this process lives.
    """

    def __init__(
        self,
        command: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        *,
        on_output: Callable[[str], None],
        on_error: Callable[[str], None],
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - the engine's own commands
            command,
            cwd=directory,
            env=direct_on_loopback(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=pass_fds,
            start_new_session=True,
        )
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

    def end(self, number: signal.Signals) -> None:
        """End the process and what it has started with a signal, or kill them when that takes too long.

        All has ended when this returns; further calls do nothing.
        """
        if self._is_running():
            self._send(number)
            killer = threading.Timer(SECONDS_TO_END, self._send, [signal.SIGKILL])
            killer.start()
            self.wait()
            killer.cancel()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def _is_running(self) -> bool:
        return self.process.poll() is None or any(reader.is_alive() for reader in self._readers)

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def _forward(stream: IO[str], on_line: Callable[[str], None]) -> None:
    with stream:
        for line in stream:
            if line.strip():
                on_line(line.rstrip())
