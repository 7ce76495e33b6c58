"""An application's settings: the uuid of the number pool that the numbers stack of the same environment owns."""

from typing import Any

import pulumi

config = pulumi.Config()
numbers = pulumi.StackReference(config.require("numbersStack"))


def pool_uuid(pool: Any) -> str:
    """Return the pool's uuid, out of what the numbers stack exports of it."""
    if not isinstance(pool, dict):
        raise pulumi.RunError(f"{config.require('numbersStack')} exports no pool {config.require('pool')}")
    return str(pool["number_pool_uuid"])


# Other resources of this stack take the uuid as an input: a container's environment, a function's settings.
environment = {"PLIVO_NUMBER_POOL_UUID": numbers.get_output(config.require("pool")).apply(pool_uuid)}

pulumi.export("environment", environment)
