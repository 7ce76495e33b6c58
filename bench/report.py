"""The tables: what is to be reached, every combination, and what was not run."""

from collections.abc import Sequence

from bench.conditions import CONTENDERS, OPERATIONS, SDK, SDK_LOOP, SDK_THREADS, Combination, Conditions
from bench.results import Results, Row
from bench.targets import targets

HEADINGS = (
    "operation",
    "contender",
    "done",
    "calls",
    "429s",
    "seconds",
    "÷ SDK loop",
    "÷ SDK 4 threads",
    "÷ floor",
    "calls ÷ SDK loop",
    "plugin CPU s",
    "plugin peak MB",
    "program CPU s",
    "all CPU s",
)


def report(results: Results) -> str:
    """Return the page of results, in markdown."""
    parts = ["# Results of `make bench`\n", _machine(results), "## To reach\n", targets_table(results)]
    if results.figures:
        parts += ["## Figures by themselves\n", figures_table(results)]
    for conditions in sorted({combination.conditions for combination in results.rows}):
        parts += [f"## {conditions}\n", _conditions_table(results, conditions)]
        absent = _absent(results, conditions)
        if absent:
            parts.append(f"Not run here: {'; '.join(absent)}.\n")
    if results.left_out:
        parts += ["## Not run\n", "".join(f"- {what}: {why}.\n" for what, why in results.left_out.items())]
    return "\n".join(parts)


def targets_table(results: Results) -> str:
    """Return what is to be reached, and what was."""
    rows = [(t.work, t.bound, t.measured, t.verdict) for t in targets(results)]
    return _table(("work", "to reach", "measured", ""), rows)


def figures_table(results: Results) -> str:
    """Return the figures that are no combination."""
    return _table(("figure", ""), [(name, f"{value:,.3g}") for name, value in results.figures.items()])


def _machine(results: Results) -> str:
    return "; ".join(f"{name}: {value}" for name, value in results.machine.items()) + ".\n"


def _conditions_table(results: Results, conditions: Conditions) -> str:
    rows = []
    for operation in OPERATIONS:
        for contender in CONTENDERS:
            row = results.rows.get(Combination(operation, contender, conditions))
            if row is not None:
                rows.append(_cells(results, row))
    return _table(HEADINGS, rows)


def _cells(results: Results, row: Row) -> tuple[str, ...]:
    loop, threads = sdk_row(results, row, SDK_LOOP), sdk_row(results, row, SDK_THREADS)
    return (
        row.operation,
        row.contender,
        "all" if row.is_complete else f"{row.done:,} of {row.wanted:,}: {row.problem}".replace("|", "/"),
        f"{row.calls:,}",
        f"{row.refused:,}",
        f"{row.seconds:.1f}",
        _ratio(row.seconds, loop.seconds if loop else 0, row, loop),
        _ratio(row.seconds, threads.seconds if threads else 0, row, threads),
        _ratio(row.seconds, row.floor_seconds, row),
        _ratio(row.calls, loop.calls if loop else 0, row, loop),
        f"{row.plugin_cpu_seconds:.1f}",
        f"{row.plugin_peak_mb:.0f}",
        f"{row.program_cpu_seconds:.1f}" if row.program_cpu_seconds else "",
        f"{row.cpu_seconds:.1f}",
    )


def sdk_row(results: Results, row: Row, contender: str) -> Row | None:
    """Return what the SDK took for the same; for a preview, that is asking for every number, as for a refresh."""
    operation = "refresh" if row.operation == "preview" else row.operation
    return results.rows.get(Combination(operation, contender, row.combination.conditions))


def _ratio(value: float, reference: float, *rows: Row | None) -> str:
    """Compare; what has not done all of its work, or takes nothing at all, is no reference."""
    if not reference or not all(row is not None and row.is_complete for row in rows):
        return ""
    return f"{value / reference:.2f}"


def _absent(results: Results, conditions: Conditions) -> list[str]:
    absent = []
    for contender in CONTENDERS:
        missing = [
            operation
            for operation in OPERATIONS
            if Combination(operation, contender, conditions) not in results.rows
            and not (contender in SDK and operation == "preview")
        ]
        if missing:
            absent.append(contender if len(missing) >= len(OPERATIONS) - 1 else f"{contender} ({', '.join(missing)})")
    return absent


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
