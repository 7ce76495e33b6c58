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

#: The filters of the list, by Plivo's names; its Python SDK has them all.
FILTERS = frozenset(
    {
        "alias",
        "number_startswith",
        "renewal_date",
        "renewal_date__gt",
        "renewal_date__gte",
        "renewal_date__lt",
        "renewal_date__lte",
        "services",
        "subaccount",
        "tendlc_campaign_id",
        "tendlc_registration_status",
        "toll_free_sms_verification",
        "type",
    }
)


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

    def page(self, *, limit: int = LARGEST_PAGE, offset: int = 0, **filters: str | None) -> AccountNumberPage:
        """Return one page of the numbers: https://plivo.com/docs/numbers/account-phone-numbers.

        Args:
            limit: Numbers on the page, 1 to 20. Default 20.
            offset: Numbers before the page, up to 100,000. Default 0.
            filters: Plivo's filters by their names, as FILTERS has them: `number_startswith` is the first digits of the
                numbers, with the country code. None is left out.

        Raises ApiError, and ValueError for arguments that Plivo would refuse.
        """
        if unknown := filters.keys() - FILTERS:
            raise ValueError(f"there is no filter {', '.join(sorted(unknown))}")
        given = {name: value for name, value in filters.items() if value is not None}
        if "number_startswith" in given:
            checked_prefix(given["number_startswith"])
        return account_number_page(self._client.get("Number", query=paged(limit, offset, "Number") | given), limit)

    def page_at(self, offset: int, **filters: Any) -> Listed[AccountNumber]:
        """Return the page at an offset, as one of a list; arguments as of `page`. Raises ApiError."""
        found = self.page(offset=offset, **filters)
        return Listed(found.numbers, len(found.numbers) + found.left_out, found.total_count, found.is_last)

    def all(self, **filters: Any) -> Iterator[AccountNumber]:
        """Yield every number that `page` would show with these filters.

        Raises ApiError, also for a list without end.
        """
        yield from every(lambda offset: self.page_at(offset, **filters), filters.get("limit", LARGEST_PAGE), "Number")
