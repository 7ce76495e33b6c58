"""The harness of `make bench` measures what it says, here with two numbers."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.__main__ import main
from bench.conditions import MANY_EMBEDDED, SDK_LOOP, SINGLE_EMBEDDED, Combination, Conditions
from bench.floors import floor_calls, floor_seconds
from bench.results import Results, Row


def bench(output: Path, contender: str, *operations: str) -> dict[str, Row]:
    """Measure operations with two numbers, keep what is in the folder, and return the contender's rows."""
    chosen = [option for operation in operations for option in ("--operations", operation)]
    conditions = ["--latency", "0", "--rate-limit", "off", "--n", "2"]
    arguments = ["--contender", contender, *chosen, *conditions, "--no-plots", "--merge", "--output", str(output)]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    rows = Results.load(output / "results.json").rows.values()
    return {row.operation: row for row in rows if row.contender == contender}


def test_the_sdk_and_a_stack_are_measured_side_by_side(tmp_path: Path) -> None:
    script = bench(tmp_path, SDK_LOOP, "add")["add"]
    stack = bench(tmp_path, SINGLE_EMBEDDED, "add")["add"]

    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert (script.done, script.calls) == (2, 1 + 2 * 2)
    assert (stack.done, stack.refused, stack.floor_calls) == (2, 0, 2)
    assert 2 <= stack.calls <= 6
    assert stack.plugin_peak_mb > 0
    assert "| add | SDK, plain loop | all | 5 | 0 |" in page
    assert f"| add | PoolNumber, embedded | all | {stack.calls} | 0 |" in page


@pytest.mark.slow
def test_what_is_there_is_previewed_without_a_call_refreshed_and_removed(tmp_path: Path) -> None:
    measured = bench(tmp_path, SINGLE_EMBEDDED, "preview", "refresh", "remove")

    assert [row.problem for row in measured.values()] == ["", "", ""]
    assert measured["preview"].calls == 0
    assert measured["refresh"].calls >= 1
    assert (measured["remove"].done, measured["remove"].calls) == (2, 2)


@pytest.mark.parametrize(
    ("operation", "contender", "conditions", "calls", "seconds"),
    [
        ("add", SINGLE_EMBEDDED, Conditions(1000, 20, rate_limit=False), 1000, 5.0),
        ("add", MANY_EMBEDDED, Conditions(1000, 20, rate_limit=True), 1000, 15.0),
        ("add", MANY_EMBEDDED, Conditions(300, 0, rate_limit=True), 300, 0.0),
        ("refresh", SINGLE_EMBEDDED, Conditions(1000, 100, rate_limit=True), 50, 1.3),
        ("preview", SINGLE_EMBEDDED, Conditions(1000, 20, rate_limit=True), 0, 0.0),
    ],
)
def test_the_floor_is_the_fewest_calls_and_the_longer_of_latency_and_limit(
    operation: str, contender: str, conditions: Conditions, calls: int, seconds: float
) -> None:
    combination = Combination(operation, contender, conditions)

    assert floor_calls(combination) == calls
    assert floor_seconds(combination) == pytest.approx(seconds)
