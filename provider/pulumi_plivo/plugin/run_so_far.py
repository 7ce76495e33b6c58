"""What this run of the plugin has named, given back and rented, and which Powerpacks its program has."""

import threading
from collections.abc import Iterable


class RunSoFar:
    """One run, for all threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        """Forget everything: another run begins."""
        with self._lock:
            self._named: set[str] = set()
            self._given_back = 0
            self._rented: set[str] = set()
            self._powerpacks: dict[str, str] = {}

    def name(self, members: Iterable[str]) -> None:
        """Note what the ledger has said will be given back."""
        with self._lock:
            self._named.update(members)

    def is_named(self, member: str) -> bool:
        """Whether the ledger has said that a member will be given back."""
        with self._lock:
            return member in self._named

    def may_give_back(self, count: int, limit: int) -> int:
        """Reserve so many of the run's numbers that may be given back, or none; return how many were left."""
        with self._lock:
            left = max(limit - self._given_back, 0)
            if count <= left:
                self._given_back += count
            return left

    def left_to_rent(self, numbers: Iterable[str], limit: int) -> int | None:
        """Reserve these among the run's numbers that may be rented; return how many were left if they are too many."""
        with self._lock:
            more = {*numbers} - self._rented
            left = max(limit - len(self._rented), 0)
            if len(more) > left:
                return left
            self._rented |= more
            return None

    def is_to_be_rented(self, member: str) -> bool:
        """Whether a number was reserved among those."""
        with self._lock:
            return member in self._rented

    def note_powerpack(self, uuid: str, member: str) -> str:
        """Note the member that a resource claims which has a Powerpack; return what the first that had it claims."""
        with self._lock:
            return self._powerpacks.setdefault(uuid, member)

    def claimed_with(self, uuid: str) -> str | None:
        """Return the member that the resource claims which has this Powerpack, as far as it was seen."""
        with self._lock:
            return self._powerpacks.get(uuid)

    def has_powerpack(self, uuid: str) -> bool:
        """Whether a resource of the program has this Powerpack, under whichever name."""
        with self._lock:
            return uuid in self._powerpacks

    def has_another_of(self, member: str) -> bool:
        """Whether the resource that claims this member has a Powerpack of its own: not one that is deleted."""
        with self._lock:
            return member in self._powerpacks.values()
