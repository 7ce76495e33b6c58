"""The number pools of our stacks, as each stack's config lists them."""

import pulumi
from pool_config import read_pools
from pulumi_plivo import MessagingPool

config = pulumi.Config()
opts = pulumi.ResourceOptions(protect=config.get_bool("protect"))

for listed in read_pools(config.get_object("pools")):
    pool = MessagingPool(listed.name, **listed.inputs, opts=opts)
    pulumi.export(listed.name, {"number_pool_uuid": pool.number_pool_uuid, **listed.members})
