"""Look-ups of number pools and their members: https://plivo.com/docs/messaging/api/numberpool."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pulumi

from pulumi_plivo import inputs
from pulumi_plivo.api import MemberKind, PoolMember
from pulumi_plivo.lookups import arguments
from pulumi_plivo.lookups.asking import as_output, ask
from pulumi_plivo.lookups.results import FoundNumberPool, FoundPoolNumber, FoundPoolShortcode
from pulumi_plivo.lookups.whole_list import whole_list
from pulumi_plivo.pool_view.memory import TOLL_FREE_TYPES

if TYPE_CHECKING:
    from pulumi_plivo.api import Client


def get_number_pool(uuid: str) -> FoundNumberPool:
    """Return a number pool of the account.

    Args:
        uuid: The pool: the last part of its Powerpack's `number_pool`.

    Raises pulumi.RunError, which ends the program: where the account has no such pool.
    """
    wanted = arguments.Arguments("get_number_pool").needed("uuid", inputs.number_pool_uuid, uuid)

    def read(client: "Client") -> FoundNumberPool:
        pool = client.number_pools.get(wanted)
        return FoundNumberPool(pool.uuid, numbers_resource=pool.numbers, shortcodes_resource=pool.shortcodes)

    return ask(
        f"number pool {wanted}", read, absent="the account has no such number pool: correct uuid, or plivo:authId"
    )


def get_number_pool_output(uuid: pulumi.Input[str]) -> pulumi.Output[FoundNumberPool]:
    """Return what `get_number_pool` returns, for an input."""
    return as_output(get_number_pool, uuid=uuid)


def list_pool_numbers(
    number_pool_uuid: str,
    *,
    starts_with: str | Sequence[str] | None = None,
    country_iso2: str | None = None,
    type: str | None = None,  # noqa: A002 - Plivo's name
    service: str | None = None,
) -> list[FoundPoolNumber]:
    """Return every number of a pool, in Plivo's order, but for toll-free ones: those are `list_pool_toll_frees`'.

    Args:
        number_pool_uuid: The pool.
        starts_with: Up to 10 prefixes without the country code, as a list or with commas between them; they need
            `country_iso2`.
        country_iso2: Two letters.
        type: `fixed` (local and national ones among them) or `mobile`. `toll-free` asks the same list for toll-free
            numbers; whether it has them is not documented.
        service: `sms` or `mms`.

    Raises pulumi.RunError, which ends the program: where the account has no such pool, or a filter can't be.
    """
    given = arguments.Arguments("list_pool_numbers")
    filters = {
        "starts_with": given.optional("starts_with", arguments.prefixes, starts_with) or (),
        "country_iso2": given.optional("country_iso2", arguments.country_iso2, country_iso2),
        "type": given.optional("type", arguments.pool_number_type, type),
        "service": given.optional("service", inputs.service, service),
    }
    if filters["starts_with"] and country_iso2 is None:
        raise given.refusal("starts_with needs country_iso2")
    pool = given.needed("number_pool_uuid", inputs.number_pool_uuid, number_pool_uuid)
    members = _members(MemberKind.NUMBER, pool, filters)
    if filters["type"] not in TOLL_FREE_TYPES:
        # The list of numbers may hold toll-frees, which are members of another kind.
        members = [each for each in members if each.type not in TOLL_FREE_TYPES]
    return [_number(each) for each in members]


def list_pool_numbers_output(
    number_pool_uuid: pulumi.Input[str],
    *,
    starts_with: pulumi.Input[str | Sequence[pulumi.Input[str]] | None] | None = None,
    country_iso2: pulumi.Input[str | None] | None = None,
    type: pulumi.Input[str | None] | None = None,  # noqa: A002 - Plivo's name
    service: pulumi.Input[str | None] | None = None,
) -> pulumi.Output[list[FoundPoolNumber]]:
    """Return what `list_pool_numbers` returns, for inputs."""
    return as_output(
        list_pool_numbers,
        number_pool_uuid=number_pool_uuid,
        starts_with=starts_with,
        country_iso2=country_iso2,
        type=type,
        service=service,
    )


def list_pool_toll_frees(number_pool_uuid: str) -> list[FoundPoolNumber]:
    """Return every toll-free number of a pool, in Plivo's order. Plivo's list has no filters.

    Args:
        number_pool_uuid: The pool.

    Raises pulumi.RunError, which ends the program: where the account has no such pool.
    """
    given = arguments.Arguments("list_pool_toll_frees")
    pool = given.needed("number_pool_uuid", inputs.number_pool_uuid, number_pool_uuid)
    return [_number(each) for each in _members(MemberKind.TOLL_FREE, pool, {})]


def list_pool_toll_frees_output(number_pool_uuid: pulumi.Input[str]) -> pulumi.Output[list[FoundPoolNumber]]:
    """Return what `list_pool_toll_frees` returns, for an input."""
    return as_output(list_pool_toll_frees, number_pool_uuid=number_pool_uuid)


def list_pool_shortcodes(number_pool_uuid: str) -> list[FoundPoolShortcode]:
    """Return every shortcode of a pool, in Plivo's order. Plivo's list has no filters.

    Args:
        number_pool_uuid: The pool.

    Raises pulumi.RunError, which ends the program: where the account has no such pool.
    """
    given = arguments.Arguments("list_pool_shortcodes")
    pool = given.needed("number_pool_uuid", inputs.number_pool_uuid, number_pool_uuid)
    return [
        FoundPoolShortcode(each.digits, each.number_pool_uuid, each.country_iso2, each.added_on)
        for each in _members(MemberKind.SHORTCODE, pool, {})
    ]


def list_pool_shortcodes_output(number_pool_uuid: pulumi.Input[str]) -> pulumi.Output[list[FoundPoolShortcode]]:
    """Return what `list_pool_shortcodes` returns, for an input."""
    return as_output(list_pool_shortcodes, number_pool_uuid=number_pool_uuid)


def _members(kind: MemberKind, pool: str, filters: dict[str, Any]) -> list[PoolMember]:
    def read(client: "Client", service: str | None) -> list[PoolMember]:
        asked = filters | ({"service": service} if service else {})
        return whole_list(
            lambda offset: client.pool_members.page_at(offset, kind, pool, **asked), "NumberPool", pool, kind.value
        )

    def read_all(client: "Client") -> list[PoolMember]:
        found = read(client, None)
        is_whole = kind is not MemberKind.NUMBER or filters.get("service") or any(e.service == "mms" for e in found)
        if is_whole:
            return found
        # Plivo's SDKs disagree whether a list without a service has the members for MMS.
        shown = {each.digits for each in found}
        for_mms = [each for each in read(client, "mms") if each.digits not in shown]
        return found + [replace(each, service=each.service or "mms") for each in for_mms]

    return ask(
        f"the {NOUNS[kind]} of pool {pool}",
        read_all,
        absent="the account has no such number pool: correct number_pool_uuid, or plivo:authId",
    )


def _number(member: PoolMember) -> FoundPoolNumber:
    return FoundPoolNumber(
        number=member.digits,
        number_pool_uuid=member.number_pool_uuid,
        service=member.service,
        type=member.type,
        country_iso2=member.country_iso2,
        added_on=member.added_on,
        account_phone_number_resource=member.account_phone_number_resource,
    )


NOUNS = {
    MemberKind.NUMBER: "numbers",
    MemberKind.TOLL_FREE: "toll-free numbers",
    MemberKind.SHORTCODE: "shortcodes",
}
