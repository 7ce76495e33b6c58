"""A command on a terminal of its own, as somebody types it."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import psutil

CTRL_C = b"\x03"
# Makes the terminal the one that its keys send signals to.
LAUNCHER = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """Runs the command for as long as the context lasts, and collects what it shows."""

    def __init__(self, command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> None:
        self._leader, follower = os.openpty()
        self._shown = b""
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, *command],
            cwd=directory,
            env={**environment, "NO_COLOR": "1"},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
        )
        os.close(follower)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is not None:
            for each in psutil.Process(self.process.pid).children(recursive=True):
                each.kill()
            self.process.kill()
        self.process.wait()
        self._reader.join()
        os.close(self._leader)

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._leader, keys)

    def wait_for(self, text: str) -> None:
        """Wait until the text has been shown, a minute at most."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.shown, timeout=60), self.shown

    @property
    def shown(self) -> str:
        """Everything that was shown so far."""
        return self._shown.decode(errors="replace").replace("\r\n", "\n")

    def _read(self) -> None:
        # The end of a terminal is an error on Linux, and no bytes elsewhere.
        try:
            while part := os.read(self._leader, 4096):
                with self._changed:
                    self._shown += part
                    self._changed.notify_all()
        except OSError:
            pass
