"""Powerpacks: https://plivo.com/docs/messaging/api/powerpack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pulumi_plivo.api.errors import odd_answer
from pulumi_plivo.api.lists import LARGEST_PAGE, Listed, every, listed, paged
from pulumi_plivo.api.models import Powerpack, powerpack
from pulumi_plivo.api.paths import checked_uuid

if TYPE_CHECKING:
    from pulumi_plivo.api.client import Client


class Powerpacks:
    """The Powerpacks of an account."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, uuid: str) -> Powerpack:
        """Return one Powerpack. Raises ApiError, `is_not_found` when the account has none of this uuid."""
        parts = ("Powerpack", checked_uuid(uuid))
        found = powerpack(self._client.get(*parts))
        if found is None:
            raise odd_answer("an answer that names no Powerpack", "GET", *parts)
        if found.uuid.lower() != uuid.lower():
            raise odd_answer(f"an answer about Powerpack {found.uuid}", "GET", *parts)
        return found

    def all(self) -> Iterator[Powerpack]:
        """Yield every Powerpack, page after page. Raises ApiError, also for a list without end."""
        yield from every(self.page_at, LARGEST_PAGE, "Powerpack")

    def page_at(self, offset: int) -> Listed[Powerpack]:
        """Return the page at an offset, as one of a list. Raises ApiError."""
        payload = self._client.get("Powerpack", query=paged(LARGEST_PAGE, offset, "Powerpack"))
        return listed(payload, LARGEST_PAGE, powerpack)
