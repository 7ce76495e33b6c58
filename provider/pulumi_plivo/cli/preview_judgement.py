"""What a preview loses, by two witnesses: its steps, and what the provider's ledger has said."""

import re
from collections.abc import Iterable, Iterator

from pulumi_plivo.api import harmless
from pulumi_plivo.cli.arriving_members import ArrivingMembers
from pulumi_plivo.cli.leaving_members import LeavingMembers
from pulumi_plivo.cli.preview_changes import Change, Changes, Doubt, Kind, Loss
from pulumi_plivo.cli.preview_document import PreviewDocument
from pulumi_plivo.cli.step_members import NOT_KNOWN, POWERPACK
from pulumi_plivo.cli.step_table import LEDGER, Table, table_of
from pulumi_plivo.cli.told_lines import ToldLines, told_by
from pulumi_plivo.errors import counted
from pulumi_plivo.plans.claim import powerpack_name

#: With these an engine only ends; the reason stands in another error.
_END = re.compile(r"(?:error: )?(?:preview|update|destroy) failed", re.ASCII)


def judged(document: PreviewDocument) -> Changes:
    """Work out what a preview comes to."""
    table, told, changes = table_of(document), told_by(document.messages), Changes()
    is_destroy = not document.has_program or _ledger_leaves(document)
    refused = _refused(document)
    errors = [each for each in document.messages if each.severity == "error"]
    is_cut_off = any(each.urn not in refused and not _END.fullmatch(each.text) for each in errors)
    changes.errors = [_reason(each.text) for each in errors if not _END.fullmatch(each.text)]
    changes.titles = dict(_titles(table))
    leaving = LeavingMembers(table, changes, refused, is_destroy=is_destroy)
    is_unseen = told.is_account_unseen or document.config.get("plivo:lookAhead") == "false"
    ArrivingMembers(table.wanting, changes, leaving.handed_over, told, is_account_unseen=is_unseen)
    changes.doubts += [Doubt(Loss.UNRENT, f"{name or 'the preview'}: {what!r}, which can't be read")
                       for name, what in table.unreadable]  # fmt: skip
    if is_cut_off:
        changes.doubts.append(
            Doubt(Loss.UNRENT, "the preview failed before its end; what else it would lose it can't tell")
        )
    if is_destroy and not told.given_back:
        changes.changes += leaving.given_back.values()
    else:
        _compare(changes, leaving, told, table, is_cut_off=is_cut_off)
    for pack in leaving.emptied:
        if is_destroy or not table.is_ledger_checked or pack.name in told.unseen_powerpacks:
            changes.doubts.append(
                Doubt(
                    Loss.UNRENT,
                    f"{pack.resource}: whatever is in its pool is given back with it, as unrent_numbers says",
                )
            )
    lost = set(changes.given_back)
    changes.changes = [each for each in changes.changes if each.kind is not Kind.REMOVED or each.member not in lost]
    changes.sort()
    return changes


def _compare(changes: Changes, leaving: LeavingMembers, told: ToldLines, table: Table, *, is_cut_off: bool) -> None:
    """Hold what the steps give back against what the ledger has named: where they differ, the worse counts."""
    changes.changes += [each for member, each in leaving.given_back.items() if member in told.given_back]
    for resource, members in _by_resource(
        each for each in leaving.given_back.values() if each.member not in told.given_back
    ):
        text = f"{resource}: by its step it is given back, and the provider's ledger does not name it"
        changes.doubts.append(Doubt(Loss.UNRENT, text, members))
    doubted = {member for each in changes.doubts for member in each.members}
    more = sorted(told.given_back - leaving.given_back.keys() - doubted)
    hides = any("secret" in each.old.doubt for each in table.leaving)
    if more and leaving.emptied:
        only = leaving.emptied[0] if len(leaving.emptied) == 1 else None
        changes.changes += [
            Change(Kind.UNRENTED, each, only.pool if only else NOT_KNOWN, only.resource if only else POWERPACK)
            for each in more
        ]
    elif more and is_cut_off and not hides:
        changes.changes += [Change(Kind.UNRENTED, each, NOT_KNOWN, LEDGER) for each in more]
    elif more:
        text = f"the provider's ledger names {counted(len(more), 'number')} that no step of the preview gives back"
        changes.doubts.append(Doubt(Loss.UNRENT, text, () if hides else tuple(more)))
    if told.unreadable:
        text = f"the provider's ledger counts {counted(told.unreadable, 'more number')} than it names"
        changes.doubts.append(Doubt(Loss.UNRENT, text))


def _by_resource(changes: Iterable[Change]) -> Iterator[tuple[str, tuple[str, ...]]]:
    found: dict[str, list[str]] = {}
    for each in changes:
        found.setdefault(each.resource, []).append(each.member)
    for resource, members in found.items():
        yield resource, tuple(sorted(members))


def _reason(text: str) -> str:
    """Return what an error says, without the program's traceback, which can quote anything."""
    return harmless(text.removeprefix("error: ").partition("Traceback (")[0])


def _ledger_leaves(document: PreviewDocument) -> bool:
    return any(step.class_ == LEDGER and step.operation == "delete" for step in document.steps)


def _refused(document: PreviewDocument) -> set[str]:
    """Return the URNs of protected resources that the engine has refused to delete."""
    protected = {step.urn for step in document.steps if step.old is not None and "protect" in step.old.flags}
    return protected & {each.urn for each in document.messages if each.severity == "error"}


def _titles(table: Table) -> Iterator[tuple[str, str]]:
    """Yield the pools of Powerpacks with their names, as far as steps have both."""
    for held in [*(each.had for each in table.wanting), *(each.old for each in table.leaving)]:
        if held is not None and held.is_pool_known:
            for member in held.services:
                if member.startswith("powerpack-"):
                    yield held.pool, powerpack_name(member)
