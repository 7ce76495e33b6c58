"""Plivo phone numbers, toll-free numbers and shortcodes in number pools, owned by a Pulumi stack."""

from pulumi_plivo._version import __version__
from pulumi_plivo.pool_number import PoolNumber
from pulumi_plivo.pool_numbers import PoolNumbers
from pulumi_plivo.pool_shortcode import PoolShortcode
from pulumi_plivo.pool_toll_free import PoolTollFree

__all__ = ["PoolNumber", "PoolNumbers", "PoolShortcode", "PoolTollFree", "__version__"]
