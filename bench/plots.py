"""The plots: seconds by the number of numbers, and calls by operation."""

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

from matplotlib import pyplot
from matplotlib.axes import Axes

from bench.conditions import (
    MANY_CLI,
    MANY_EMBEDDED,
    SDK_LOOP,
    SDK_THREADS,
    SINGLE_CLI,
    SINGLE_EMBEDDED,
    Combination,
    Conditions,
)
from bench.results import Results

SIZE = (9, 5.5)
COLOURS = {
    SDK_LOOP: "#8c8c8c",
    SDK_THREADS: "#595959",
    SINGLE_EMBEDDED: "#3b7dd8",
    SINGLE_CLI: "#1b3f73",
    MANY_EMBEDDED: "#d9480f",
    MANY_CLI: "#7f2a07",
}


def draw(results: Results, directory: Path) -> None:
    """Draw what there are rows for."""
    with pyplot.rc_context({"font.size": 15, "axes.spines.top": False, "axes.spines.right": False}):
        _draw_seconds(results, directory / "add-seconds.png")
        _draw_calls(results, directory / "calls.png")


def _draw_seconds(results: Results, path: Path) -> None:
    figure, axes = pyplot.subplots(figsize=SIZE, layout="constrained")
    ends = []
    for contender in (SDK_LOOP, SDK_THREADS, SINGLE_EMBEDDED, MANY_EMBEDDED):
        points = sorted(
            (row.n, row.seconds)
            for row in results.rows.values()
            if (row.operation, row.contender, row.latency, row.rate_limit) == ("add", contender, 20, False)
            and row.is_complete
        )
        if len(points) > 1:
            axes.plot(*zip(*points, strict=True), color=COLOURS[contender], marker="o", linewidth=3, markersize=8)
            ends.append((*points[-1], contender))
    if ends:
        axes.set(
            xscale="log",
            yscale="log",
            xlabel="numbers",
            title="Seconds to add numbers, at 20 ms a call",
            ylim=(0.3, None),
        )
        axes.set_xticks([10, 100, 1000], ["10", "100", "1,000"])
        axes.set_yticks([1, 3, 10, 30], ["1", "3", "10", "30"])
        axes.minorticks_off()
        axes.grid(axis="y", alpha=0.3)
        _label_ends(axes, ends)
        figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _label_ends(axes: Axes, ends: list[tuple[int, float, str]]) -> None:
    """Write each line's name at its end, one below the other."""
    height = 0.0
    for n, seconds, contender in sorted(ends, key=lambda end: end[1]):
        # On a log scale: labels that are less than this factor apart would overlap.
        height = max(seconds, height * 1.45)
        text = f"{contender}: {seconds:.0f} s"
        axes.text(n * 1.15, height, text, color=COLOURS[contender], verticalalignment="center", fontweight="bold")
    axes.set_xlim(8, 1000 * 30)


def _draw_calls(results: Results, path: Path) -> None:
    conditions = Conditions(1000, 20, rate_limit=False)
    bars = []
    for operation, words in (("add", "add 1,000"), ("refresh", "refresh 1,000"), ("remove", "remove 1,000")):
        for contender in (SDK_LOOP, SINGLE_EMBEDDED, MANY_EMBEDDED):
            row = results.rows.get(Combination(operation, contender, conditions))
            if row is not None:
                bars.append((f"{words}, {contender.partition(', ')[0]}", row.calls, COLOURS[contender]))
    if bars:
        figure, axes = pyplot.subplots(figsize=SIZE, layout="constrained")
        names, calls, colours = zip(*reversed(bars), strict=True)
        drawn = axes.barh(names, calls, color=colours)
        axes.bar_label(drawn, [f"{count:,}" for count in calls], padding=5)
        axes.set(title="Calls to Plivo", xticks=[])
        axes.spines["bottom"].set_visible(False)
        figure.savefig(path, dpi=110)
        pyplot.close(figure)
