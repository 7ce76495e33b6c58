"""What Plivo answers, as typed values. Keys that some of its answers lack are None."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi_plivo.api.paths import is_uuid


class MemberKind(Enum):
    """The kinds of members of a number pool; the value is Plivo's path segment."""

    NUMBER = "Number"
    TOLL_FREE = "Tollfree"
    SHORTCODE = "Shortcode"


@dataclass(frozen=True)
class PoolMember:
    """A number, toll-free number or shortcode in a number pool.

    Source: https://plivo.com/docs/messaging/api/numberpool. A GET of one number omits `service`; a shortcode
    has no `service`, `type` or `account_phone_number_resource`.
    """

    digits: str
    number_pool_uuid: str
    country_iso2: str | None
    added_on: str | None
    service: str | None = None
    type: str | None = None
    account_phone_number_resource: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of a pool's members. `total_count` is None where Plivo leaves `meta` out."""

    members: tuple[PoolMember, ...]
    total_count: int | None
    is_last: bool


@dataclass(frozen=True)
class NumberPool:
    """A number pool. Source: https://plivo.com/docs/messaging/api/numberpool."""

    uuid: str


@dataclass(frozen=True)
class Powerpack:
    """A Powerpack. Source: https://plivo.com/docs/messaging/api/powerpack."""

    uuid: str
    name: str | None
    number_pool_uuid: str | None
    sticky_sender: bool | None
    local_connect: bool | None
    application_type: str | None
    application_id: str | None
    created_on: str | None


@dataclass(frozen=True)
class AccountNumber:
    """A number that the account rents. Source: https://plivo.com/docs/numbers/account-phone-numbers."""

    number: str
    alias: str | None
    number_type: str | None
    sms_enabled: bool | None
    mms_enabled: bool | None


def pool_member(payload: Mapping[str, Any], kind: MemberKind, number_pool_uuid: str) -> PoolMember | None:
    """Read a member from a JSON object; None when it does not even say which one it is."""
    # Some answers of 2019 name a toll-free number `tollfree` and the pool `numberpool_uuid`.
    digits = _text(payload, "shortcode") if kind is MemberKind.SHORTCODE else _text(payload, "number", "tollfree")
    if digits is None:
        return None
    service = _text(payload, "service")
    return PoolMember(
        digits=digits,
        number_pool_uuid=_text(payload, "number_pool_uuid", "numberpool_uuid") or number_pool_uuid,
        country_iso2=_text(payload, "country_iso2"),
        added_on=_text(payload, "added_on"),
        service=None if service is None else service.lower(),
        type=_text(payload, "type"),
        account_phone_number_resource=_text(payload, "account_phone_number_resource"),
    )


def page(payload: Mapping[str, Any], kind: MemberKind, number_pool_uuid: str, limit: int) -> Page:
    """Read a page from a JSON object; `next` may be an empty string, null or missing at the end."""
    meta = payload.get("meta")
    objects = payload.get("objects")
    entries = [entry for entry in objects if isinstance(entry, dict)] if isinstance(objects, list) else []
    members = tuple(member for entry in entries if (member := pool_member(entry, kind, number_pool_uuid)) is not None)
    total = meta.get("total_count") if isinstance(meta, dict) else None
    has_next = isinstance(meta, dict) and bool(meta.get("next"))
    return Page(
        members=members,
        total_count=total if isinstance(total, int) else None,
        is_last=not members or (not has_next and (not isinstance(total, int) or len(members) < limit)),
    )


def powerpack(payload: Mapping[str, Any]) -> Powerpack | None:
    """Read a Powerpack; its pool's uuid is the last part of the path in `number_pool`."""
    uuid = _text(payload, "uuid")
    if uuid is None:
        return None
    pool_path = [part for part in (_text(payload, "number_pool") or "").split("/") if part]
    return Powerpack(
        uuid=uuid,
        name=_text(payload, "name"),
        number_pool_uuid=pool_path[-1] if pool_path and is_uuid(pool_path[-1]) else None,
        sticky_sender=_flag(payload, "sticky_sender"),
        local_connect=_flag(payload, "local_connect"),
        application_type=_text(payload, "application_type"),
        application_id=_text(payload, "application_id"),
        created_on=_text(payload, "created_on"),
    )


def account_number(payload: Mapping[str, Any], number: str) -> AccountNumber:
    """Read a number of the account; older answers lack `mms_enabled`."""
    return AccountNumber(
        number=_text(payload, "number") or number,
        alias=_text(payload, "alias"),
        number_type=_text(payload, "number_type"),
        sms_enabled=_flag(payload, "sms_enabled"),
        mms_enabled=_flag(payload, "mms_enabled"),
    )


def _text(payload: Mapping[str, Any], *keys: str) -> str | None:
    for key in keys:
        value = payload.get(key)
        if isinstance(value, str) and value:
            return value
    return None


def _flag(payload: Mapping[str, Any], key: str) -> bool | None:
    value = payload.get(key)
    return value if isinstance(value, bool) else None
