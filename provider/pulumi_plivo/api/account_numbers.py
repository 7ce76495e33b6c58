"""The numbers that an account rents: https://plivo.com/docs/numbers/account-phone-numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_plivo.api.models import AccountNumber, account_number
from pulumi_plivo.api.paths import checked_digits

if TYPE_CHECKING:
    from pulumi_plivo.api.client import Client


class AccountNumbers:
    """The numbers that an account rents."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, number: str) -> AccountNumber:
        """Return one number. Raises ApiError, `is_not_found` when the account does not rent it."""
        return account_number(self._client.get("Number", checked_digits(number)), number)
