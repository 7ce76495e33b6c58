"""What `subprocess.Popen` is for processes of Python, but forked from one that has imported the SDK."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

ROOT = Path(__file__).parents[2]


class WarmProcess:
    """A process, with what of `subprocess.Popen` the engine and the tests use."""

    def __init__(self, answer: socket.socket, ends: Mapping[str, IO[Any]]) -> None:
        self.stdin, self.stdout, self.stderr = ends.get("stdin"), ends.get("stdout"), ends.get("stderr")
        self.returncode: int | None = None
        self._answer = answer.makefile("r", encoding="utf-8")
        answer.close()
        self.pid = int(self._answer.readline())
        self._ended = threading.Event()
        self._waiter = threading.Thread(target=self._await_end, daemon=True)
        self._waiter.start()

    def _await_end(self) -> None:
        with self._answer:
            # Whoever kills the whole group kills what would tell the status.
            self.returncode = int(self._answer.readline() or -signal.SIGKILL)
        self._ended.set()

    def __enter__(self) -> "WarmProcess":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        for end in (self.stdout, self.stderr, self.stdin):
            if end is not None:
                end.close()
        self.wait()

    def poll(self) -> int | None:
        """Return the status; None while it runs."""
        return self.returncode if self._ended.is_set() else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return the status. Raises subprocess.TimeoutExpired after so many seconds."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired("a warm process", timeout or 0)
        self._waiter.join()
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        """Kill it, with all of its group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class WarmPython:
    """Starts processes, out of one that has imported the SDK."""

    def __init__(self) -> None:
        theirs, self._requests = socket.socketpair()
        # -I would drop what a test has put into sys.path; the folder is the clone's, of which the module is.
        self._first = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.warm.forking", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()

    def close(self) -> None:
        """End the one that forks; those that were forked end by themselves."""
        self._requests.close()
        self._first.wait()

    def start(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        stdin: int | None = None,
        stdout: int | IO[Any] | None = None,
        stderr: int | IO[Any] | None = None,
        pass_fds: Sequence[int] = (),
        start_new_session: bool = False,
        **text: Any,
    ) -> WarmProcess:
        """Start `python -u -m MODULE …`, or what does so behind a shell; arguments as of `subprocess.Popen`."""
        if command[0] == "/bin/sh":
            assert '"$0" -u -m pulumi.dynamic' in command[2]
            arguments = ["pulumi.dynamic", *command[4:]]
        else:
            assert list(command[:3]) == [sys.executable, "-u", "-m"]
            arguments = list(command[3:])
        answer, theirs = socket.socketpair()
        ends: dict[str, IO[Any]] = {}
        with contextlib.ExitStack() as closing:
            files = [_file(name, where, ends, closing, text) for name, where in _streams(stdin, stdout, stderr)]
            socket.send_fds(self._requests, [b"+"], [theirs.fileno(), *files, *pass_fds])
        theirs.close()
        request = {
            "arguments": arguments,
            "cwd": str(cwd or Path.cwd()),
            "env": dict(env),
            "files": [0, 1, 2, *pass_fds],
            "start_new_session": start_new_session,
        }
        answer.sendall(json.dumps(request).encode() + b"\n")
        return WarmProcess(answer, ends)


def _streams(*where: int | IO[Any] | None) -> Iterator[tuple[str, int | IO[Any] | None]]:
    yield from zip(("stdin", "stdout", "stderr"), where, strict=True)


def _file(
    name: str,
    where: int | IO[Any] | None,
    ends: dict[str, IO[Any]],
    closing: contextlib.ExitStack,
    text: Mapping[str, Any],
) -> int:
    """Return the file for one stream of the new process; the other end of a pipe goes into `ends`."""
    if where is None:
        return ("stdin", "stdout", "stderr").index(name)
    if where != subprocess.PIPE:
        return where if isinstance(where, int) else where.fileno()
    reading, writing = os.pipe()
    theirs, ours = (reading, writing) if name == "stdin" else (writing, reading)
    closing.callback(os.close, theirs)
    mode = "w" if name == "stdin" else "r"
    is_text = text.get("text", False)
    ends[name] = os.fdopen(
        ours,
        mode if is_text else f"{mode}b",
        encoding=text.get("encoding") if is_text else None,
        errors=text.get("errors") if is_text else None,
    )
    return theirs
