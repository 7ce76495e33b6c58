"""What a pool holds beside the numbers of an exclusive list, and no resource of the stack has or wants."""

from collections.abc import Callable, Collection

from pulumi_plivo.api import ApiError
from pulumi_plivo.errors import answered, listed, tell
from pulumi_plivo.plugin.arriving import is_general, reasons
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.pools.giving_back import taking_out
from pulumi_plivo.pools.membership import Membership
from pulumi_plivo.pools.parallel_work import work_through


def strangers_in(membership: Membership, pool: str, own: Collection[str]) -> list[str]:
    """Return what the pool holds beside a list's own numbers. Raises ApiError."""
    return [digits for digits in membership.everything_in(pool) if digits not in own]


def remove_strangers(membership: Callable[[], Membership], pool: str, own: Collection[str]) -> str:
    """Take out of the pool what nobody of the stack has or wants, never unrenting it; return what could not be done.

    It raises nothing: what the list has done before must reach the state.
    """
    start = f"pool {pool}: its own numbers are done; exclusive=True:"
    try:
        found = strangers_in(membership(), pool, own)
    except ApiError as error:
        return f"{start} the others could not be looked up: {answered(error)}; the next `pulumi up` does the rest"
    # What another resource had before is for its own delete to decide, which may be refused or give back.
    others = [
        digits
        for digits in found
        if held_and_wanted.wanted(digits, pool) is None
        and not held_and_wanted.is_held(digits, pool)
        and held_and_wanted.in_state(digits).pool != pool
    ]
    doubtful = held_and_wanted.doubtful
    if others and doubtful:
        return (
            f"{start} no other number was removed, as {listed(doubtful)} may want it, which is known too late; make"
            " this list depend on it (opts=ResourceOptions(depends_on=[…]))"
        )
    for digits in others:
        held_and_wanted.take_out(digits, pool)
    removed = work_through(
        {digits: taking_out(membership(), f"number {digits}", pool, digits, unrent=False) for digits in others},
        is_general,
    )
    if removed.done:
        tell(f"exclusive=True: removed from pool {pool}, and still rented: {listed(removed.done)}")
    if removed.is_complete:
        return ""
    return f"{start} not removed: {listed(removed.left)}; {reasons(removed)}; the next `pulumi up` does the rest"
