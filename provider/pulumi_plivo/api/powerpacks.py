"""Powerpacks: https://plivo.com/docs/messaging/api/powerpack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pulumi_plivo.api.errors import ApiError
from pulumi_plivo.api.models import Powerpack, powerpack
from pulumi_plivo.api.paths import checked_uuid, joined

if TYPE_CHECKING:
    from pulumi_plivo.api.client import Client

PAGE = 20


class Powerpacks:
    """The Powerpacks of an account."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, uuid: str) -> Powerpack:
        """Return one Powerpack. Raises ApiError, `is_not_found` when the account has none of this uuid."""
        parts = ("Powerpack", checked_uuid(uuid))
        found = powerpack(self._client.get(*parts))
        if found is None:
            raise ApiError(
                status=200,
                text="an answer that names no Powerpack",
                api_id=None,
                method="GET",
                path=joined(*parts),
            )
        return found

    def all(self) -> Iterator[Powerpack]:
        """Yield every Powerpack, page after page. Raises ApiError."""
        offset = 0
        while True:
            payload = self._client.get("Powerpack", query={"limit": str(PAGE), "offset": str(offset)})
            objects = payload.get("objects")
            entries = [entry for entry in objects if isinstance(entry, dict)] if isinstance(objects, list) else []
            for entry in entries:
                found = powerpack(entry)
                if found is not None:
                    yield found
            offset += len(entries)
            if len(entries) < PAGE:
                return
