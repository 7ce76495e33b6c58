"""Look-ups of the numbers that the account rents: https://plivo.com/docs/numbers/account-phone-numbers."""

from collections.abc import Sequence

import pulumi

from pulumi_plivo import inputs
from pulumi_plivo.lookups import arguments
from pulumi_plivo.lookups.asking import as_output, ask
from pulumi_plivo.lookups.results import FoundAccountNumber, found
from pulumi_plivo.lookups.whole_list import whole_list


def get_account_number(number: str) -> FoundAccountNumber:
    """Return a number that the account rents.

    Args:
        number: 7 to 15 digits with the country code; `+`, spaces, dashes, dots, parentheses are dropped.

    Raises pulumi.RunError, which ends the program: where the account does not rent it.
    """
    wanted = arguments.Arguments("get_account_number").needed("number", inputs.number, number)
    return ask(
        f"number {wanted} of the account",
        lambda client: found(FoundAccountNumber, client.account_numbers.get(wanted)),
        absent="the account does not rent it: correct number, or plivo:authId",
    )


def get_account_number_output(number: pulumi.Input[str]) -> pulumi.Output[FoundAccountNumber]:
    """Return what `get_account_number` returns, for an input."""
    return as_output(get_account_number, number=number)


def list_account_numbers(
    *,
    number_startswith: str | None = None,
    type: str | None = None,  # noqa: A002 - Plivo's name
    services: str | Sequence[str] | None = None,
    alias: str | None = None,
    subaccount: str | None = None,
    renewal_date: str | None = None,
    renewal_date__gt: str | None = None,
    renewal_date__gte: str | None = None,
    renewal_date__lt: str | None = None,
    renewal_date__lte: str | None = None,
    tendlc_campaign_id: str | None = None,
    tendlc_registration_status: str | None = None,
    toll_free_sms_verification: str | None = None,
) -> list[FoundAccountNumber]:
    """Return every number that the account rents, in Plivo's order. The filters have Plivo's names, and go to Plivo.

    Args:
        number_startswith: The first digits, with the country code.
        type: `fixed`, `local`, `national`, `mobile` or `tollfree`.
        services: Of `sms`, `mms` and `voice` those that a number must have, as a list or with commas between them.
        alias: The account's own name for a number.
        subaccount: The auth id of the subaccount that has it.
        renewal_date: The day on which the next month is charged, such as `2026-01-31`.
        renewal_date__gt: Charged after this day.
        renewal_date__gte: Charged on this day or after it.
        renewal_date__lt: Charged before this day.
        renewal_date__lte: Charged on this day or before it.
        tendlc_campaign_id: The 10DLC campaign that a number is linked to.
        tendlc_registration_status: How far that link is.
        toll_free_sms_verification: How far a toll-free number's verification is.

    Raises pulumi.RunError, which ends the program: where a filter can't be.
    """
    given = arguments.Arguments("list_account_numbers")
    filters = {
        "number_startswith": given.optional("number_startswith", arguments.prefix, number_startswith),
        "type": given.optional("type", arguments.account_number_type, type),
        "services": given.optional("services", arguments.services, services),
        "alias": given.optional("alias", arguments.text, alias),
        "subaccount": given.optional("subaccount", arguments.text, subaccount),
        "renewal_date": given.optional("renewal_date", arguments.day, renewal_date),
        "renewal_date__gt": given.optional("renewal_date__gt", arguments.day, renewal_date__gt),
        "renewal_date__gte": given.optional("renewal_date__gte", arguments.day, renewal_date__gte),
        "renewal_date__lt": given.optional("renewal_date__lt", arguments.day, renewal_date__lt),
        "renewal_date__lte": given.optional("renewal_date__lte", arguments.day, renewal_date__lte),
        "tendlc_campaign_id": given.optional("tendlc_campaign_id", arguments.text, tendlc_campaign_id),
        "tendlc_registration_status": given.optional(
            "tendlc_registration_status", arguments.text, tendlc_registration_status
        ),
        "toll_free_sms_verification": given.optional(
            "toll_free_sms_verification", arguments.text, toll_free_sms_verification
        ),
    }
    return ask(
        "the account's numbers",
        lambda client: [
            found(FoundAccountNumber, each)
            for each in whole_list(lambda offset: client.account_numbers.page_at(offset, **filters), "Number")
        ],
    )


def list_account_numbers_output(
    *,
    number_startswith: pulumi.Input[str | None] | None = None,
    type: pulumi.Input[str | None] | None = None,  # noqa: A002 - Plivo's name
    services: pulumi.Input[str | Sequence[pulumi.Input[str]] | None] | None = None,
    alias: pulumi.Input[str | None] | None = None,
    subaccount: pulumi.Input[str | None] | None = None,
    renewal_date: pulumi.Input[str | None] | None = None,
    renewal_date__gt: pulumi.Input[str | None] | None = None,
    renewal_date__gte: pulumi.Input[str | None] | None = None,
    renewal_date__lt: pulumi.Input[str | None] | None = None,
    renewal_date__lte: pulumi.Input[str | None] | None = None,
    tendlc_campaign_id: pulumi.Input[str | None] | None = None,
    tendlc_registration_status: pulumi.Input[str | None] | None = None,
    toll_free_sms_verification: pulumi.Input[str | None] | None = None,
) -> pulumi.Output[list[FoundAccountNumber]]:
    """Return what `list_account_numbers` returns, for inputs."""
    return as_output(
        list_account_numbers,
        number_startswith=number_startswith,
        type=type,
        services=services,
        alias=alias,
        subaccount=subaccount,
        renewal_date=renewal_date,
        renewal_date__gt=renewal_date__gt,
        renewal_date__gte=renewal_date__gte,
        renewal_date__lt=renewal_date__lt,
        renewal_date__lte=renewal_date__lte,
        tendlc_campaign_id=tendlc_campaign_id,
        tendlc_registration_status=tendlc_registration_status,
        toll_free_sms_verification=toll_free_sms_verification,
    )
