"""The figures in `docs/performance.md`, which a run on the default folder brings up to date."""

from pathlib import Path

from bench.report import targets_table
from bench.results import Results

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- written by make bench -->\n", "<!-- end -->\n"


def write_figures(results: Results) -> None:
    """Replace the table between the marks."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    machine = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    PAGE.write_text(
        f"{before}{BEGIN}\n{targets_table(results)}\nMeasured on: {machine}.\n\n{END}{after}", encoding="utf-8"
    )
