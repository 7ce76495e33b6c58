"""The numbers of our number pools, as the stack's config lists them."""

import pulumi
from pool_config import read_pools
from pulumi_plivo import PoolNumber, PoolNumbers, PoolShortcode, PoolTollFree

config = pulumi.Config()
opts = pulumi.ResourceOptions(protect=config.get_bool("protect"))

for pool in read_pools(config.get_object("pools")):
    # A resource is named after its number alone, so that a move to another pool stays an update of the same resource.
    for name, (same_inputs, services) in pool.groups.items() if pool.is_together else ():
        PoolNumbers(f"numbers-{name}", number_pool_uuid=pool.uuid, numbers=services, opts=opts, **same_inputs)
    for entry in [] if pool.is_together else pool.numbers:
        PoolNumber(f"number-{entry.digits}", number_pool_uuid=pool.uuid, number=entry.digits, opts=opts, **entry.inputs)
    for entry in pool.toll_frees:
        PoolTollFree(
            f"toll-free-{entry.digits}", number_pool_uuid=pool.uuid, number=entry.digits, opts=opts, **entry.inputs
        )
    for entry in pool.shortcodes:
        PoolShortcode(f"shortcode-{entry.digits}", number_pool_uuid=pool.uuid, shortcode=entry.digits, opts=opts)
    pulumi.export(pool.name, pool.summary)
