"""The names that resources had in earlier programs, as aliases tell them: a rename is no loss."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pulumi_plivo.plans.claim import Claim

STACK = "pulumi:pulumi:Stack"
#: Between what a former name begins and ends with: a URN does not tell the name of a parent.
ANY_PARENT = "\n"


def former_name(urn: str) -> str | None:
    """Return the name that a claim had under the URN of an alias, with ANY_PARENT in it; None of what is no URN."""
    *parents, own, name = _read(urn)
    if not name:
        return None
    return f"{own} {parents[-1]}.{ANY_PARENT}/{name}" if parents else f"{own} {name}"


def name_below(parent_urn: str, parent_name: str, kind: str, name: str) -> str | None:
    """Return the name that a claim had when its parent had the URN of the parent's alias; None of what is no URN.

    As Pulumi does, a name that begins with that of the parent is taken to have begun with the former one.
    """
    *_, parent, former = _read(parent_urn)
    if not former:
        return None
    own = former + name.removeprefix(parent_name) if name.startswith(parent_name) else name
    return f"{kind} {parent}.{former}/{own}"


def under_new_names(before: Sequence[Claim], now: Sequence[Claim]) -> list[Claim]:
    """Return the claims before under the names that their resources have now, where aliases gave them others.

    Where an alias does not tell the former name, what both claim does.
    """
    old, new = ({claim.resource for claim in claims} for claims in (before, now))
    aliased = [claim for claim in now if claim.is_aliased and claim.resource not in old]
    by_name = {name: claim.resource for claim in aliased for name in claim.former}
    by_member = {(claim.kind, member): claim.resource for claim in aliased for member in claim.members}
    found = []
    for claim in before:
        name = claim.resource
        if name not in new:
            members = (by_member[claim.kind, member] for member in claim.members if (claim.kind, member) in by_member)
            name = _named(name, by_name) or next(members, name)
        found.append(replace(claim, resource=name))
    return found


def _named(name: str, by_name: Mapping[str, str]) -> str | None:
    if name in by_name:
        return by_name[name]
    for former, now in by_name.items():
        start, is_below, end = former.partition(ANY_PARENT)
        if is_below and name.startswith(start) and name.endswith(end):
            return now
    return None


def _read(urn: str) -> list[str]:
    """Return the classes of the parents, that of the resource itself, and its name; empty of what is no URN."""
    parts = urn.split("::", 3)
    if len(parts) < 4:
        return ["", ""]
    return [each.rpartition(":")[2] for each in parts[2].split("$") if each != STACK] + [parts[3]]
