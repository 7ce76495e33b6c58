"""The numbers that an account rents: https://plivo.com/docs/numbers/account-phone-numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pulumi_plivo.api.errors import odd_answer
from pulumi_plivo.api.lists import LARGEST_PAGE, Listed, every, paged
from pulumi_plivo.api.models import AccountNumber, AccountNumberPage, account_number, account_number_page
from pulumi_plivo.api.paths import checked_digits, checked_prefix

if TYPE_CHECKING:
    from pulumi_plivo.api.client import Client


class AccountNumbers:
    """The numbers that an account rents."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, number: str) -> AccountNumber:
        """Return one number. Raises ApiError, `is_not_found` when the account does not rent it."""
        parts = ("Number", checked_digits(number))
        found = account_number(self._client.get(*parts))
        if found is None:
            raise odd_answer("an answer that names no number", "GET", *parts)
        if found.number != number:
            raise odd_answer(f"an answer about {found.number}", "GET", *parts)
        return found

    def page(
        self, *, limit: int = LARGEST_PAGE, offset: int = 0, number_startswith: str | None = None
    ) -> AccountNumberPage:
        """Return one page of the numbers: https://plivo.com/docs/numbers/account-phone-numbers.

        Args:
            limit: Numbers on the page, 1 to 20. Default 20.
            offset: Numbers before the page, up to 100,000. Default 0.
            number_startswith: The first digits of the numbers, with the country code.

        Raises ApiError, and ValueError for arguments that Plivo would refuse.
        """
        query = paged(limit, offset, "Number")
        if number_startswith is not None:
            query["number_startswith"] = checked_prefix(number_startswith)
        return account_number_page(self._client.get("Number", query=query), limit)

    def all(self, **filters: Any) -> Iterator[AccountNumber]:
        """Yield every number that `page` would show with these filters.

        Raises ApiError, also for a list without end.
        """

        def read(offset: int) -> Listed[AccountNumber]:
            found = self.page(offset=offset, **filters)
            return Listed(found.numbers, len(found.numbers) + found.left_out, found.total_count, found.is_last)

        yield from every(read, filters.get("limit", LARGEST_PAGE), "Number")
