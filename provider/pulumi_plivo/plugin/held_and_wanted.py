"""What this run of the plugin knows: what the program wants, and what the stack holds.

*Wanted* is what the ledger says of the program, made complete by the checks; *held* is what the ledger says of the
program before, and what the states say of the resources that were compared.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from pulumi_plivo import announcement
from pulumi_plivo.plans.claim import POWERPACKS, Claim, newly_placed
from pulumi_plivo.plans.departure import Knowledge
from pulumi_plivo.plans.history import Held, History
from pulumi_plivo.plugin.run_so_far import RunSoFar

# Who wants a member though `ignore_changes` hides its name.
UNNAMED = "another resource"


class Wanted(NamedTuple):
    """Who wants a member, and in which pool; None for one that is not known."""

    resource: str
    pool: str | None
    is_reading: bool


class InState(NamedTuple):
    """In which pool a state has a member, and with which service; None for what it does not say."""

    pool: str | None
    service: str | None


class HeldAndWanted(RunSoFar):
    """One run: a process of the plugin serves one command."""

    def forget(self) -> None:
        """Forget everything: another run begins."""
        with self._lock:
            super().forget()
            self._awaited: set[str] = set()
            self._taken_out: set[tuple[str, str]] = set()
            self.is_preview = False
            self.history = History()
            self._is_open = False
            self._was_checked = False
            self._before: dict[str, Claim] = {}
            self._held: dict[str, Held] = {}
            self._now: dict[str, Claim] = {}
            self._wanted: dict[str, Wanted] = {}
            self._read_pools: set[str] = set()
            self._in_state: dict[str, InState] = {}
            self._owner: dict[str, str] = {}
            self._back_again: set[str] = set()
            #: Where a list may be protected without the ledger's knowing, no number leaves one in place.
            self.is_protection_known = True

    def open(self, before: Iterable[Claim], now: Iterable[Claim], *, is_preview: bool) -> None:
        """Note what the ledger says: the claims of the program before, and of this one.

        Where two of those before name one number, the later counts.
        """
        with self._lock:
            self.is_preview = is_preview
            self._is_open = self._was_checked = True
            before = list(before)
            self._before = {claim.resource: claim for claim in before}
            self._held = {
                member: Held(claim.resource, claim.pool)
                for claim in before
                if not claim.is_reading
                for member in claim.members
            }
            self._now = {claim.resource: claim for claim in now}
            protected = {claim.resource for claim in before if claim.is_protected}
            self.is_protection_known = not any(
                claim.is_partial for claim in [*before, *self._now.values()] if claim.resource in protected
            )
            self._back_again = newly_placed(self._before.values(), self._now.values())
            for claim in self._now.values():
                if claim.is_ignoring:
                    # Until its check says what the state has, it keeps what it had.
                    claim = self._before.get(claim.resource, claim)
                self._want(claim.resource, claim.members, claim.pool, is_reading=claim.is_reading)
                if claim.is_reading and not claim.members and claim.pool not in (None, POWERPACKS):
                    self._read_pools.add(claim.pool)

    @property
    def before(self) -> list[Claim]:
        """The claims of the program before."""
        with self._lock:
            return list(self._before.values())

    def declare(
        self,
        resource: str | None,
        members: Collection[str],
        pool: str | None,
        *,
        had: Iterable[str] = (),
        unrent: bool | None,
        is_all: bool,
    ) -> dict[str, Wanted]:
        """Note what the check of a resource says; return what other resources want of it.

        Args:
            resource: Its name; None where `ignore_changes` hides it.
            members: What it wants, as far as that is known.
            pool: Where; None while that is not known.
            had: What its state has.
            unrent: Whether it says `unrent`; None while that is not known.
            is_all: Whether it wants no others.
        """
        with self._lock:
            self._was_checked = True
            others = {
                member: wanted
                for member in members
                if (wanted := self._wanted.get(member)) is not None
                and not (wanted.is_reading or resource in (None, wanted.resource) or self._is_guessed(wanted.resource))
            }
            claim = self._now.get(resource) if resource is not None else None
            if resource is not None:
                self._owner.update(dict.fromkeys(had, resource))
            if claim is not None:
                known = self._before.get(claim.resource, claim) if claim.is_ignoring else claim
                for member in known.members:
                    if member in self._wanted and self._wanted[member].resource == resource:
                        del self._wanted[member]
                self._now[claim.resource] = Claim(
                    claim.resource, pool or claim.pool, tuple(members), unrent, is_partial=not is_all
                )
            self._want(resource or UNNAMED, [each for each in members if each not in others], pool)
            return others

    def _is_guessed(self, resource: str) -> bool:
        """Whether what a resource wants is what the program before said: it ignores changes, and no check has come."""
        claim = self._now.get(resource)
        return claim is not None and claim.is_ignoring

    def declare_reading(self, members: Iterable[str], pool: str) -> None:
        """Note that the program reads members of a pool, or without any all that the pool holds."""
        members = list(members)
        with self._lock:
            if not members:
                self._read_pools.add(pool)
            self._want("a get", members, pool, is_reading=True)

    def _want(self, resource: str, members: Iterable[str], pool: str | None, *, is_reading: bool = False) -> None:
        for member in members:
            known = self._wanted.get(member)
            # Who has a member says more about its pool than who reads it.
            if known is None or known.is_reading or not is_reading:
                self._wanted[member] = Wanted(resource, pool, is_reading)

    def wanted(self, member: str, pool: str) -> Wanted | None:
        """Return who wants a member that is in `pool`; a `get` of all of the pool wants each."""
        with self._lock:
            known = self._wanted.get(member)
            if known is None and pool in self._read_pools:
                return Wanted("a get of all that the pool holds", pool, is_reading=True)
            return known

    def claimants(self, pool: str) -> list[str]:
        """Return the resources that want, or read, members of a pool; those whose pool is not known among them."""
        with self._lock:
            found = [wanted.resource for wanted in self._wanted.values() if wanted.pool in (pool, None)]
            reading = ["a get of all that the pool holds"] if pool in self._read_pools else []
            return list(dict.fromkeys([*found, *reading]))

    @property
    def doubtful(self) -> list[str]:
        """The resources that may want more than is known."""
        with self._lock:
            return [claim.resource for claim in self._now.values() if claim.is_partial]

    @property
    def knowledge(self) -> Knowledge:
        """How much of the program is known."""
        with self._lock:
            if not self._was_checked:
                return Knowledge.PART if announcement.was_announced() else Knowledge.NOTHING
            return Knowledge.ALL if self._is_open and not self.doubtful else Knowledge.PART

    def held(self, member: str, pool: str) -> list[Held]:
        """Return where the stack had a member by the ledger, for who wants it in `pool` now; the latest first.

        What the same resource claims there since the program before is left out: had it got the member, its state would
        say so.
        """
        with self._lock:
            latest = self._held.get(member)
            is_own = latest is not None and latest.resource == self.owner([member]) and latest.pool in (pool, None)
            places = [] if latest is None or is_own else [latest]
            return list(dict.fromkeys([*places, *self.history.earlier.get(member, ())]))

    def is_held(self, member: str, pool: str) -> bool:
        """Whether a resource of the program before claimed a member there, or in a pool that was not known."""
        with self._lock:
            latest = self._held.get(member)
            return latest is not None and latest.pool in (pool, None)

    def had(self, member: str) -> str | None:
        """Return the resource that claimed a member in the program before."""
        with self._lock:
            held = self._held.get(member)
            return None if held is None else held.resource

    def is_back_again(self, member: str) -> bool:
        """Whether the program before wanted a member in another pool, or nowhere.

        Where a state has it in the pool where it is wanted now, that program's run may have taken it out of there.
        """
        with self._lock:
            return member in self._back_again

    def keeps(self, member: str, pool: str) -> bool:
        """Whether a state has a member in this pool, and the same resource has claimed it before and does now."""
        with self._lock:
            had, state = self.had(member), self.in_state(member)
            # Without a service the state is not sure of it.
            is_sure = state.pool == pool and state.service is not None
            return is_sure and had is not None and had == self.owner([member]) and not self.is_back_again(member)

    def note_state(self, pool: str, services: Mapping[str, str | None]) -> None:
        """Note in which pool a state has members, each with its service."""
        with self._lock:
            self._in_state.update({member: InState(pool, service) for member, service in services.items()})

    def in_state(self, member: str) -> InState:
        """Return where a state that was seen has a member."""
        with self._lock:
            return self._in_state.get(member, InState(None, None))

    def owner(self, members: Iterable[str]) -> str | None:
        """Return the resource of the program that has the first of these; None where it is not known by its name."""
        with self._lock:
            known = (self._wanted[member] for member in members if member in self._wanted)
            owner = next((wanted.resource for wanted in known if not wanted.is_reading), None)
            # A run that leaves the ledger out has no claims, but its checks say their names all the same.
            is_known = owner in self._now if self._is_open else owner != UNNAMED
            return owner if is_known else None

    def is_declared(self, resource: str | None) -> bool:
        """Whether the program has a resource of this name, as far as the ledger tells."""
        with self._lock:
            return resource in self._now

    def newest_unrent(self, member: str, owner: str | None = None) -> bool | None:
        """Return what the newest program says of `unrent` for the resource that had a member; None for nothing.

        That is the one that was checked with it in its state; else the `owner` that a deleted state names, if the
        program has it; else the one that claimed it in the program before. It says no to what the ledger has not named:
        where `ignore_changes` lets the state decide, or a run has failed, a state can have what the ledger can't know.
        """
        with self._lock:
            owners = (self._owner.get(member), owner if owner in self._now else None, self.had(member))
            now = self._now.get(next((each for each in owners if each is not None), ""))
            if self._is_open and member not in self._named:
                return False
            # What is not known at the end of a run says no.
            return None if now is None else now.unrent is True

    def await_creation(self, members: Iterable[str]) -> None:
        """Note that creates of these will follow."""
        with self._lock:
            self._awaited.update(members)

    def begin_creation(self, members: Iterable[str]) -> None:
        """Note that the creates of these have come."""
        with self._lock:
            self._awaited.difference_update(members)

    @property
    def awaits_creation(self) -> bool:
        """Whether a create is still to come."""
        with self._lock:
            return bool(self._awaited)

    def take_out(self, member: str, pool: str) -> None:
        """Note that this run takes a member out of a pool."""
        with self._lock:
            self._taken_out.add((member, pool))

    def put_in(self, member: str, pool: str) -> None:
        """Note that a member is in a pool, whatever was taken out before."""
        with self._lock:
            self._taken_out.discard((member, pool))

    def was_taken_out(self, member: str, pool: str) -> bool:
        """Whether this run has taken a member out of a pool."""
        with self._lock:
            return (member, pool) in self._taken_out


#: One process of the plugin serves one run, and every resource class of it.
held_and_wanted = HeldAndWanted()
