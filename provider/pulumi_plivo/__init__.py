"""Plivo phone numbers, toll-free numbers and shortcodes in number pools, owned by a Pulumi stack."""

import importlib
from typing import TYPE_CHECKING, Any

from pulumi_plivo._version import __version__
from pulumi_plivo.program.registration import begin_program

if TYPE_CHECKING:
    from pulumi_plivo.lookups import (
        FoundAccountNumber,
        FoundNumberPool,
        FoundOffer,
        FoundPoolNumber,
        FoundPoolShortcode,
        FoundPowerpack,
        get_account_number,
        get_account_number_output,
        get_number_pool,
        get_number_pool_output,
        get_powerpack,
        get_powerpack_output,
        list_account_numbers,
        list_account_numbers_output,
        list_pool_numbers,
        list_pool_numbers_output,
        list_pool_shortcodes,
        list_pool_shortcodes_output,
        list_pool_toll_frees,
        list_pool_toll_frees_output,
        list_powerpacks,
        list_powerpacks_output,
        search_numbers,
        search_numbers_output,
    )
    from pulumi_plivo.messaging_pool import MessagingPool
    from pulumi_plivo.pool_number import PoolNumber
    from pulumi_plivo.pool_numbers import PoolNumbers
    from pulumi_plivo.pool_shortcode import PoolShortcode
    from pulumi_plivo.pool_toll_free import PoolTollFree
    from pulumi_plivo.powerpack import Powerpack

__all__ = [
    "FoundAccountNumber",
    "FoundNumberPool",
    "FoundOffer",
    "FoundPoolNumber",
    "FoundPoolShortcode",
    "FoundPowerpack",
    "MessagingPool",
    "PoolNumber",
    "PoolNumbers",
    "PoolShortcode",
    "PoolTollFree",
    "Powerpack",
    "__version__",
    "get_account_number",
    "get_account_number_output",
    "get_number_pool",
    "get_number_pool_output",
    "get_powerpack",
    "get_powerpack_output",
    "list_account_numbers",
    "list_account_numbers_output",
    "list_pool_numbers",
    "list_pool_numbers_output",
    "list_pool_shortcodes",
    "list_pool_shortcodes_output",
    "list_pool_toll_frees",
    "list_pool_toll_frees_output",
    "list_powerpacks",
    "list_powerpacks_output",
    "search_numbers",
    "search_numbers_output",
]

_MODULES = {
    "MessagingPool": "messaging_pool",
    "PoolNumber": "pool_number",
    "PoolNumbers": "pool_numbers",
    "PoolShortcode": "pool_shortcode",
    "PoolTollFree": "pool_toll_free",
    "Powerpack": "powerpack",
}


def __getattr__(name: str) -> Any:
    """Return what a program imports, a resource class or a look-up: it has a ledger then, also if it makes no resource.

    So a program that has dropped its last resource, and only looks up, still says what it gives up.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    begin_program()
    return getattr(importlib.import_module(f"{__name__}.{_MODULES.get(name, 'lookups')}"), name)
