"""What look-ups return. A field that Plivo's answer lacks, or tells in a form that it can't have, has its default."""

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi_plivo.number_priority import NumberPriority, as_programs_write

if TYPE_CHECKING:
    from pulumi_plivo.api import Powerpack

Found = TypeVar("Found")


@dataclass(frozen=True)
class FoundPowerpack:
    """A Powerpack. Source: https://plivo.com/docs/messaging/api/powerpack.

    Attributes:
        uuid: The Powerpack.
        name: Its name, unique in the account.
        number_pool_uuid: Its number pool, which Plivo makes and deletes with it; an empty text where Plivo names none.
        sticky_sender: Whether a recipient always gets messages from the same number.
        local_connect: Whether a sender near the recipient is preferred.
        application_type: `xml` or `phlo`, in any case of letters.
        application_id: What answers messages to the pool's numbers.
        created_on: RFC 3339, UTC.
        number_priority: From which kind of number messages are sent, as a `Powerpack` takes it.
    """

    uuid: str
    name: str | None = None
    number_pool_uuid: str = ""
    sticky_sender: bool | None = None
    local_connect: bool | None = None
    application_type: str | None = None
    application_id: str | None = None
    created_on: str | None = None
    # A list has no hash.
    number_priority: list[NumberPriority] | None = field(default=None, hash=False)


@dataclass(frozen=True)
class FoundNumberPool:
    """A number pool. Source: https://plivo.com/docs/messaging/api/numberpool.

    Attributes:
        uuid: The pool.
        numbers_resource: The path of its list of numbers at Plivo.
        shortcodes_resource: The path of its list of shortcodes at Plivo.
    """

    uuid: str
    numbers_resource: str | None = None
    shortcodes_resource: str | None = None


@dataclass(frozen=True)
class FoundPoolNumber:
    """A number or toll-free number in a pool. Source: https://plivo.com/docs/messaging/api/numberpool.

    Attributes:
        number: Its digits, with the country code.
        number_pool_uuid: The pool.
        service: `sms` or `mms`.
        type: `fixed`, `mobile`, `tollfree` or `toll-free`.
        country_iso2: Two letters.
        added_on: When it came into the pool: RFC 3339, UTC.
        account_phone_number_resource: Its path at Plivo.
    """

    number: str
    number_pool_uuid: str
    service: str | None = None
    type: str | None = None
    country_iso2: str | None = None
    added_on: str | None = None
    account_phone_number_resource: str | None = None


@dataclass(frozen=True)
class FoundPoolShortcode:
    """A shortcode in a pool. Source: https://plivo.com/docs/messaging/api/numberpool.

    Attributes:
        shortcode: Its digits.
        number_pool_uuid: The pool.
        country_iso2: Two letters.
        added_on: When it came into the pool: RFC 3339, UTC.
    """

    shortcode: str
    number_pool_uuid: str
    country_iso2: str | None = None
    added_on: str | None = None


@dataclass(frozen=True)
class FoundAccountNumber:
    """A number that the account rents. Source: https://plivo.com/docs/numbers/account-phone-numbers.

    Attributes:
        number: Its digits, with the country code.
        alias: The account's own name for it.
        number_type: `fixed`, `local`, `national`, `mobile` or `tollfree`.
        country: The country, by two letters or by its name.
        region: The region.
        city: The city.
        carrier: The carrier.
        active: Whether it is in use.
        sms_enabled: Whether it sends SMS.
        mms_enabled: Whether it sends MMS; older answers lack it.
        voice_enabled: Whether it calls.
        monthly_rental_rate: US dollars, as text: `"0.50000"`.
        added_on: The day on which it was rented: `2026-01-31`.
        renewal_date: The day on which the next month is charged.
        application: The path of its application at Plivo.
        sub_account: The subaccount that has it: its auth id, or its path at Plivo.
        tendlc_campaign_id: The 10DLC campaign that it is linked to.
        tendlc_registration_status: How far that link is.
        toll_free_sms_verification: How far a toll-free number's verification is.
    """

    number: str
    alias: str | None = None
    number_type: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    carrier: str | None = None
    active: bool | None = None
    sms_enabled: bool | None = None
    mms_enabled: bool | None = None
    voice_enabled: bool | None = None
    monthly_rental_rate: str | None = None
    added_on: str | None = None
    renewal_date: str | None = None
    application: str | None = None
    sub_account: str | None = None
    tendlc_campaign_id: str | None = None
    tendlc_registration_status: str | None = None
    toll_free_sms_verification: str | None = None


@dataclass(frozen=True)
class FoundOffer:
    """A number that can be rented. Source: https://plivo.com/docs/numbers/api/phone-number.

    Attributes:
        number: Its digits, with the country code.
        type: `fixed`, `mobile` or `tollfree`.
        sub_type: A closer type, such as `local`.
        country: The country, by two letters or by its name.
        region: The region.
        city: The city.
        prefix: The digits behind the country code.
        lata: The local access and transport area, in the US and Canada.
        rate_center: The rate center, in the US and Canada.
        sms_enabled: Whether it sends SMS.
        mms_enabled: Whether it sends MMS.
        voice_enabled: Whether it calls.
        monthly_rental_rate: US dollars, as text: `"0.50000"`.
        setup_rate: US dollars to be paid once, as text.
        restriction: What must be shown before it can be rented.
        restriction_text: The same in words.
    """

    number: str
    type: str | None = None
    sub_type: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    prefix: str | None = None
    lata: str | None = None
    rate_center: str | None = None
    sms_enabled: bool | None = None
    mms_enabled: bool | None = None
    voice_enabled: bool | None = None
    monthly_rental_rate: str | None = None
    setup_rate: str | None = None
    restriction: str | None = None
    restriction_text: str | None = None


def found(kind: type[Found], model: Any) -> Found:
    """Return what an answer tells as a result, whose fields are named as the model's are."""
    told = {each.name: getattr(model, each.name) for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in told.items() if value is not None})


def found_powerpack(model: "Powerpack") -> FoundPowerpack:
    """Return what an answer tells of a Powerpack."""
    told = model.number_priority
    return replace(found(FoundPowerpack, model), number_priority=None if told is None else as_programs_write(told))
