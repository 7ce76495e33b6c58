"""Work on many numbers at a time, each of which may fail without the others."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pulumi_plivo.errors import PlivoError

#: Calls of one resource at a time: the plugin itself serves no more than four.
THREADS = 16

Result = TypeVar("Result")


@dataclass
class Progress(Generic[Result]):
    """What became of the work on each number, in the order in which it was given."""

    done: dict[str, Result] = field(default_factory=dict)
    failed: dict[str, PlivoError] = field(default_factory=dict)
    not_begun: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, parts: "Iterable[Progress[Result]]") -> "Progress[Result]":
        """Return the progress of all parts together."""
        whole: Progress[Result] = cls()
        for part in parts:
            whole.done |= part.done
            whole.failed |= part.failed
            whole.not_begun += part.not_begun
        return whole

    @property
    def is_complete(self) -> bool:
        """Whether all of it is done."""
        return not (self.failed or self.not_begun)

    @property
    def left(self) -> list[str]:
        """The numbers that are not done."""
        return [*self.failed, *self.not_begun]


def work_through(
    tasks: Mapping[str, Callable[[], Result]], stops: Callable[[PlivoError], bool] = lambda _: False
) -> Progress[Result]:
    """Do each task; after an error that `stops` everything, begin none of the rest."""
    stopped = threading.Event()

    def attempt(task: Callable[[], Result]) -> Result | PlivoError | None:
        if stopped.is_set():
            return None
        try:
            return task()
        except PlivoError as error:
            if stops(error):
                stopped.set()
            return error
        except BaseException:
            stopped.set()
            raise

    progress: Progress[Result] = Progress()
    if len(tasks) > 1:
        with ThreadPoolExecutor(min(THREADS, len(tasks))) as threads:
            outcomes: Iterator[Result | PlivoError | None] = threads.map(attempt, tasks.values())
    else:
        # A thread for the one call of a single resource would cost as much as all else that is done for it.
        outcomes = map(attempt, tasks.values())
    for digits, outcome in zip(tasks, outcomes, strict=True):
        if isinstance(outcome, PlivoError):
            progress.failed[digits] = outcome
        elif outcome is None:
            progress.not_begun.append(digits)
        else:
            progress.done[digits] = outcome
    return progress
