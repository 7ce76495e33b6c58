"""Which combinations are measured: all that were asked for, or a choice that takes about 20 minutes."""

from collections.abc import Iterator, Mapping, Sequence

from bench.conditions import (
    BARE,
    BARE_CLI,
    BARE_EMBEDDED,
    MANY_CLI,
    MANY_EMBEDDED,
    OPERATIONS,
    SDK,
    SDK_THREADS,
    SINGLE_EMBEDDED,
    STACKS,
    Combination,
    Conditions,
)
from bench.stack import find_cli, has_pool_numbers

NUMBERS = (10, 100, 1000)
LATENCIES = (0, 20, 100)

#: What the default choice does not run, and why.
LEFT_OUT = {
    "10 and 100 numbers at 0 and 100 ms": "starting the programs is most of it; 20 ms shows the same",
    "10 and 100 numbers with the rate limit": "300 calls at once are allowed, so it changes little",
    "1,000 numbers with the rate limit at 100 ms; at 0 ms but for the SDK": "the limit is longer than the calls",
    "1,000 numbers with the rate limit at 20 ms, SDK, plain loop": "it makes fewer calls than the limit allows",
    "1,000 numbers, preview, at 0 and 100 ms and with the rate limit": "it makes no call, so it is the same",
    "1,000 numbers at 100 ms, remove": "it takes as many calls as add",
    "1,000 numbers at 100 ms, SDK, plain loop": "over three minutes for each operation",
    "1,000 numbers, PoolNumber, CLI, but for 20 ms without the rate limit": "its engine is the limit there already",
    "10,000 numbers, SDK": "over 20,000 calls for each operation",
    "10,000 numbers, PoolNumber, CLI; preview of PoolNumber, embedded": "minutes of Pulumi's own work",
    "10,000 numbers, other changes, latencies and the rate limit": "the calls depend on neither; 1,000 numbers show it",
}


def every_combination(
    operations: Sequence[str],
    contenders: Sequence[str],
    numbers: Sequence[int],
    latencies: Sequence[int],
    rate_limits: Sequence[bool],
) -> Iterator[Combination]:
    """Return every combination of these, in the order in which they are run."""
    for n in numbers:
        for rate_limit in rate_limits:
            for latency in latencies:
                conditions = Conditions(n, latency, rate_limit)
                for contender in contenders:
                    for operation in operations:
                        # A script has no preview: to know what would change it asks for every number, as for a refresh.
                        if not (contender in SDK and operation == "preview"):
                            yield Combination(operation, contender, conditions)


def default_choice() -> Iterator[Combination]:
    """Return what is run when nothing is asked for."""
    stacks = (SINGLE_EMBEDDED, MANY_EMBEDDED, MANY_CLI)
    changes = ("add", "refresh", "remove")
    yield from every_combination(OPERATIONS, (*SDK, *STACKS), (10, 100, 1000), (20,), (False,))
    # Against its own single resources alone.
    yield from every_combination(("add", "preview", "remove"), (BARE_EMBEDDED, BARE_CLI), (1000,), (20,), (False,))
    yield from every_combination(changes, (*SDK, *stacks), (1000,), (0,), (False,))
    yield from every_combination(("add", "refresh"), (SDK_THREADS, *stacks), (1000,), (100,), (False,))
    yield from every_combination(changes, SDK, (1000,), (0,), (True,))
    yield from every_combination(changes, (SDK_THREADS, *stacks), (1000,), (20,), (True,))
    yield from every_combination(("refresh",), stacks, (10_000,), (20,), (False,))
    yield from every_combination(("preview",), (MANY_EMBEDDED, MANY_CLI), (10_000,), (20,), (False,))
    # For the memory of the plugin.
    yield from every_combination(("add",), (MANY_EMBEDDED,), (10_000,), (0,), (False,))


def missing_contenders() -> Mapping[str, str]:
    """Return the contenders that can't run here, and why."""
    missing = {}
    for contender in (*BARE, *STACKS):
        if contender.startswith("PoolNumbers") and not has_pool_numbers():
            missing[contender] = "this version of pulumi_plivo has no PoolNumbers"
        elif contender.endswith("CLI") and find_cli() is None:
            missing[contender] = "there is no pulumi CLI on PATH"
    return missing
