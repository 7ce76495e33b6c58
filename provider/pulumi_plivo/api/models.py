"""What Plivo answers, as typed values. What an answer lacks, or tells in a form that it can't have, is None."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi_plivo.api import fields
from pulumi_plivo.api.lists import listed
from pulumi_plivo.api.paths import is_uuid

# Some answers of 2019 name a toll-free number `tollfree` and the pool `numberpool_uuid`.
_NUMBER = ("number", "tollfree")
_POOL = ("number_pool_uuid", "numberpool_uuid")


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
    """One page of a pool's members.

    `total_count` is None where Plivo leaves `meta` out. `left_out` counts the entries that say not even which member
    they are, so that the page is not taken for a shorter one.
    """

    members: tuple[PoolMember, ...]
    total_count: int | None
    is_last: bool
    left_out: int = 0


@dataclass(frozen=True)
class NumberPool:
    """A number pool, with the paths of its lists. Source: https://plivo.com/docs/messaging/api/numberpool."""

    uuid: str
    numbers: str | None = None
    shortcodes: str | None = None


#: The keys of a priority, the first choice first, and what each may be.
PRIORITIES = ("priority1", "priority2", "priority3")
SENDERS = ("shortcode", "tollfree", "longcode")
#: Two countries and two services have one priority each.
MOST_PRIORITIES = 4


@dataclass(frozen=True)
class NumberPriority:
    """Which kind of number a Powerpack sends from first, for messages of one service to one country.

    Attributes:
        country_iso: `US` or `CA`.
        service_type: `SMS` or `MMS`.
        senders: `shortcode`, `tollfree` and `longcode`, the first choice first; None for a choice that is left open.
    """

    country_iso: str
    service_type: str
    senders: tuple[str | None, ...]


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
    number_priority: tuple[NumberPriority, ...] | None = None


@dataclass(frozen=True)
class AccountNumber:
    """A number that the account rents. Source: https://plivo.com/docs/numbers/account-phone-numbers."""

    number: str
    alias: str | None
    number_type: str | None
    sms_enabled: bool | None
    mms_enabled: bool | None
    country: str | None = None
    monthly_rental_rate: str | None = None
    voice_enabled: bool | None = None
    region: str | None = None
    city: str | None = None
    carrier: str | None = None
    active: bool | None = None
    added_on: str | None = None
    renewal_date: str | None = None
    application: str | None = None
    sub_account: str | None = None
    tendlc_campaign_id: str | None = None
    tendlc_registration_status: str | None = None
    toll_free_sms_verification: str | None = None


@dataclass(frozen=True)
class AccountNumberPage:
    """One page of the account's numbers; as a `Page`."""

    numbers: tuple[AccountNumber, ...]
    total_count: int | None
    is_last: bool
    left_out: int = 0


def pool_member(payload: Mapping[str, Any], kind: MemberKind, number_pool_uuid: str) -> PoolMember | None:
    """Read a member from a JSON object; None when it does not even say which one it is."""
    keys = ("shortcode",) if kind is MemberKind.SHORTCODE else _NUMBER
    digits = fields.digits(payload, *keys)
    if digits is None:
        return None
    return PoolMember(
        digits=digits,
        number_pool_uuid=fields.uuid(payload, *_POOL) or number_pool_uuid,
        country_iso2=fields.country(payload, "country_iso2"),
        added_on=fields.text(payload, "added_on"),
        service=fields.service(payload, "service"),
        type=fields.text(payload, "type"),
        account_phone_number_resource=fields.text(payload, "account_phone_number_resource"),
    )


def is_pool_unreadable(payload: Mapping[str, Any]) -> bool:
    """Whether a member names its pool, but by nothing that is a pool's uuid."""
    return fields.uuid(payload, *_POOL) is None and any(payload.get(key) for key in _POOL)


def page(payload: Mapping[str, Any], kind: MemberKind, number_pool_uuid: str, limit: int) -> Page:
    """Read a page of at most `limit` members from a JSON object."""
    found = listed(payload, limit, lambda entry: pool_member(entry, kind, number_pool_uuid))
    return Page(found.items, found.total_count, found.is_last, found.entries - len(found.items))


def number_pool(payload: Mapping[str, Any], number_pool_uuid: str) -> NumberPool | None:
    """Read a number pool; one that leaves its uuid out is the one that was asked for, None is no pool's answer."""
    uuid = fields.uuid(payload, "uuid")
    if uuid is None and payload.get("uuid"):
        return None
    return NumberPool(
        uuid=uuid or number_pool_uuid,
        numbers=fields.text(payload, "numbers"),
        shortcodes=fields.text(payload, "shortcodes"),
    )


def powerpack(payload: Mapping[str, Any]) -> Powerpack | None:
    """Read a Powerpack; its pool's uuid is the last part of the path in `number_pool`."""
    uuid = fields.uuid(payload, "uuid")
    if uuid is None:
        return None
    pool_path = [part for part in (fields.text(payload, "number_pool") or "").split("/") if part]
    return Powerpack(
        uuid=uuid,
        name=fields.text(payload, "name"),
        number_pool_uuid=pool_path[-1] if pool_path and is_uuid(pool_path[-1]) else None,
        sticky_sender=fields.flag(payload, "sticky_sender"),
        local_connect=fields.flag(payload, "local_connect"),
        application_type=fields.text(payload, "application_type"),
        # An empty text says that there is none; where the field is missing, that is not known.
        application_id="" if payload.get("application_id") == "" else fields.text(payload, "application_id"),
        created_on=fields.text(payload, "created_on"),
        number_priority=_number_priority(payload.get("number_priority")),
    )


def _number_priority(value: object) -> tuple[NumberPriority, ...] | None:
    """Read the priorities in an order that is always the same; None where any is not as documented."""
    entries = [_priority(entry) for entry in value] if isinstance(value, list) and len(value) <= MOST_PRIORITIES else []
    read = [each for each in entries if each is not None]
    return (
        tuple(sorted(read, key=lambda each: (each.country_iso, each.service_type)))
        if len(read) == len(entries)
        else None
    )


def _priority(entry: object) -> NumberPriority | None:
    if not isinstance(entry, dict) or not isinstance(places := entry.get("priority"), dict):
        return None
    country, service = fields.country(entry, "country_iso"), fields.service(entry, "service_type")
    senders = [places.get(place) for place in PRIORITIES]
    if country is None or service is None or not all(each is None or each in SENDERS for each in senders):
        return None
    while senders and senders[-1] is None:
        senders.pop()
    return NumberPriority(country.upper(), service.upper(), tuple(senders))


def account_number(payload: Mapping[str, Any]) -> AccountNumber | None:
    """Read a number of the account; None when it does not say which one it is. Older answers lack `mms_enabled`."""
    number = fields.digits(payload, "number")
    if number is None:
        return None
    return AccountNumber(
        number=number,
        alias=fields.text(payload, "alias"),
        number_type=fields.text(payload, "number_type"),
        sms_enabled=fields.flag(payload, "sms_enabled"),
        mms_enabled=fields.flag(payload, "mms_enabled"),
        # Two letters, or the country's name.
        country=fields.text(payload, "country"),
        monthly_rental_rate=fields.text(payload, "monthly_rental_rate"),
        voice_enabled=fields.flag(payload, "voice_enabled"),
        region=fields.text(payload, "region"),
        city=fields.text(payload, "city"),
        carrier=fields.text(payload, "carrier"),
        active=fields.flag(payload, "active"),
        added_on=fields.text(payload, "added_on"),
        renewal_date=fields.text(payload, "renewal_date"),
        application=fields.text(payload, "application"),
        sub_account=fields.text(payload, "sub_account"),
        tendlc_campaign_id=fields.text(payload, "tendlc_campaign_id"),
        tendlc_registration_status=fields.text(payload, "tendlc_registration_status"),
        toll_free_sms_verification=fields.text(payload, "toll_free_sms_verification"),
    )


def account_number_page(payload: Mapping[str, Any], limit: int) -> AccountNumberPage:
    """Read a page of at most `limit` numbers of the account."""
    found = listed(payload, limit, account_number)
    return AccountNumberPage(found.items, found.total_count, found.is_last, found.entries - len(found.items))
