"""What the ledger tells of Powerpacks that the program drops: their number pools go with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pulumi_plivo.account import client_for
from pulumi_plivo.api import ApiError, MemberKind, Powerpack
from pulumi_plivo.errors import PlivoError, answered, called, counted, listed, tell, warn
from pulumi_plivo.plans.claim import Claim, powerpack_name
from pulumi_plivo.pools.powerpack_changes import RENTED, members_in
from pulumi_plivo.settings import Settings

if TYPE_CHECKING:
    from pulumi_plivo.api import Client


@dataclass
class Leaving:
    """Powerpacks that leave.

    Attributes:
        claims: What was claimed of those that are there still, or could not be looked for.
        numbers: The numbers that are given back with them.
        members: Their own names, as the ledger has them.
        refusals: Why they can't be deleted as the program is.
    """

    claims: list[Claim] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def look_at_leaving(
    settings: Settings, left: Sequence[Claim], before: Sequence[Claim], now: Sequence[Claim], *, is_preview: bool
) -> Leaving:
    """Look at the Powerpacks whose claims are `left`, and say what becomes of their numbers.

    What another resource of the program `before` has without `unrent` leaves the pool before the Powerpack does.
    """
    leaving = Leaving()
    kept = {member for claim in before if claim.unrent is False and not claim.is_retained for member in claim.members}
    retained = {member for claim in before if claim.is_retained for member in claim.members}
    # A `get` names a Powerpack by its uuid: whether that is one of these, only the delete knows.
    is_read = any(claim.kind == "Powerpack" and claim.is_reading for claim in now)
    for claim in left:
        for member in claim.members:
            name = powerpack_name(member)
            try:
                client = client_for(settings)
                found = [each for each in client.powerpacks.all() if each.name == name]
                if not found and claim not in before:
                    # An earlier run has deleted it.
                    continue
                if not found:
                    warn(
                        f"{claim.resource} will be deleted, and the account has no Powerpack {name}: renamed or deleted"
                        " by other hands; what is in its pool could not be looked up; its numbers stay rented, and its"
                        " shortcodes leave with it"
                    )
                    # So nothing of it is given back.
                    leaving.claims.append(claim)
                    continue
                for live in found:
                    _look(client, live, claim, now, (kept, retained), leaving, is_preview=is_preview and not is_read)
            except (PlivoError, ApiError) as error:
                told = answered(error) if isinstance(error, ApiError) else str(error)
                tell(f"could not look at Powerpack {name}, which is to be deleted: {told}; the delete looks again")
            if not is_read:
                leaving.claims.append(claim)
            leaving.members.append(member)
    if is_read:
        leaving.refusals.clear()
    return leaving


def _look(
    client: "Client",
    live: Powerpack,
    claim: Claim,
    now: Sequence[Claim],
    others: tuple[Collection[str], Collection[str]],
    leaving: Leaving,
    *,
    is_preview: bool,
) -> None:
    pool = live.number_pool_uuid
    if pool is None:
        return
    if claimants := [each.resource for each in now if each.members and each.pool == pool]:
        leaving.refusals.append(
            f"Powerpack {live.name} would be deleted, and {listed(claimants)} {_has(claimants)} numbers in its pool"
            f" {pool}; nothing was changed; declare the Powerpack again, or take its members out of the program too;"
            " where `pulumi state delete` has taken it out of the state, name it for this run:"
            f" PLIVO_FORGET='powerpack:{live.name}'"
        )
        return
    numbers, shortcodes = members_in(client, pool, *RENTED), members_in(client, pool, MemberKind.SHORTCODE)
    kept, retained = others
    wanted = {*(member for each in now for member in each.members), *retained}
    if claim.unrent is not False and (lost := [each for each in numbers if each in wanted]):
        leaving.refusals.append(
            f"Powerpack {live.name} would be deleted with unrent_numbers=True, which would give back"
            f" {called('number', lost)}, which another resource has or retains; nothing was changed; run `pulumi up`"
            " with unrent_numbers=False first"
        )
        return
    if shortcodes and is_preview:
        warn(
            f"{called('shortcode', shortcodes)} will leave pool {pool} with Powerpack {live.name}; only Plivo's support"
            " can put it into another"
        )
    if claim.unrent is not False:
        leaving.numbers += [each for each in numbers if each not in kept]
    elif numbers and is_preview:
        tell(
            f"Powerpack {live.name} will be deleted with its number pool; {counted(len(numbers), 'number')} in it"
            f" {'stays' if len(numbers) == 1 else 'stay'} rented unless another resource gives back: {listed(numbers)}"
        )


def _has(resources: Sequence[str]) -> str:
    return "has" if len(resources) == 1 else "have"
