"""The script that the SDK's users write: `python -m bench.sdk_script BASE_URL OPERATION THREADS N`.

It prints how many numbers it has done, and what has stopped it.
"""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from plivo import RestClient, exceptions
from plivo.rest import client as sdk_client

from bench.local_plivo import AUTH_ID, AUTH_TOKEN, POWERPACK, phone_numbers


def looked_for(powerpack: Any, number: str) -> None:
    """Look for a number in the pool, which may not be there."""
    try:
        powerpack.find_number(number)
    except exceptions.ResourceNotFoundError:
        return


WORK: dict[str, Callable[[Any, str], Any]] = {
    "add": lambda powerpack, number: powerpack.add_number(number),
    "refresh": looked_for,
    "remove": lambda powerpack, number: powerpack.remove_number(number),
}


def work_through(operation: str, numbers: Sequence[str]) -> tuple[int, str]:
    """Do one number after the other until something goes wrong; return how many were done, and what went wrong."""
    work = WORK[operation]
    with RestClient(AUTH_ID, AUTH_TOKEN, timeout=60) as client:
        done = 0
        try:
            powerpack = client.powerpacks.get(uuid=POWERPACK)
            for number in numbers:
                work(powerpack, number)
                done += 1
        except exceptions.PlivoRestError as error:
            return done, f"stopped by: {error}"
    return done, ""


def main() -> int:
    """Do the work with the threads; return the exit status."""
    base_url, operation, threads, n = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    sdk_client.PLIVO_API_BASE_URI = f"{base_url}/Account"
    numbers = phone_numbers(n)
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(lambda first: work_through(operation, numbers[first::threads]), range(threads))
        outcomes = list(parts)
    print(sum(done for done, _ in outcomes))
    for _, problem in outcomes:
        if problem:
            print(problem.replace(base_url, ""))
    return int(any(problem for _, problem in outcomes))


if __name__ == "__main__":
    sys.exit(main())
