"""Number pools and their members: https://plivo.com/docs/messaging/api/numberpool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pulumi_plivo.api.errors import odd_answer
from pulumi_plivo.api.lists import LARGEST_PAGE, Listed, every, paged
from pulumi_plivo.api.models import (
    MemberKind,
    NumberPool,
    Page,
    PoolMember,
    is_pool_unreadable,
    number_pool,
    page,
    pool_member,
)
from pulumi_plivo.api.paths import checked_digits, checked_uuid

if TYPE_CHECKING:
    from pulumi_plivo.api.client import Client


class NumberPools:
    """The number pools of an account; Plivo makes one with each Powerpack."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, number_pool_uuid: str) -> NumberPool:
        """Return the pool. Raises ApiError, `is_not_found` when the account has no such pool."""
        parts = ("NumberPool", checked_uuid(number_pool_uuid))
        found = number_pool(self._client.get(*parts), number_pool_uuid)
        if found is None or found.uuid.lower() != number_pool_uuid.lower():
            raise odd_answer("an answer about another pool", "GET", *parts)
        return found


class PoolMembers:
    """The numbers, toll-free numbers and shortcodes of the account's pools."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def add(
        self,
        kind: MemberKind,
        number_pool_uuid: str,
        digits: str,
        *,
        service: str | None = None,
        rent: bool = False,
    ) -> PoolMember:
        """Add a number that the account rents to a pool, and with `rent` one that it does not rent yet.

        `service` is `sms` or `mms`, for numbers only; left out it is Plivo's default, `sms`. `rent` is in every SDK of
        Plivo's, and in no document: the number is bought and added in one call, which is not sent again where its
        answer is lost. Raises ApiError, and ValueError for a shortcode, which only Plivo's support can add.
        """
        if kind is MemberKind.SHORTCODE:
            raise ValueError("Plivo has no call that adds a shortcode to a pool")
        parts = _parts(kind, number_pool_uuid, digits)
        body = {**({} if service is None else {"service": service}), **({"rent": True} if rent else {})}
        payload = self._client.post(*parts, body=body, is_repeatable=not rent)
        return _understood(payload, kind, number_pool_uuid, digits, "POST", parts)

    def get(self, kind: MemberKind, number_pool_uuid: str, digits: str, *, service: str | None = None) -> PoolMember:
        """Return one member. Raises ApiError, `is_not_found` when it is not in the pool.

        `service` looks among the members with this service only; Plivo's SDKs have it, its documents do not.
        """
        parts = _parts(kind, number_pool_uuid, digits)
        payload = self._client.get(*parts, query=None if service is None else {"service": service})
        return _understood(payload, kind, number_pool_uuid, digits, "GET", parts)

    def page(
        self,
        kind: MemberKind,
        number_pool_uuid: str,
        *,
        limit: int = LARGEST_PAGE,
        offset: int = 0,
        starts_with: tuple[str, ...] = (),
        country_iso2: str | None = None,
        type: str | None = None,  # noqa: A002 - Plivo's name
        service: str | None = None,
    ) -> Page:
        """Return one page of a pool's members.

        Args:
            kind: Which members.
            number_pool_uuid: The pool.
            limit: Members on the page, 1 to 20. Default 20.
            offset: Members before the page, up to 100,000. Default 0.
            starts_with: Up to 10 prefixes without the country code; they need `country_iso2`.
            country_iso2: Two letters.
            type: `fixed`, `mobile` or `toll-free`.
            service: `sms` or `mms`.

        Raises ApiError, and ValueError for arguments that Plivo would refuse.
        """
        if len(starts_with) > 10 or (starts_with and country_iso2 is None):
            raise ValueError("starts_with takes at most 10 prefixes, and needs country_iso2")
        filters: Mapping[str, str | None] = {
            "starts_with": ",".join(starts_with) or None,
            "country_iso2": country_iso2,
            "type": type,
            "service": service,
        }
        query = {name: value for name, value in filters.items() if value is not None}
        parts = ("NumberPool", checked_uuid(number_pool_uuid), kind.value)
        query |= paged(limit, offset, *parts)
        return page(self._client.get(*parts, query=query), kind, number_pool_uuid, limit)

    def page_at(self, offset: int, kind: MemberKind, number_pool_uuid: str, **filters: Any) -> Listed[PoolMember]:
        """Return the page at an offset, as one of a list; arguments as of `page`. Raises ApiError."""
        found = self.page(kind, number_pool_uuid, offset=offset, **filters)
        return Listed(found.members, len(found.members) + found.left_out, found.total_count, found.is_last)

    def all(self, kind: MemberKind, number_pool_uuid: str, **filters: Any) -> Iterator[PoolMember]:
        """Yield every member, page after page. Raises ApiError, also for a list without end."""

        def read(offset: int) -> Listed[PoolMember]:
            return self.page_at(offset, kind, number_pool_uuid, **filters)

        parts = ("NumberPool", checked_uuid(number_pool_uuid), kind.value)
        yield from every(read, filters.get("limit", LARGEST_PAGE), *parts)

    def remove(self, kind: MemberKind, number_pool_uuid: str, digits: str, *, unrent: bool = False) -> None:
        """Remove a member from its pool, and with `unrent` give the number back for good.

        Raises ApiError, `is_not_found` when it is not in the pool, and ValueError for `unrent` of a shortcode.
        """
        if unrent and kind is MemberKind.SHORTCODE:
            raise ValueError("a shortcode can't be unrented")
        # Plivo documents the query and every SDK sends the body. A false goes into the body alone: a server that
        # only looks whether the query has an `unrent` must not find one.
        self._client.delete(
            *_parts(kind, number_pool_uuid, digits),
            query={"unrent": "true"} if unrent else None,
            body=None if kind is MemberKind.SHORTCODE else {"unrent": unrent},
        )


def _parts(kind: MemberKind, number_pool_uuid: str, digits: str) -> tuple[str, ...]:
    return ("NumberPool", checked_uuid(number_pool_uuid), kind.value, checked_digits(digits))


def _understood(
    payload: dict[str, Any],
    kind: MemberKind,
    number_pool_uuid: str,
    digits: str,
    method: str,
    parts: tuple[str, ...],
) -> PoolMember:
    member = pool_member(payload, kind, number_pool_uuid)
    if member is None:
        raise odd_answer("an answer that names no member", method, *parts)
    if is_pool_unreadable(payload):
        raise odd_answer(f"an answer about {member.digits} in a pool without a uuid", method, *parts)
    if (member.digits, member.number_pool_uuid.lower()) != (digits, number_pool_uuid.lower()):
        raise odd_answer(f"an answer about {member.digits} in pool {member.number_pool_uuid}", method, *parts)
    return member
