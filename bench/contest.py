"""Measuring one combination, from the same start for everybody."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from plivo_sandbox.engine.loopback import direct_on_loopback

from bench.conditions import PARALLEL, SDK, Combination, drifted
from bench.floors import floor_calls, floor_seconds
from bench.local_plivo import (
    LocalPlivo,
    free_port,
    members_of_the_pool,
    phone_numbers,
    seed_account,
    serving,
    take_out,
)
from bench.measuring import Measured, measure
from bench.prepared import Prepared
from bench.results import Row
from bench.stack import new_stack


class Contest:
    """A folder for everything that is measured, for as long as the context lasts.

    All of it runs on one port: a state remembers where its Plivo was.
    """

    def __enter__(self) -> "Contest":
        self._temporary = tempfile.TemporaryDirectory()
        self.directory = Path(self._temporary.name)
        self.port = free_port()
        self.prepared = Prepared(self.directory / "prepared", self.port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Remove the folder."""
        self._temporary.cleanup()

    def row(self, combination: Combination) -> Row:
        """Measure a combination."""
        directory = self.directory / "run"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        database = directory / "plivo.sqlite3"
        state = self._start(combination, database)
        conditions = combination.conditions
        with serving(database, self.port, conditions) as plivo:
            if combination.contender in SDK:
                measured = _run_sdk(combination, directory, plivo)
                done = int(measured.output.partition("\n")[0] or 0)
            else:
                measured = self._run_stack(combination, directory, plivo, state)
                done = conditions.n if measured.status == 0 else 0
            received = plivo.received()
        members = len(members_of_the_pool(database))
        done = {"add": members, "remove": conditions.n - members}.get(combination.operation, done)
        return Row(
            combination.operation,
            combination.contender,
            conditions.n,
            conditions.latency,
            conditions.rate_limit,
            done,
            conditions.n,
            received.calls,
            received.refused,
            measured.seconds,
            floor_calls(combination),
            floor_seconds(combination),
            measured.cpu_seconds,
            measured.plugin_cpu_seconds,
            measured.plugin_peak_mb,
            _problem(measured),
            measured.program_cpu_seconds,
        )

    def _start(self, combination: Combination, database: Path) -> Path | None:
        """Make the database, and return the state to begin with."""
        numbers = phone_numbers(combination.conditions.n)
        if combination.operation == "add":
            seed_account(database, numbers)
            return None
        if combination.contender in SDK:
            seed_account(database, numbers, numbers)
            state = None
        else:
            form = combination.contender.partition(",")[0]
            prepared, state = self.prepared.database_and_state(
                form, combination.conditions.n, paced=combination.conditions.rate_limit
            )
            shutil.copyfile(prepared, database)
        if combination.operation == "refresh":
            count = drifted(len(numbers))
            take_out(database, numbers[:: len(numbers) // count][:count])
        return state

    def _run_stack(self, combination: Combination, directory: Path, plivo: LocalPlivo, state: Path | None) -> Measured:
        paced = combination.conditions.rate_limit
        stack = new_stack(combination.contender, directory / "stack", plivo.base_url, paced=paced)
        stack.declare(phone_numbers(combination.conditions.n))
        if state is not None:
            stack.take(state)
        return stack.run(combination.operation)


def _run_sdk(combination: Combination, directory: Path, plivo: LocalPlivo) -> Measured:
    threads, n = PARALLEL[combination.contender], combination.conditions.n
    command = [sys.executable, "-m", "bench.sdk_script", plivo.base_url, combination.operation, str(threads), str(n)]
    environment = {**direct_on_loopback(os.environ), "PYTHONPATH": str(Path(__file__).parents[1])}
    return measure(command, directory, environment, has_plugin=False)


def _problem(measured: Measured) -> str:
    """Return the line that says most about a failure."""
    if measured.status == 0:
        return ""
    lines = [line.strip() for line in measured.output.splitlines() if line.strip()]
    telling = [line for line in lines if "rror" in line or "stopped by" in line]
    return (telling or lines or ["it printed nothing"])[0][:300]
