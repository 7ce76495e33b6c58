"""Running a command to its end, with its time, its processor time and its plugin's memory."""

import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

#: The processes that answer an engine's calls, by an argument of their command line.
PLUGINS = ("pulumi.dynamic", "plivo_sandbox.engine.plugin")
INTERVAL = 0.05


@dataclass(frozen=True)
class Measured:
    """What a command took.

    Attributes:
        status: Its exit status.
        output: What it printed, errors too.
        seconds: From its start to its end.
        cpu_seconds: Processor time of it and all its children.
        plugin_cpu_seconds: Processor time of the plugin; of the command itself, where there is no plugin.
        plugin_peak_mb: The plugin's largest resident memory, in 10^6 bytes, looked at every 50 ms.
    """

    status: int
    output: str
    seconds: float
    cpu_seconds: float
    plugin_cpu_seconds: float
    plugin_peak_mb: float


def measure(command: Sequence[str], directory: Path, environment: Mapping[str, str], *, has_plugin: bool) -> Measured:
    """Run the command to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with (directory / "output.txt").open("w+b") as output:
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=output, stderr=subprocess.STDOUT)
        with _Watch(process.pid, has_plugin=has_plugin) as watch:
            status = process.wait()
        seconds = time.perf_counter() - started
        output.seek(0)
        text = output.read().decode(errors="replace")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(status, text, seconds, cpu_seconds, watch.cpu_seconds, watch.peak / 1e6)


class _Watch:
    """Looks at one process, again and again, while the context lasts."""

    def __init__(self, pid: int, *, has_plugin: bool) -> None:
        self._root = psutil.Process(pid)
        self._watched = None if has_plugin else self._root
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.cpu_seconds = 0.0
        self.peak = 0

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(INTERVAL):
            try:
                self._look()
            except psutil.Error:
                # The process has just ended, or is just beginning.
                continue

    def _look(self) -> None:
        if self._watched is None:
            self._watched = _plugin_of(self._root)
        if self._watched is not None:
            with self._watched.oneshot():
                times, memory = self._watched.cpu_times(), self._watched.memory_info()
            self.cpu_seconds = max(self.cpu_seconds, times.user + times.system)
            self.peak = max(self.peak, memory.rss)


def _plugin_of(root: psutil.Process) -> psutil.Process | None:
    for child in root.children(recursive=True):
        if any(argument in PLUGINS for argument in child.cmdline()):
            return child
    return None
