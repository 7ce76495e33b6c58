"""What a refresh says of members that other hands, or Plivo itself, took out of a pool, and of what came instead."""

from collections.abc import Collection

from pulumi_plivo.errors import called, warn
from pulumi_plivo.plans.number_pool_refresh import ADVICE, strangers
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.pools.membership import Membership


def warn_of_replaced(membership: Membership, noun: str, pool: str, gone: Collection[str], own: Collection[str]) -> None:
    """Say what has left a pool, where something that the stack does not know has come. Raises ApiError.

    Of a stack whose ledger was not seen nothing is said: what another resource has would seem to have come.
    """
    claimed = held_and_wanted.history.since
    if not (gone and claimed):
        return
    if came := strangers(membership.everything_in(pool), own, claimed):
        warn(
            f"{called(noun, gone)}: no longer in pool {pool}, which has {called(noun, came)}, that no resource of the"
            f" stack claims; {ADVICE}"
        )
