"""Whether what Plivo does not find is gone, or is looked for in the wrong place."""

import re
from typing import NamedTuple

from pulumi_plivo.api import Client
from pulumi_plivo.membership import found

_ACCOUNT = re.compile(r"/Account/(MA[A-Z0-9]{18})/")


class Doubt(NamedTuple):
    """What is odd about an absence: nothing (no reason), a pool that is gone too, or another account."""

    reason: str = ""
    is_elsewhere: bool = False


class Absence:
    """The absence of a member from its pool.

    Args:
        client: Where it was looked for.
        number_pool_uuid: The pool.
        account_phone_number_resource: The output of this name in the state, which tells the number's account.
    """

    def __init__(self, client: Client, number_pool_uuid: str, account_phone_number_resource: str | None) -> None:
        self._client = client
        self._pool = number_pool_uuid
        self._resource = account_phone_number_resource

    def doubt(self) -> Doubt:
        """Return what is odd about it. Raises ApiError when what answers does not answer as Plivo."""
        if found(lambda: self._client.number_pools.get(self._pool)) is not None:
            return Doubt()
        account = _ACCOUNT.search(self._resource or "")
        ours = self._client.auth_id
        if account is not None and ours.startswith("MA") and account[1] != ours:
            return Doubt(
                f"the state says that it belongs to account {account[1]}, and account {ours} was asked, which has no"
                " such pool: correct plivo:authId or PLIVO_AUTH_ID",
                is_elsewhere=True,
            )
        # A pool that is gone is told from a wrong base URL by what every account of Plivo's answers.
        next(self._client.powerpacks.all(), None)
        return Doubt(f"account {ours} has no such pool; was its Powerpack deleted?")
