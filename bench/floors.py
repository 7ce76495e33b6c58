"""What no program can do better: the fewest calls, and the shortest time for them.

Calls: adding and removing take one write for each number; a preview without changes takes none; a refresh can look at
the pool by its pages of 20. Time: these calls, as many at a time as the contender makes, each as long as the latency;
under the rate limit, 300 at once, then 300 every 5 seconds. The longer of the two counts. Starting programs takes no
time in a floor.
"""

from math import ceil

from bench.conditions import PARALLEL, Combination

LIMIT, WINDOW = 300, 5.0
PAGE = 20


def floor_calls(combination: Combination) -> int:
    """Return the fewest calls."""
    n = combination.conditions.n
    return {"add": n, "preview": 0, "refresh": ceil(n / PAGE), "remove": n}[combination.operation]


def floor_seconds(combination: Combination) -> float:
    """Return the shortest time for the fewest calls, with as many at a time as the contender makes."""
    calls = floor_calls(combination)
    conditions = combination.conditions
    by_latency = ceil(calls / PARALLEL[combination.contender]) * conditions.latency / 1000
    by_limit = (ceil(calls / LIMIT) - 1) * WINDOW if conditions.rate_limit and calls else 0.0
    return max(by_latency, by_limit)
