"""What became of numbers that are no longer in their pool: still rented or not, and where they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi_plivo.api import AccountNumber, ApiError, Client, MemberKind, Powerpack
from pulumi_plivo.cli.endings import asking_for
from pulumi_plivo.cli.live_pools import in_parallel, read_pools

#: Numbers that are asked for one by one; of more than these, the lists are believed.
MOST_SINGLES = 50


@dataclass(frozen=True)
class Whereabouts:
    """Where numbers are now.

    Attributes:
        rented: Those that the account rents, by their digits.
        pools: The other pools of the account that have them, by their digits.
    """

    rented: Mapping[str, AccountNumber]
    pools: Mapping[str, str]


def is_member(client: Client, pool: str, kind: MemberKind, digits: str) -> bool:
    """Whether Plivo says that a member is in the pool, whatever a list said. Raises NotAskedError."""
    # A look-up without a service may leave out the members for MMS.
    for service in (None,) if kind is MemberKind.SHORTCODE else (None, "mms"):
        with asking_for(f"{digits} in pool {pool}"):
            try:
                client.pool_members.get(kind, pool, digits, service=service)
            except ApiError as error:
                if not error.is_not_found:
                    raise
            else:
                return True
    return False


def look_for(client: Client, numbers: Sequence[str], powerpacks: Sequence[Powerpack]) -> Whereabouts:
    """Look for numbers in the account and, where it rents any of them, in all of its pools. Raises NotAskedError."""
    if not numbers:
        return Whereabouts({}, {})
    if len(numbers) > MOST_SINGLES:
        _, account = read_pools(client, [], with_account=True)
        rented = {digits: account[digits] for digits in numbers if digits in account}
    else:
        found = in_parallel(lambda digits: _rented(client, digits), numbers)
        rented = {each.number: each for each in found if each is not None}
    if not rented:
        return Whereabouts({}, {})
    uuids = [each.number_pool_uuid.lower() for each in powerpacks if each.number_pool_uuid]
    pools, _ = read_pools(client, uuids)
    where = {
        each.digits: uuid
        for uuid, pool in pools.items()
        for each in (*pool.numbers, *pool.toll_frees)
        if each.digits in rented
    }
    return Whereabouts(rented, where)


def _rented(client: Client, digits: str) -> AccountNumber | None:
    with asking_for(f"number {digits} of account {client.auth_id}"):
        try:
            return client.account_numbers.get(digits)
        except ApiError as error:
            if error.is_not_found:
                return None
            raise
