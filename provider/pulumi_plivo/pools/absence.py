"""Whether what Plivo does not find is gone, or is looked for in the wrong place."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pulumi_plivo.pools.membership import found

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

_ACCOUNT = re.compile(r"/Account/(MA[A-Z0-9]{18})/")


class Doubt(NamedTuple):
    """What is odd about an absence: nothing (no reason), a pool that is gone too, or another account."""

    reason: str = ""
    is_elsewhere: bool = False


def doubt_of_absence(client: "Client", number_pool_uuid: str, account: str | None) -> Doubt:
    """Return what is odd about an absence from a pool.

    `account` is the main account that the state names, None for none. Raises ApiError when what answers does not
    answer as Plivo.
    """
    if found(lambda: client.number_pools.get(number_pool_uuid)) is not None:
        return Doubt()
    if is_other_account(account, client.auth_id):
        return Doubt(
            f"the state says that it belongs to account {account}, and account {client.auth_id} was asked, which has no"
            " such pool: correct plivo:authId or PLIVO_AUTH_ID; a plain refresh or destroy uses that of the last"
            " `pulumi up`",
            is_elsewhere=True,
        )
    # A pool that is gone is told from a wrong base URL by what every account of Plivo's answers.
    next(client.powerpacks.all(), None)
    return Doubt(f"account {client.auth_id} has no such pool; was its Powerpack deleted?")


def is_other_account(account: str | None, asked: str | None) -> bool:
    """Whether two main accounts are known, and are not the same: a subaccount's numbers may name the main account."""
    known = [each for each in (account, asked) if each is not None and each.startswith("MA")]
    return len(known) == 2 and account != asked


def account_of(outputs: Mapping[str, Any]) -> str | None:
    """Return the account that a resource's outputs name, if they do."""
    if outputs.get("account"):
        return str(outputs["account"])
    named = _ACCOUNT.search(str((outputs.get("details") or {}).get("account_phone_number_resource")))
    return named[1] if named else None
