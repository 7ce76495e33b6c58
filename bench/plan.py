"""Which combinations are measured: all that were asked for, or a choice that takes about 20 minutes."""

from collections.abc import Iterator, Mapping, Sequence

from bench.conditions import CONTENDERS, OPERATIONS, SDK, SDK_LOOP, STACKS, Combination, Conditions
from bench.stack import find_cli, has_pool_numbers

NUMBERS = (10, 100, 1000)
READ_NUMBERS = (*NUMBERS, 10_000)
LATENCIES = (0, 20, 100)
READS = ("preview", "refresh")

#: What the default choice does not run, and why.
LEFT_OUT = {
    "10 and 100 numbers at 0 and 100 ms": "starting the programs is most of it; 20 ms shows the same",
    "10 and 100 numbers with the rate limit": "300 calls at once are allowed, so it changes nothing",
    "1,000 numbers with the rate limit at 0 and 100 ms": "the limit is longer than the calls at every latency",
    "1,000 numbers at 0 and 100 ms: preview": "it makes no call, so it is the same at 20 ms",
    "1,000 numbers at 100 ms: remove": "it takes as many calls as add",
    "1,000 numbers at 100 ms: SDK, plain loop": "over three minutes for each operation",
    "1,000 numbers at 100 ms: PoolNumber, CLI": "its engine is the limit at 0 and 20 ms already",
    "10,000 numbers, SDK": "over 20,000 calls for each operation",
    "10,000 numbers, PoolNumber, CLI": "minutes in its engine; the embedded one shows the calls",
    "10,000 numbers at 0 and 100 ms, and with the rate limit": "20 ms shows the calls, which depend on neither",
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
    single_cli = "PoolNumber, CLI"
    yield from every_combination(OPERATIONS, CONTENDERS, (10, 100, 1000), (20,), (False,))
    yield from every_combination(("add", "refresh", "remove"), CONTENDERS, (1000,), (20,), (True,))
    yield from every_combination(("add", "refresh", "remove"), CONTENDERS, (1000,), (0,), (False,))
    fast = [contender for contender in CONTENDERS if contender not in (SDK_LOOP, single_cli)]
    yield from every_combination(("add", "refresh"), fast, (1000,), (100,), (False,))
    stacks = [contender for contender in STACKS if contender != single_cli]
    yield from every_combination(READS, stacks, (10_000,), (20,), (False,))


def missing_contenders() -> Mapping[str, str]:
    """Return the contenders that can't run here, and why."""
    missing = {}
    for contender in STACKS:
        if contender.startswith("PoolNumbers") and not has_pool_numbers():
            missing[contender] = "this version of pulumi_plivo has no PoolNumbers"
        elif contender.endswith("CLI") and find_cli() is None:
            missing[contender] = "there is no pulumi CLI on PATH"
    return missing
