"""Measure this project against the official SDK on the sandbox: `python -m bench`."""

import time
from collections.abc import Sequence
from pathlib import Path

import click

from bench.conditions import CONTENDERS, OPERATIONS, Combination
from bench.contest import Contest
from bench.figures import all_figures
from bench.machine import kind_of_machine
from bench.page import write_figures
from bench.plan import LATENCIES, LEFT_OUT, NUMBERS, default_choice, every_combination, missing_contenders
from bench.report import report
from bench.results import Results, Row

RESULTS = Path(__file__).parent / "results"
LIMITS = {"off": (False,), "on": (True,), "both": (False, True)}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--operations", multiple=True, type=click.Choice(OPERATIONS), help="Default: all; can be repeated.")
@click.option("--contender", "contenders", multiple=True, type=click.Choice(CONTENDERS), help="Default: all.")
@click.option("--n", "numbers", multiple=True, type=click.IntRange(1, 10_000), help="Default: 10, 100 and 1,000.")
@click.option("--latency", "latencies", multiple=True, type=click.IntRange(0, 10_000), help="Milliseconds of a call.")
@click.option("--rate-limit", type=click.Choice(list(LIMITS)), help="300 calls in 5 s, or not. Default: both.")
@click.option("--figures/--no-figures", default=None, help="Also start-up, check and diff, …. Default: with no choice.")
@click.option("--plots/--no-plots", default=True, show_default=True, help="Draw the plots.")
@click.option("--merge", is_flag=True, help="Keep what earlier runs have measured and this one does not.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=RESULTS, help="Folder of results.")
def main(
    operations: Sequence[str],
    contenders: Sequence[str],
    numbers: Sequence[int],
    latencies: Sequence[int],
    rate_limit: str | None,
    figures: bool | None,
    plots: bool,
    merge: bool,
    output: Path,
) -> None:
    """Measure this project against the official SDK, side by side on the sandbox.

    With no choice of what to measure, a choice that takes about 20 minutes on two cores. Choices are multiplied.
    """
    is_default = not (operations or contenders or numbers or latencies or rate_limit)
    if is_default:
        combinations = list(default_choice())
    else:
        limits = LIMITS[rate_limit or "both"]
        chosen = (
            operations or OPERATIONS,
            contenders or CONTENDERS,
            numbers or NUMBERS,
            latencies or LATENCIES,
            limits,
        )
        combinations = list(every_combination(*chosen))
    output.mkdir(parents=True, exist_ok=True)
    file = output / "results.json"
    results = Results.load(file) if merge else Results()
    results.machine = kind_of_machine()
    kept = {what: why for what, why in results.left_out.items() if what not in CONTENDERS}
    results.left_out = {**kept, **(LEFT_OUT if is_default else {})}
    for contender, why in missing_contenders().items():
        click.echo(f"left out: {contender}: {why}")
        results.left_out[contender] = why
        combinations = [combination for combination in combinations if combination.contender != contender]
    try:
        with Contest() as contest:
            if is_default if figures is None else figures:
                for name, value in all_figures(contest):
                    results.figures[name] = value
                    results.save(file)
                    click.echo(f"{name}: {value:,.3g}")
            _run(contest, combinations, results, file)
    finally:
        _write(results, output, plots=plots)


def _write(results: Results, output: Path, *, plots: bool) -> None:
    (output / "README.md").write_text(report(results), encoding="utf-8")
    if plots:
        # Drawing needs the extra `bench`; measuring does not.
        from bench.plots import draw

        draw(results, output)
    if output == RESULTS:
        write_figures(results)
    click.echo(f"written: {output.name}/README.md")


def _run(contest: Contest, combinations: Sequence[Combination], results: Results, file: Path) -> None:
    began = time.monotonic()
    for position, combination in enumerate(combinations, 1):
        row = contest.row(combination)
        results.add(row)
        results.save(file)
        minutes = (time.monotonic() - began) / 60
        click.echo(f"[{position}/{len(combinations)}, {minutes:.1f} min] {combination}: {_in_words(row)}")


def _in_words(row: Row) -> str:
    done = "" if row.is_complete else f", {row.done:,} of {row.wanted:,} done: {row.problem}"
    refused = f", {row.refused:,} times 429" if row.refused else ""
    return f"{row.calls:,} calls, {row.seconds:.1f} s{refused}{done}"


if __name__ == "__main__":
    main()
