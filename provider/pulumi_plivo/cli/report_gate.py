"""The gate of a report: what of a preview somebody must have agreed to."""

from collections.abc import Collection, Iterator

from pulumi_plivo.cli.preview_changes import Change, Changes, Kind, Loss
from pulumi_plivo.errors import counted, listed
from pulumi_plivo.plans.claim import shown

#: The changes that each value of `--fail-on` stops.
STOPPED = {Loss.UNRENT: Kind.UNRENTED, Loss.RENT: Kind.RENTED, Loss.REMOVE: Kind.REMOVED}
PHRASES = {
    Loss.UNRENT: "would be given back to Plivo for good",
    Loss.RENT: "would be rented",
    Loss.REMOVE: "would be removed from a pool, still rented",
}


def reasons(changes: Changes, stopped: Collection[Loss], allowed: Collection[str]) -> Iterator[str]:
    """Yield why a preview does not pass, a line each; `allowed` are numbers whose loss was agreed to."""
    for loss in Loss:
        if loss not in stopped:
            continue
        if loss is Loss.POWERPACK_DELETE:
            for pack in changes.deleted:
                yield f"{loss.value}: {pack.resource} would be deleted, with its number pool"
            continue
        if members := _not_allowed(changes.of(STOPPED[loss]), allowed):
            named = listed(shown(members))
            yield f"{loss.value}: {counted(len(members), 'number')} {PHRASES[loss]}: {named}"
        for doubt in changes.doubts:
            if doubt.loss is loss and not (doubt.members and set(doubt.members) <= set(allowed)):
                about = f": {listed(shown(doubt.members))}" if doubt.members else ""
                yield f"{loss.value}: {doubt.text}{about}"


def _not_allowed(changes: Collection[Change], allowed: Collection[str]) -> list[str]:
    return sorted({each.member for each in changes} - set(allowed))
