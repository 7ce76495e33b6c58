"""What this run's program declares, so that a delete never takes away what the program still wants.

The engine checks every resource of the program before it deletes those that left it, all in one process. A rename
or a forced replacement deletes the very member that another resource declares; a delete is not told the reason. Only
a replacement that deletes first breaks that order: its create is then still to come.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

#: Seconds in which the rest of a program may become known.
PATIENCE = 30.0
#: Of the four threads of a plugin, one must be left for the checks that the others wait for.
MOST_WAITING = 3


class DeclaredMembers:
    """The pool members that were checked in this process, and those that a delete left to their next owner."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._checked: set[object] = set()
        self._awaited_checks: dict[str, set[str] | None] = {}
        self._waiting = 0
        self._pools: defaultdict[str, set[str | None]] = defaultdict(set)
        self._released: set[tuple[str, str]] = set()
        self._awaited: set[str] = set()
        self._left_to_deletes: set[tuple[str, str]] = set()
        self._read_pools: set[str] = set()
        self._removed: set[tuple[str, str]] = set()
        self._leaving: set[tuple[str, str]] = set()

    def declare(self, member: str, number_pool_uuid: str | None) -> None:
        """Note that the program wants `member` in a pool; None for a pool that is not known yet.

        A member belongs to one resource, so a pool that is known takes the place of one that was not.
        """
        with self._lock:
            pools = self._pools[member]
            pools.add(number_pool_uuid)
            if len(pools) > 1:
                pools.discard(None)
            self._lock.notify_all()

    def checked(self, mark: object = None) -> None:
        """Note that a resource was checked and its members declared; others may wait for its mark, if it has one."""
        with self._lock:
            self._checked.add(mark)
            self._lock.notify_all()

    def await_checks(self, resources: Mapping[str, Iterable[str] | None]) -> None:
        """Note the marks of resources of which only their checks will tell which members they want.

        With each those that it may want; None for one that may want any.
        """
        with self._lock:
            for mark, members in resources.items():
                self._awaited_checks[mark] = None if members is None else set(members)

    def wait_for_program(self, members: Iterable[str]) -> list[str]:
        """Wait, half a minute at most, until it is known whether and in which pools the program wants these members.

        Returns what is not known even then. What may want one of them, and is not checked by then, wants it not.
        """
        asked = set(members)
        self._wait_until(lambda: not (self._unchecked(asked) or self._without_pool(asked)))
        with self._lock:
            unchecked = [mark for mark in self._unchecked(asked) if self._awaited_checks[mark] is None]
            return [_named(mark) for mark in unchecked] + [f"the pool of {each}" for each in self._without_pool(asked)]

    def wait_for_all(self) -> list[str]:
        """Wait in the same way until it is known which members the program wants; return what may want any others."""
        self._wait_until(lambda: not self._unchecked(None))
        with self._lock:
            return [_named(mark) for mark in self._unchecked(None)]

    def _wait_until(self, is_known: Callable[[], bool]) -> None:
        with self._lock:
            if is_known() or self._waiting >= MOST_WAITING:
                return
            self._waiting += 1
            try:
                self._lock.wait_for(is_known, PATIENCE)
            finally:
                self._waiting -= 1

    def _unchecked(self, members: set[str] | None) -> list[str]:
        """Return the marks of what is still to be checked and may want one of these members; None for any at all."""
        return [
            mark
            for mark, wanted in self._awaited_checks.items()
            if mark not in self._checked and (members is None or wanted is None or not wanted.isdisjoint(members))
        ]

    def _without_pool(self, members: set[str]) -> list[str]:
        return sorted(each for each in members if None in self._pools.get(each, ()))

    @property
    def knows_program(self) -> bool:
        """Whether anything was checked: a refresh or a destroy checks nothing."""
        with self._lock:
            return bool(self._checked)

    def await_creation(self, member: str) -> None:
        """Note that a create of `member` will follow."""
        with self._lock:
            self._awaited.add(member)

    def creation_begins(self, member: str) -> None:
        """Note that the create of `member` has come."""
        with self._lock:
            self._awaited.discard(member)

    @property
    def awaits_creations(self) -> bool:
        """Whether a create is still to come: then the run is under way, and not all of the program is known."""
        with self._lock:
            return bool(self._awaited)

    def declares_anywhere(self, member: str) -> bool:
        """Whether the program wants `member` in any pool."""
        with self._lock:
            return bool(self._pools.get(member))

    def wants(self, member: str, number_pool_uuid: str) -> bool:
        """Whether the program wants `member` in this pool, or in one that is not known yet."""
        with self._lock:
            return not self._pools.get(member, set()).isdisjoint({number_pool_uuid, None})

    @contextmanager
    def giving_up(self, members: Iterable[str], number_pool_uuid: str) -> Iterator[set[str]]:
        """Yield those members that may be removed inside, since nothing so far wants them in this pool.

        What wants one all the same, and is checked later, learns of it by `was_removed`, and waits until this is over.
        """
        with self._lock:
            allowed = {each for each in members if not self.wants(each, number_pool_uuid)}
            places = {(member, number_pool_uuid) for member in allowed}
            self._removed |= places
            self._leaving |= places
        try:
            yield allowed
        finally:
            with self._lock:
                self._leaving -= places
                self._lock.notify_all()

    def wait_for_removals(self, members: Iterable[str]) -> None:
        """Wait until no delete is about to remove any of these: what it takes away must not be taken over before."""
        wanted = set(members)
        with self._lock:
            self._lock.wait_for(lambda: wanted.isdisjoint(member for member, _ in self._leaving))

    def was_removed(self, member: str, number_pool_uuid: str) -> bool:
        """Whether this run has removed `member` from this pool, or was about to."""
        with self._lock:
            return (member, number_pool_uuid) in self._removed

    def leave_to_delete(self, member: str, number_pool_uuid: str) -> None:
        """Note that a delete at the end of this run, which may unrent, will decide about `member`."""
        with self._lock:
            self._left_to_deletes.add((member, number_pool_uuid))

    def is_left_to_delete(self, member: str, number_pool_uuid: str) -> bool:
        """Whether a delete at the end of this run will decide about it."""
        with self._lock:
            return (member, number_pool_uuid) in self._left_to_deletes

    def read_pool(self, number_pool_uuid: str) -> None:
        """Note that the program reads all that a pool holds."""
        with self._lock:
            self._read_pools.add(number_pool_uuid)

    def reads_pool(self, number_pool_uuid: str) -> bool:
        """Whether the program reads all that a pool holds."""
        with self._lock:
            return number_pool_uuid in self._read_pools

    def release(self, member: str, number_pool_uuid: str) -> None:
        """Note that a delete left `member` in its pool, for a create later in this run."""
        with self._lock:
            self._released.add((member, number_pool_uuid))

    def take_over(self, member: str, number_pool_uuid: str) -> bool:
        """Whether a delete of this run left `member` there; once it was asked, it is taken."""
        with self._lock:
            if (member, number_pool_uuid) not in self._released:
                return False
            self._released.discard((member, number_pool_uuid))
            return True

    def forget(self) -> None:
        """Forget everything: another run begins."""
        with self._lock:
            self._checked.clear()
            self._awaited_checks.clear()
            self._pools.clear()
            self._released.clear()
            self._awaited.clear()
            self._left_to_deletes.clear()
            self._read_pools.clear()
            self._removed.clear()
            self._leaving.clear()


def _named(mark: str) -> str:
    """Return a resource's name without what tells it from another one of that name."""
    return mark.rpartition(" #")[0] or mark


#: One process of the plugin serves one run, and every resource class of it.
declared_members = DeclaredMembers()
