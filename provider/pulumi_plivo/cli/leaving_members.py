"""What becomes of each number that a resource lets go of: by the provider's own table of departures."""

from collections.abc import Collection, Iterable, Mapping

from pulumi_plivo.cli.preview_changes import Change, Changes, Doubt, Kind, Loss, Pack
from pulumi_plivo.cli.preview_document import State
from pulumi_plivo.cli.step_members import POWERPACK, SECRET, Held, pool_called
from pulumi_plivo.cli.step_table import IN_PLACE, READING, Table, Wanting
from pulumi_plivo.plans.claim import powerpack_name
from pulumi_plivo.plans.departure import Departure, Knowledge, departure


class LeavingMembers:
    """Works out what leaves; `given_back` are the numbers that the steps give back, with whose they were.

    Args:
        table: The steps.
        changes: Where what is worked out is kept.
        refused: URNs of protected resources that Pulumi refuses to delete.
        is_destroy: Whether no program was asked.
    """

    def __init__(self, table: Table, changes: Changes, refused: Collection[str], *, is_destroy: bool) -> None:
        self.given_back: dict[str, Change] = {}
        #: Members that another resource gets, or another pool.
        self.handed_over: set[str] = set()
        #: Powerpacks whose numbers are given back with them.
        self.emptied: list[Pack] = []
        self._changes = changes
        self._refused = refused
        self._knowledge = Knowledge.NOTHING if is_destroy else Knowledge.ALL
        self._wanted = _wanted(table.wanting)
        self._by_urn = {each.step.urn: each.new for each in table.wanting}
        self._by_name = {each.step.resource: each.new for each in table.wanting}
        for leaving in table.leaving:
            state = leaving.step.old
            if state is not None:
                self._leave(leaving.step.urn, leaving.step.resource, leaving.old, state)
        for wanting in table.wanting:
            if wanting.step.operation in IN_PLACE and wanting.had is not None:
                self._drop(wanting, wanting.had)

    def _leave(self, urn: str, resource: str, old: Held, state: State) -> None:
        new = self._by_urn.get(urn)
        if "protect" in state.flags and urn in self._refused:
            self._note(Kind.PROTECTED, old.services, old.pool, resource)
        elif "retainOnDelete" in state.flags and new is None:
            self._note(Kind.RETAINED, old.services, old.pool, resource)
        elif resource.startswith(f"{POWERPACK} "):
            self._leave_powerpack(resource, old)
        else:
            if old.doubt:
                self._doubt(resource, old.unrent, old.doubt)
            self._depart(urn, resource, old, list(old.services), self._newest_unrent(urn, old))

    def _drop(self, wanting: Wanting, old: Held) -> None:
        """Note what leaves a resource that stays."""
        urn, resource, new = wanting.step.urn, wanting.step.resource, wanting.new
        if wanting.step.class_ == POWERPACK:
            return
        if new.doubt or old.doubt:
            # What it will want may leave out any of them.
            self._doubt(resource, old.unrent, new.doubt or old.doubt, tuple(old.services))
            return
        dropped = [each for each in old.services if each not in new.services]
        self._depart(urn, resource, old, dropped, new.unrent)
        if new.pool != old.pool:
            stay = [each for each in old.services if each in new.services]
            self.handed_over.update(stay)
            self._note(Kind.MOVED, stay, new.pool, resource, f"from {pool_called(old.pool)}")

    def _newest_unrent(self, urn: str, old: Held) -> bool | None:
        newest = self._by_urn.get(urn) or self._by_name.get(old.owner or "")
        return None if newest is None else newest.unrent

    def _depart(self, urn: str, resource: str, old: Held, members: Iterable[str], newest_unrent: bool | None) -> None:
        for member in members:
            wanting = self._wanted.get(member)
            step = departure(
                unrents=old.unrent is not False,
                knowledge=self._knowledge,
                awaits_creation=False,
                is_wanted=wanting is not None,
                wanted_in=None if wanting is None or not _is_told(wanting.new, old) else wanting.new.pool,
                pool=old.pool,
                newest_unrent=newest_unrent,
                # What the settings forbid today, they may allow when the run comes.
                allows_unrent=True,
            )
            if step is Departure.GIVE_BACK:
                self.given_back[member] = Change(Kind.UNRENTED, member, old.pool, resource)
            elif wanting is None:
                self._note(Kind.REMOVED, [member], old.pool, resource)
            elif step is not Departure.STAY:
                self.handed_over.add(member)
                self._note(
                    Kind.MOVED, [member], wanting.new.pool, wanting.step.resource, f"from {pool_called(old.pool)}"
                )
            elif wanting.step.urn != urn:
                self.handed_over.add(member)
                self._note(Kind.MOVED, [member], old.pool, wanting.step.resource, f"from {resource}")

    def _leave_powerpack(self, resource: str, old: Held) -> None:
        if old.doubt:
            self._doubt(resource, old.unrent, old.doubt)
        for member in old.services:
            if member in self._wanted:
                continue
            pack = Pack(powerpack_name(member), old.pool, resource)
            self._changes.deleted.append(pack)
            if old.unrent is not False:
                self.emptied.append(pack)

    def _doubt(self, resource: str, unrent: bool | None, why: str, members: tuple[str, ...] = ()) -> None:
        loss = Loss.REMOVE if unrent is False else Loss.UNRENT
        self._changes.doubts.append(Doubt(loss, f"{resource}: {why}", members))

    def _note(self, kind: Kind, members: Iterable[str], pool: str, resource: str, note: str = "") -> None:
        self._changes.changes += [Change(kind, each, pool, resource, note) for each in members]


def _is_told(new: Held, old: Held) -> bool:
    # Of two secrets nobody can say that they differ, and either way the number stays rented.
    return new.is_pool_known or new.pool == old.pool == SECRET


def _wanted(wanting: Iterable[Wanting]) -> Mapping[str, Wanting]:
    """Return who wants each member: who has it says more than who reads it."""
    found: dict[str, Wanting] = {}
    for each in wanting:
        for member in each.new.services:
            if member not in found or found[member].step.operation in READING:
                found[member] = each
    return found
