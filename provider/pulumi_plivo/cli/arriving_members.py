"""What comes into pools, and what changes about what is there."""

from collections.abc import Collection, Mapping

from pulumi_plivo.cli.preview_changes import Change, Changes, Doubt, Kind, Loss, Pack
from pulumi_plivo.cli.rent import money
from pulumi_plivo.cli.step_members import POWERPACK
from pulumi_plivo.cli.step_table import IN_PLACE, READING, Wanting
from pulumi_plivo.cli.told_lines import ToldLines
from pulumi_plivo.errors import counted
from pulumi_plivo.plans.claim import powerpack_name

#: What a program sets, and what no report is about.
UNTOLD = frozenset({"__provider", "numbers", "number", "shortcode", "number_pool_uuid", "resource"})


class ArrivingMembers:
    """Works out what comes; `handed_over` are members that leave another resource of the preview."""

    def __init__(
        self,
        wanting: Collection[Wanting],
        changes: Changes,
        handed_over: Collection[str],
        told: ToldLines,
        *,
        is_account_unseen: bool,
    ) -> None:
        self._changes = changes
        self._handed_over = handed_over
        self._told = told
        self._is_account_unseen = is_account_unseen
        for each in wanting:
            if each.step.operation == "same" or each.step.operation in READING:
                continue
            if each.step.class_ == POWERPACK:
                self._powerpack(each)
            else:
                self._arrive(each)
                self._strangers(each)
            if each.step.operation in IN_PLACE:
                self._settings(each)
        if told.more_rents:
            text = f"{counted(told.more_rents, 'more number')} will be rented, which the preview does not name"
            changes.doubts.append(Doubt(Loss.RENT, text))

    def _powerpack(self, each: Wanting) -> None:
        if each.had is None:
            self._changes.made += [
                Pack(powerpack_name(member), each.new.pool, each.step.resource) for member in each.new.services
            ]

    def _arrive(self, each: Wanting) -> None:
        old = each.had.services if each.had is not None else {}
        unseen = []
        for member, service in each.new.services.items():
            if member in old:
                if service and old[member] and service != old[member]:
                    self._note(Kind.CHANGED, member, each, f"{old[member]} to {service}")
            elif member not in self._handed_over:
                kind, note = self._kind(each, member)
                self._note(kind, member, each, note)
                if each.new.rents and kind is not Kind.RENTED and self._is_account_unseen:
                    unseen.append(member)
        if unseen:
            text = f"{each.step.resource}: the account was not looked at, so what is not rented yet will be rented"
            self._changes.doubts.append(Doubt(Loss.RENT, text, tuple(sorted(unseen))))

    def _kind(self, each: Wanting, member: str) -> tuple[Kind, str]:
        if member in self._told.rents:
            cost = self._told.rents[member]
            return Kind.RENTED, f"{money(cost)} a month" if cost is not None else "its cost was not told"
        # A shortcode can't be added.
        is_adopted = each.new.adopts or each.step.class_ == "PoolShortcode"
        return (Kind.ADOPTED if is_adopted else Kind.ADDED), ""

    def _strangers(self, each: Wanting) -> None:
        """Note what others have in a pool, and an exclusive list removes."""
        new, old = each.step.new, each.step.old
        if new is None or new.inputs.get("exclusive") in (None, False):
            return
        if old is None or old.outputs.get("exclusive") is not True:
            text = f"{each.step.resource}: exclusive=True removes whatever else its pool holds, which stays rented"
            self._changes.doubts.append(Doubt(Loss.REMOVE, text))
            return
        strangers = old.outputs.get("strangers")
        for member in strangers if isinstance(strangers, list) else ():
            if member not in each.new.services:
                self._note(Kind.REMOVED, str(member), each, "of others, as exclusive=True says")

    def _settings(self, each: Wanting) -> None:
        old: Mapping[str, object] = each.step.old.inputs if each.step.old else {}
        new: Mapping[str, object] = each.step.new.inputs if each.step.new else {}
        changed = sorted(key for key in {*old, *new} - UNTOLD if old.get(key) != new.get(key))
        if changed:
            self._note(Kind.CHANGED, "", each, ", ".join(changed))

    def _note(self, kind: Kind, member: str, each: Wanting, note: str = "") -> None:
        self._changes.changes.append(Change(kind, member, each.new.pool, each.step.resource, note))
