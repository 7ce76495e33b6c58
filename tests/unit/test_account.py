"""One client and one look at the pools for all threads of a run."""

import time
from concurrent.futures import ThreadPoolExecutor

from pulumi_plivo.account import made_once


def test_threads_that_ask_at_the_same_time_share_what_is_made_once() -> None:
    made: list[int] = []

    @made_once
    def slow(key: int) -> object:
        made.append(key)
        for _ in range(1000):
            # Gives way to the other threads.
            time.sleep(0)
        return object()

    with ThreadPoolExecutor(8) as threads:
        values = list(threads.map(slow, [7] * 8))
    assert made == [7]
    assert len(set(map(id, values))) == 1
