"""Running a command to its end, with its time, its processor time and its plugin's memory."""

import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

#: The processes of a run, by an argument of their command line on one of the engines: the provider's plugin, which
#: answers the engine's calls, and the user's program, in which Pulumi's SDK declares the resources.
PLUGIN = ("pulumi.dynamic", "plivo_sandbox.engine.plugin")
PROGRAM = ("pulumi-language-python-exec", "plivo_sandbox.engine.program")
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
        program_cpu_seconds: Processor time of the user's program; 0 where there is none.
        plugin_peak_mb: The plugin's largest resident memory, in 10^6 bytes, looked at every 50 ms.
    """

    status: int
    output: str
    seconds: float
    cpu_seconds: float
    plugin_cpu_seconds: float
    program_cpu_seconds: float
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
    return Measured(
        status, text, seconds, cpu_seconds, watch.plugin.cpu_seconds, watch.program.cpu_seconds, watch.plugin.peak / 1e6
    )


@dataclass
class _Watched:
    """One process among the children of a command, and the most that was seen of it."""

    names: Sequence[str]
    process: psutil.Process | None = None
    cpu_seconds: float = 0.0
    peak: int = 0

    def look(self, root: psutil.Process) -> None:
        """Look at it, if it is there yet."""
        if self.process is None:
            self.process = self._found(root)
        if self.process is not None:
            with self.process.oneshot():
                times, memory = self.process.cpu_times(), self.process.memory_info()
            self.cpu_seconds = max(self.cpu_seconds, times.user + times.system)
            self.peak = max(self.peak, memory.rss)

    def _found(self, root: psutil.Process) -> psutil.Process | None:
        for child in root.children(recursive=True):
            if any(Path(argument).name in self.names for argument in child.cmdline()):
                return child
        return None


class _Watch:
    """Looks at the processes of a command, again and again, while the context lasts."""

    def __init__(self, pid: int, *, has_plugin: bool) -> None:
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.plugin = _Watched(PLUGIN, None if has_plugin else self._root)
        self.program = _Watched(PROGRAM if has_plugin else ())

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(INTERVAL):
            for watched in (self.plugin, self.program):
                # It may have just ended, or be just beginning.
                with suppress(psutil.Error):
                    watched.look(self._root)
