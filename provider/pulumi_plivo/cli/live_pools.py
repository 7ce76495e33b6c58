"""What the account has at Plivo: its Powerpacks, who is in their pools, and the numbers that it rents."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from pulumi_plivo.api import AccountNumber, Client, MemberKind, PoolMember, Powerpack
from pulumi_plivo.cli.endings import asking_for
from pulumi_plivo.cli.progress import ReadingProgress

Given = TypeVar("Given")
Item = TypeVar("Item")
THREADS = 4


@dataclass(frozen=True)
class LivePool:
    """Who is in a number pool, each once, in the order of their digits."""

    numbers: tuple[PoolMember, ...]
    toll_frees: tuple[PoolMember, ...]
    shortcodes: tuple[PoolMember, ...]


def read_powerpacks(client: Client) -> list[Powerpack]:
    """Return the account's Powerpacks. Raises NotAskedError."""
    with asking_for(f"the Powerpacks of account {client.auth_id}"):
        return list(client.powerpacks.all())


def read_pools(
    client: Client, uuids: Iterable[str], *, with_account: bool = False
) -> tuple[dict[str, LivePool], dict[str, AccountNumber]]:
    """Return who is in each of some pools, and with `with_account` all numbers that the account rents.

    Raises NotAskedError.
    """
    pools = list(dict.fromkeys(uuids))
    stopped = threading.Event()
    lists = [(pool, kind) for pool in pools for kind in MemberKind]
    with ReadingProgress(len(lists) + with_account) as progress:

        def members(of: tuple[str, MemberKind]) -> list[PoolMember]:
            pool, kind = of
            with asking_for(f"the members of pool {pool} ({kind.value})"):
                found = _members(client, pool, kind, stopped)
            progress.list_read(len(found))
            return found

        def rented(_: None) -> dict[str, AccountNumber]:
            with asking_for(f"the numbers of account {client.auth_id}"):
                found = {each.number: each for each in _until(stopped, client.account_numbers.all())}
            progress.list_read(len(found))
            return found

        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="plivo-numbers")
        try:
            account = executor.submit(rented, None) if with_account else None
            read = dict(zip(lists, executor.map(members, lists), strict=True))
            return {pool: _pool(read, pool) for pool in pools}, account.result() if account else {}
        finally:
            stopped.set()
            executor.shutdown(wait=False, cancel_futures=True)


def in_parallel(work: Callable[[Given], Item], given: Sequence[Given]) -> list[Item]:
    """Return what `work` makes of each, in order; the first error is raised."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="plivo-numbers") as executor:
        return list(executor.map(work, given))


def _pool(read: dict[tuple[str, MemberKind], list[PoolMember]], pool: str) -> LivePool:
    toll_frees = _each_once(read[pool, MemberKind.TOLL_FREE])
    free = {each.digits for each in toll_frees}
    # The list of numbers may hold the toll-free ones too.
    numbers = _each_once(each for each in read[pool, MemberKind.NUMBER] if each.digits not in free)
    return LivePool(numbers, toll_frees, _each_once(read[pool, MemberKind.SHORTCODE]))


def _members(client: Client, pool: str, kind: MemberKind, stopped: threading.Event) -> list[PoolMember]:
    """Return all entries of a list. One without a service may leave out those for MMS: these are asked for then."""
    found = list(_until(stopped, client.pool_members.all(kind, pool)))
    if kind is MemberKind.SHORTCODE or any(each.service == "mms" for each in found):
        return found
    first = client.pool_members.page(kind, pool, service="mms").members
    if not first or first == tuple(found[: len(first)]):
        return found
    known = {each.digits for each in found}
    return found + [
        each for each in _until(stopped, client.pool_members.all(kind, pool, service="mms")) if each.digits not in known
    ]


def _each_once(members: Iterable[PoolMember]) -> tuple[PoolMember, ...]:
    """Return each member once, by its digits; one that is listed with several services has none that could be named."""
    found: dict[str, PoolMember] = {}
    for each in members:
        before = found.setdefault(each.digits, each)
        if before.service != each.service:
            found[each.digits] = replace(before, service=None)
    return tuple(found[digits] for digits in sorted(found))


def _until(stopped: threading.Event, items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items until another list has failed: nobody waits for this one any more."""
    for each in items:
        if stopped.is_set():
            return
        yield each
