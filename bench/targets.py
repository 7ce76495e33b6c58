"""What this project wants to reach, against what was measured."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.conditions import (
    BARE_CLI,
    BARE_EMBEDDED,
    MANY_EMBEDDED,
    SDK_LOOP,
    SDK_THREADS,
    SINGLE_CLI,
    SINGLE_EMBEDDED,
    STACKS,
    Combination,
    Conditions,
)
from bench.results import Results, Row

NOT_MEASURED = "not measured"
REACHED, MISSED = "reached", "missed"
EXTRA_CALLS = 55
LIMITED, AT_20_MS = Conditions(1000, 20, rate_limit=True), Conditions(1000, 20, rate_limit=False)
LARGE = Conditions(10_000, 20, rate_limit=False)


@dataclass(frozen=True)
class Target:
    """One line: the work, the bound, what was measured, and whether that is within the bound."""

    work: str
    bound: str
    measured: str = NOT_MEASURED
    is_reached: bool | None = None

    @property
    def verdict(self) -> str:
        """The last, as a word."""
        return {None: "", True: REACHED, False: MISSED}[self.is_reached]


def targets(results: Results) -> Iterator[Target]:
    """Return every line."""
    yield _calls_and_floor(results, MANY_EMBEDDED, LIMITED, 1.1, "the rate limit's floor, no 429")
    yield _calls_and_floor(results, SINGLE_EMBEDDED, AT_20_MS, 1.25, "N / 4 calls of 20 ms")
    for contender in (SINGLE_EMBEDDED, MANY_EMBEDDED):
        yield _refresh(results, contender)
    for contender in (SINGLE_EMBEDDED, MANY_EMBEDDED):
        row = results.rows.get(Combination("preview", contender, AT_20_MS))
        work = f"preview without changes, {contender}"
        yield Target(work, "0 calls") if row is None else Target(work, "0 calls", f"{row.calls} calls", row.calls == 0)
    yield _figure(
        results,
        ("check of a PoolNumber (ms)", "diff of a PoolNumber (ms)"),
        "check and diff of a PoolNumber, in a preview without changes",
        1,
        "ms",
    )
    yield _figure(
        results,
        ("one PoolNumber more in a pool of 10,000 (calls)",),
        "one PoolNumber more in a pool of 10,000",
        4,
        "calls",
    )
    name = "one number less and one more in a PoolNumbers of 10,000"
    yield _figure(results, (f"{name} (calls)",), name, 8, "calls")
    yield _figure(results, ("ledger of 10,000 numbers (KB)",), "ledger of 10,000 numbers", 300, "KB")
    name = "check of the ledger of 10,000 numbers"
    yield _figure(results, (f"{name} (ms)",), name, 50, "ms")
    yield _memory(results)
    yield _figure(results, ("state of a PoolNumbers of 10,000 (MB)",), "state of a PoolNumbers of 10,000", 1, "MB")
    yield _figure(results, ("diff of a PoolNumbers of 10,000 (ms)",), "diff of a PoolNumbers of 10,000", 100, "ms")
    yield _figure(
        results,
        ("import pulumi_plivo, after import pulumi (ms)",),
        "import pulumi_plivo, after import pulumi",
        50,
        "ms",
    )
    yield _figure(
        results,
        ("start of the plugin until its first answer (s)",),
        "start of the plugin until its first answer",
        1,
        "s",
    )
    yield _half_of_the_calls(results)
    for single, bare in ((SINGLE_EMBEDDED, BARE_EMBEDDED), (SINGLE_CLI, BARE_CLI)):
        for operation in ("add", "preview", "remove"):
            yield _beside_the_bare_one(results, operation, single, bare)


def _calls_and_floor(results: Results, contender: str, conditions: Conditions, factor: float, floor_is: str) -> Target:
    work = f"add, {contender}, {conditions}"
    bound = f"≤ {conditions.n + EXTRA_CALLS:,} calls, ≤ {factor} times {floor_is}"
    row = results.rows.get(Combination("add", contender, conditions))
    if row is None:
        return Target(work, bound)
    ratio = row.seconds / row.floor_seconds
    reached = row.is_complete and row.calls <= row.n + EXTRA_CALLS and ratio <= factor and not row.refused
    return Target(
        work, bound, f"{_calls(row)}, {row.seconds:.1f} s = {ratio:.2f} times, 429s: {row.refused:,}", reached
    )


def _refresh(results: Results, contender: str) -> Target:
    work, bound = f"refresh, 1% drift, {contender}, {AT_20_MS}", "≤ 120 calls, ≤ 0.1 times the SDK's 4 threads"
    row, threads = (results.rows.get(Combination("refresh", each, AT_20_MS)) for each in (contender, SDK_THREADS))
    if row is None or threads is None:
        return Target(work, bound)
    ratio = row.seconds / threads.seconds
    reached = row.is_complete and row.calls <= 120 and ratio <= 0.1
    return Target(work, bound, f"{_calls(row)}, {row.seconds:.1f} s = {ratio:.2f} times", reached)


def _memory(results: Results) -> Target:
    work, bound = "memory of the plugin at 10,000, the most of all rows", "≤ 200 MB"
    rows = [row for row in results.rows.values() if row.n == LARGE.n and row.contender in STACKS]
    if not rows:
        return Target(work, bound)
    most = max(rows, key=lambda row: row.plugin_peak_mb)
    what = f"{most.plugin_peak_mb:.0f} MB ({most.operation}, {most.contender})"
    return Target(work, bound, what, most.plugin_peak_mb <= 200)


def _beside_the_bare_one(results: Results, operation: str, single: str, bare: str) -> Target:
    work, bound = f"{operation}, {single}, {AT_20_MS}", "≤ 1.15 times the bare provider"
    ours, theirs = (results.rows.get(Combination(operation, each, AT_20_MS)) for each in (single, bare))
    if ours is None or theirs is None:
        return Target(work, bound)
    ratio = ours.seconds / theirs.seconds
    return Target(work, bound, f"{ours.seconds:.1f} s = {ratio:.2f} times", ours.is_complete and ratio <= 1.15)


def _figure(results: Results, names: tuple[str, ...], work: str, bound: float, unit: str) -> Target:
    if not all(name in results.figures for name in names):
        return Target(work, f"≤ {bound:g} {unit}")
    value = sum(results.figures[name] for name in names)
    return Target(work, f"≤ {bound:g} {unit}", f"{value:,.3g} {unit}", value <= bound)


def _half_of_the_calls(results: Results) -> Target:
    """Compare the calls with what the SDK's loop makes for so many numbers, which neither latency nor limit changes."""
    work, bound = "calls ÷ those of the SDK's plain loop, the worst row of a stack", "≤ 0.5"
    loops = {
        (row.operation, row.n): row for row in results.rows.values() if row.contender == SDK_LOOP and row.is_complete
    }
    shares = []
    for row in results.rows.values():
        loop = loops.get(("refresh" if row.operation == "preview" else row.operation, row.n))
        if row.contender in STACKS and loop is not None:
            shares.append((row.calls / loop.calls, row))
    if not shares:
        return Target(work, bound)
    share, row = max(shares, key=lambda each: each[0])
    return Target(work, bound, f"{share:.2f} ({row.combination})", share <= 0.5)


def _calls(row: Row) -> str:
    return f"{row.calls:,} calls" if row.is_complete else f"{row.calls:,} calls, {row.done:,} of {row.wanted:,} done"
