"""Threads that run one at a time, in an order that a seed chooses: a race that is found once can be run again."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from plivo_sandbox.engine import deletions, registrations
from pulumi_plivo.pool_view import gate, view
from pulumi_plivo.pools import parallel_work

Result = TypeVar("Result")

#: What the engine and the program do at a time.
AT_ONCE = 3


class StuckError(AssertionError):
    """Every thread waits for another."""


class _Thread:
    """One thread: what it waits for, and the baton that it is handed."""

    def __init__(self) -> None:
        self.is_ready: Callable[[], bool] = lambda: True
        self.baton = threading.Semaphore(0)


class Schedule:
    """The order of the threads of one run.

    Only who has the baton runs. Where a thread calls `pass_on`, or ends, the seed chooses who gets it next.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._main = _Thread()
        self._threads = [self._main]
        self._local = threading.local()
        self._is_stuck = False

    def begin(self, work: Callable[[], None]) -> None:
        """Begin a thread, which gets its turn later."""
        thread = _Thread()
        self._threads.append(thread)

        def run() -> None:
            self._local.thread = thread
            thread.baton.acquire()
            try:
                work()
            finally:
                self._threads.remove(thread)
                self._chosen().baton.release()

        threading.Thread(target=run, daemon=True).start()

    def pass_on(self, until: Callable[[], bool] = lambda: True) -> None:
        """Let others go on; return when it is this thread's turn, and what it waits for has come."""
        thread: _Thread = getattr(self._local, "thread", self._main)
        thread.is_ready = until
        chosen = self._chosen()
        if chosen is not thread:
            chosen.baton.release()
            thread.baton.acquire()
        if not until():
            raise StuckError("every thread waits for another")
        thread.is_ready = lambda: True

    def _chosen(self) -> _Thread:
        ready = [thread for thread in self._threads if thread.is_ready()]
        # Where nobody is ready, each in turn finds out that it waits in vain.
        return self._random.choice(ready or self._threads)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let this schedule order all threads of the engine and the plugin inside."""

        class Threads(_Threads):
            schedule = self

        class FewThreads(Threads):
            most = AT_ONCE

        class Waiting(_Waiting[Any]):
            schedule = self

        class Condition(_Condition):
            schedule = self

        class Lock(_Lock):
            schedule = self

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gate, "threading", SimpleNamespace(Condition=Condition))
            patch.setattr(registrations, "threading", SimpleNamespace(Condition=Condition, Lock=Lock))
            patch.setattr(view, "Future", Waiting)
            patch.setattr(parallel_work, "ThreadPoolExecutor", Threads)
            patch.setattr(deletions, "ThreadPoolExecutor", FewThreads)
            self.executor: Callable[[], Executor] = FewThreads
            yield


class _Waiting(Future[Result]):
    """A result for which a thread waits as the schedule has it."""

    schedule: Schedule

    def result(self, timeout: float | None = None) -> Result:
        if not self.done():
            self.schedule.pass_on(until=self.done)
        return super().result(timeout)


class _Condition:
    """A condition whose lock nobody can find taken, as nobody passes the baton on while he has it."""

    schedule: Schedule

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def wait_for(self, is_true: Callable[[], bool]) -> None:
        if not is_true():
            self.schedule.pass_on(until=is_true)

    def notify_all(self) -> None:
        pass


class _Lock:
    """A lock that is held while others go on."""

    schedule: Schedule

    def __init__(self) -> None:
        self._is_free = True

    def __enter__(self) -> None:
        if not self._is_free:
            self.schedule.pass_on(until=lambda: self._is_free)
        self._is_free = False

    def __exit__(self, *_: object) -> None:
        self._is_free = True


class _Threads(Executor):
    """Does tasks with so many threads of a schedule at a time."""

    schedule: Schedule
    most = 16

    def __init__(self, *_: object, **__: object) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._running = 0

    def submit(self, task: Callable[..., Result], /, *args: Any, **named: Any) -> "Future[Result]":
        class Waiting(_Waiting[Result]):
            schedule = self.schedule

        future = Waiting()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(task(*args, **named))
            except BaseException as error:
                future.set_exception(error)

        self._waiting.append(work)
        if self._running < self.most:
            self._running += 1
            self.schedule.begin(self._work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if cancel_futures:
            self._waiting.clear()
        if wait and self._running:
            self.schedule.pass_on(until=lambda: self._running == 0)

    def _work(self) -> None:
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            self._running -= 1


class InThisThread(Executor):
    """Does each task when it is submitted: the calls of a run come in one order, and need one connection."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def submit(self, task: Callable[..., Result], /, *args: Any, **named: Any) -> "Future[Result]":
        future: Future[Result] = Future()
        try:
            future.set_result(task(*args, **named))
        except BaseException as error:
            future.set_exception(error)
        return future
