"""A Powerpack, a secret of another provider, and a container whose environment has both."""

import pulumi
import pulumi_docker as docker
import pulumi_random as random
from pulumi_plivo import MessagingPool

pool = MessagingPool("otp", name="otp", numbers=["+1 415-555-0100", "+1 415-555-0101"])
callback_secret = random.RandomPassword("callback", length=32, special=False)

sender = docker.Container(
    "sender",
    image="registry.example/otp-sender:1.4",
    envs=[
        pulumi.Output.concat("PLIVO_NUMBER_POOL_UUID=", pool.number_pool_uuid),
        pulumi.Output.concat("PLIVO_POWERPACK_UUID=", pool.powerpack_uuid),
        pulumi.Output.concat("CALLBACK_SECRET=", callback_secret.result),
    ],
)

pulumi.export("number_pool_uuid", pool.number_pool_uuid)
