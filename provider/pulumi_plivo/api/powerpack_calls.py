"""Powerpacks: https://plivo.com/docs/messaging/api/powerpack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

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

    def named(self, name: str) -> Powerpack | None:
        """Return the Powerpack of a name, which is unique in an account; None when there is none. Raises ApiError."""
        return next((each for each in self.all() if each.name == name), None)

    def create(self, settings: Mapping[str, Any]) -> Powerpack:
        """Create a Powerpack. A call whose answer is lost is not sent again: it may have made one.

        `settings` are Plivo's arguments, `name` among them; what is left out is Plivo's default.
        Source: https://plivo.com/docs/messaging/api/powerpack#create-a-powerpack. Raises ApiError.
        """
        found = powerpack(self._client.post("Powerpack", body=settings, is_repeatable=False))
        if found is None or found.name != settings.get("name"):
            raise odd_answer("an answer that names no such Powerpack", "POST", "Powerpack")
        return found

    def update(self, uuid: str, settings: Mapping[str, Any]) -> Powerpack:
        """Change settings; it is not documented what becomes of those that are left out: send all of them.

        Source: https://plivo.com/docs/messaging/api/powerpack#update-a-powerpack. Raises ApiError.
        """
        parts = ("Powerpack", checked_uuid(uuid))
        found = powerpack(self._client.post(*parts, body=settings))
        if found is None or found.uuid.lower() != uuid.lower():
            raise odd_answer("an answer about another Powerpack", "POST", *parts)
        return found

    def delete(self, uuid: str, *, unrent_numbers: bool = False) -> None:
        """Delete a Powerpack with its number pool, and with `unrent_numbers` give all its numbers back for good.

        Source: https://plivo.com/docs/messaging/api/powerpack#delete-a-powerpack. Raises ApiError.
        """
        # As for `unrent`: documented in the query, sent by every SDK in the body, a false in the body alone.
        self._client.delete(
            "Powerpack",
            checked_uuid(uuid),
            query={"unrent_numbers": "true"} if unrent_numbers else None,
            body={"unrent_numbers": unrent_numbers},
        )

    def all(self) -> Iterator[Powerpack]:
        """Yield every Powerpack, page after page. Raises ApiError, also for a list without end."""
        yield from every(self.page_at, LARGEST_PAGE, "Powerpack")

    def page_at(self, offset: int) -> Listed[Powerpack]:
        """Return the page at an offset, as one of a list. Raises ApiError."""
        payload = self._client.get("Powerpack", query=paged(LARGEST_PAGE, offset, "Powerpack"))
        return listed(payload, LARGEST_PAGE, powerpack)
