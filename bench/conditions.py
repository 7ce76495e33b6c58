"""What is measured: operations and contenders, under conditions."""

from dataclasses import dataclass

OPERATIONS = ("add", "preview", "refresh", "remove")

SDK_LOOP, SDK_THREADS = "SDK, plain loop", "SDK, 4 threads"
SINGLE_EMBEDDED, SINGLE_CLI = "PoolNumber, embedded", "PoolNumber, CLI"
BARE_EMBEDDED, BARE_CLI = "bare provider, embedded", "bare provider, CLI"
MANY_EMBEDDED, MANY_CLI = "PoolNumbers, embedded", "PoolNumbers, CLI"
SDK = (SDK_LOOP, SDK_THREADS)
STACKS = (SINGLE_EMBEDDED, SINGLE_CLI, MANY_EMBEDDED, MANY_CLI)
BARE = (BARE_EMBEDDED, BARE_CLI)
CONTENDERS = (*SDK, *BARE, *STACKS)

#: How many calls each contender makes at a time, at most.
PARALLEL = {
    SDK_LOOP: 1,
    SDK_THREADS: 4,
    BARE_EMBEDDED: 4,
    BARE_CLI: 4,
    SINGLE_EMBEDDED: 4,
    SINGLE_CLI: 4,
    MANY_EMBEDDED: 16,
    MANY_CLI: 16,
}


@dataclass(frozen=True, order=True)
class Conditions:
    """How many numbers, how slow each call (milliseconds), and whether 300 calls in 5 seconds are the limit."""

    n: int
    latency: int
    rate_limit: bool

    def __str__(self) -> str:
        limit = "rate limit on" if self.rate_limit else "no rate limit"
        return f"{self.n:,} numbers, {self.latency} ms a call, {limit}"


@dataclass(frozen=True)
class Combination:
    """One thing to measure."""

    operation: str
    contender: str
    conditions: Conditions

    def __str__(self) -> str:
        return f"{self.operation}, {self.contender}, {self.conditions}"


def drifted(n: int) -> int:
    """Return how many of `n` numbers have left the pool by another hand before a refresh: 1%, at least one."""
    return max(1, n // 100)
