"""What was measured, and the file that keeps it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.conditions import Combination, Conditions


@dataclass(frozen=True)
class Row:
    """One combination, and what it took; times in seconds, memory in 10^6 bytes.

    Attributes:
        done: How many numbers it got done.
        wanted: How many there were to do.
        calls: What the sandbox received.
        refused: How many of them it answered with 429.
        problem: Why it ended early; empty when it did not.
    """

    operation: str
    contender: str
    n: int
    latency: int
    rate_limit: bool
    done: int
    wanted: int
    calls: int
    refused: int
    seconds: float
    floor_calls: int
    floor_seconds: float
    cpu_seconds: float
    plugin_cpu_seconds: float
    plugin_peak_mb: float
    problem: str = ""
    program_cpu_seconds: float = 0.0

    @property
    def combination(self) -> Combination:
        """What was measured."""
        return Combination(self.operation, self.contender, Conditions(self.n, self.latency, self.rate_limit))

    @property
    def is_complete(self) -> bool:
        """Whether it did all that it was to do."""
        return self.done == self.wanted and not self.problem


@dataclass
class Results:
    """All rows by combination, figures that are no combination, the machine, and what was not run and why."""

    machine: dict[str, str] = field(default_factory=dict)
    rows: dict[Combination, Row] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Add a row, or put it in the place of an earlier one."""
        self.rows[row.combination] = row

    def save(self, path: Path) -> None:
        """Write the file."""
        rows = [{key: _rounded(value) for key, value in asdict(row).items()} for row in self.rows.values()]
        figures = {key: _rounded(value) for key, value in self.figures.items()}
        content = {"machine": self.machine, "figures": figures, "left_out": self.left_out, "rows": rows}
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read the file of an earlier run; where there is none, there are no results."""
        if not path.exists():
            return cls()
        content = json.loads(path.read_text(encoding="utf-8"))
        results = cls(content["machine"], figures=content["figures"], left_out=content["left_out"])
        for row in content["rows"]:
            results.add(Row(**row))
        return results


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
