"""Plivo phone numbers, toll-free numbers and shortcodes in number pools, owned by a Pulumi stack."""

import importlib
from typing import TYPE_CHECKING, Any

from pulumi_plivo._version import __version__
from pulumi_plivo.program.registration import begin_program

if TYPE_CHECKING:
    from pulumi_plivo.messaging_pool import MessagingPool
    from pulumi_plivo.pool_number import PoolNumber
    from pulumi_plivo.pool_numbers import PoolNumbers
    from pulumi_plivo.pool_shortcode import PoolShortcode
    from pulumi_plivo.pool_toll_free import PoolTollFree
    from pulumi_plivo.powerpack import Powerpack

__all__ = ["MessagingPool", "PoolNumber", "PoolNumbers", "PoolShortcode", "PoolTollFree", "Powerpack", "__version__"]

_MODULES = {
    "MessagingPool": "messaging_pool",
    "PoolNumber": "pool_number",
    "PoolNumbers": "pool_numbers",
    "PoolShortcode": "pool_shortcode",
    "PoolTollFree": "pool_toll_free",
    "Powerpack": "powerpack",
}


def __getattr__(name: str) -> Any:
    """Return a class that a program imports: it has a ledger then, also if it makes no resource of any."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    begin_program()
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
