"""How far a command has come, on a terminal only."""

import sys
import threading
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


class ReadingProgress:
    """A bar on standard error while lists are read, gone when they are; nothing where that is no terminal."""

    def __init__(self, lists: int) -> None:
        self._progress = Progress(
            TextColumn("reading lists"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[entries]} entries"),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._progress.add_task("", total=lists, entries=0)
        self._entries = 0
        self._lock = threading.Lock()

    def __enter__(self) -> "ReadingProgress":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()

    def list_read(self, entries: int) -> None:
        """Note that one more list was read, and how many entries it has. Called by any thread."""
        with self._lock:
            self._entries += entries
            self._progress.update(self._task, advance=1, entries=self._entries)
