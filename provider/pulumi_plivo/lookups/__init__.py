"""Look-ups: what an account at Plivo has, as plain values for the program that asks."""

from pulumi_plivo.lookups.account_numbers import (
    get_account_number,
    get_account_number_output,
    list_account_numbers,
    list_account_numbers_output,
)
from pulumi_plivo.lookups.number_pools import (
    get_number_pool,
    get_number_pool_output,
    list_pool_numbers,
    list_pool_numbers_output,
    list_pool_shortcodes,
    list_pool_shortcodes_output,
    list_pool_toll_frees,
    list_pool_toll_frees_output,
)
from pulumi_plivo.lookups.offers import search_numbers, search_numbers_output
from pulumi_plivo.lookups.powerpack_lookups import (
    get_powerpack,
    get_powerpack_output,
    list_powerpacks,
    list_powerpacks_output,
)
from pulumi_plivo.lookups.results import (
    FoundAccountNumber,
    FoundNumberPool,
    FoundOffer,
    FoundPoolNumber,
    FoundPoolShortcode,
    FoundPowerpack,
)

__all__ = [
    "FoundAccountNumber",
    "FoundNumberPool",
    "FoundOffer",
    "FoundPoolNumber",
    "FoundPoolShortcode",
    "FoundPowerpack",
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
