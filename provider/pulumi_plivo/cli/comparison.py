"""A pool against what a state has of it: pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_plivo.api import MemberKind, PoolMember
from pulumi_plivo.cli.exported_state import StateMember
from pulumi_plivo.cli.live_pools import LivePool

Key = tuple[bool, str]


@dataclass(frozen=True)
class Comparison:
    """Where a pool and a state differ, each list in the order of the digits.

    Attributes:
        vanished: A resource has them, and the pool does not.
        strangers: The pool has them, and no resource does.
        leaving: The pool has them, and only a resource that waits to be deleted.
        agreed: How many both have.
    """

    vanished: list[StateMember]
    strangers: list[tuple[MemberKind, PoolMember]]
    leaving: list[StateMember]
    agreed: int


def compare(members: Iterable[StateMember], pool: LivePool) -> Comparison:
    """Compare the members that states have in one pool with the pool.

    What a stack only reads is no stranger, and is not missed: whoever owns it does. Whether a number is toll-free does
    not count.
    """
    owned: dict[Key, StateMember] = {}
    leaving: dict[Key, StateMember] = {}
    known: set[Key] = set()
    for each in members:
        key = (each.kind is MemberKind.SHORTCODE, each.digits)
        known.add(key)
        if each.is_leaving:
            leaving[key] = each
        elif not each.is_read:
            owned[key] = each
    live = {
        (kind is MemberKind.SHORTCODE, each.digits): (kind, each)
        for kind, listed in (
            (MemberKind.NUMBER, pool.numbers),
            (MemberKind.TOLL_FREE, pool.toll_frees),
            (MemberKind.SHORTCODE, pool.shortcodes),
        )
        for each in listed
    }
    return Comparison(
        vanished=[owned[key] for key in sorted(owned.keys() - live.keys())],
        strangers=[live[key] for key in sorted(live.keys() - known)],
        leaving=[leaving[key] for key in sorted((leaving.keys() & live.keys()) - owned.keys())],
        agreed=len(owned.keys() & live.keys()),
    )
