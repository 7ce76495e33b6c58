"""Many numbers of a number pool, as one resource."""

from collections.abc import Sequence

import pulumi
from pulumi.dynamic import Resource

from pulumi_plivo.claims import Claim, claim_numbers, claimed_elsewhere, settled
from pulumi_plivo.numbers_lifecycle import NumbersProvider
from pulumi_plivo.planned_numbers import DECLARED_ELSEWHERE, UNKNOWN_ELSEWHERE
from pulumi_plivo.plivo_provider import CLAIMANT, DELETES_FIRST
from pulumi_plivo.resource_options import deletes_first, refuse_own_plugin


class PoolNumbersProvider(NumbersProvider):
    """What Pulumi's engine calls for a `PoolNumbers`. Its module and name are part of every state."""


class PoolNumbers(Resource, module="plivo", name="PoolNumbers"):
    """Many numbers that the account rents, in a number pool.

    What holds for a `PoolNumber` holds for each of them; they are added and removed with 16 calls at a time.
    Source: https://plivo.com/docs/messaging/api/numberpool
    """

    number_pool_uuid: pulumi.Output[str]
    numbers: pulumi.Output[list[str]]
    service: pulumi.Output[str]
    unrent: pulumi.Output[bool]
    adopt: pulumi.Output[bool]
    exclusive: pulumi.Output[bool]
    account: pulumi.Output[str]
    adopted: pulumi.Output[int]
    members: pulumi.Output[dict[str, int]]
    elsewhere: pulumi.Output[dict[str, list[str]]]
    strangers: pulumi.Output[list[str]]
    unfinished: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        number_pool_uuid: pulumi.Input[str],
        numbers: pulumi.Input[Sequence[pulumi.Input[str]]],
        service: pulumi.Input[str] = "sms",
        unrent: pulumi.Input[bool] = False,
        adopt: pulumi.Input[bool] = False,
        exclusive: pulumi.Input[bool] = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare many numbers of a pool.

        Args:
            resource_name: The resource's name in the stack.
            number_pool_uuid: The pool. Changing it moves the numbers, in place.
            numbers: Each 7 to 15 digits with the country code; `+`, spaces, dashes, dots and parentheses are dropped.
                Their order is no matter. What is added or left out is added or removed in place; with `unrent`,
                leaving a number out replaces the resource, and the numbers that stay are not touched.
            service: `sms` or `mms`, of all of them. Default `sms`. Changing it removes and adds them again, in place.
            unrent: Whether removing a number also gives it back to Plivo, for good. Default False.
            adopt: Whether numbers that are in the pool already are taken over. Default False: that is an error.
            exclusive: Whether other numbers of the pool are removed from it; they are never unrented. Default False.
            opts: Pulumi's options.
        """
        name = f"PoolNumbers {resource_name}"
        refuse_own_plugin(name, opts)
        number_pool_uuid, numbers, unrent = settled(number_pool_uuid), settled(numbers), settled(unrent)
        is_get = opts is not None and opts.id is not None
        claim = Claim(name, number_pool_uuid, reads=is_get, opts=opts)
        if not is_get:
            claim_numbers(numbers, claim)
        declared_elsewhere, unknown_elsewhere = (None, None) if is_get else claimed_elsewhere(claim)
        super().__init__(
            PoolNumbersProvider(),
            resource_name,
            {
                "number_pool_uuid": number_pool_uuid,
                "numbers": None if is_get else numbers,
                "service": None if is_get else service,
                "unrent": None if is_get else unrent,
                "adopt": None if is_get else adopt,
                "exclusive": None if is_get else exclusive,
                DELETES_FIRST: deletes_first(unrent, name, opts),
                CLAIMANT: claim.awaited_mark,
                DECLARED_ELSEWHERE: declared_elsewhere,
                UNKNOWN_ELSEWHERE: unknown_elsewhere,
                "account": None,
                "adopted": None,
                "members": None,
                "elsewhere": None,
                "strangers": None,
                "unfinished": None,
            },
            opts,
        )

        def fail(unfinished: str | None) -> None:
            if unfinished:
                raise pulumi.RunError(f"{name}: {unfinished}")

        # The state has what is done, so that the next run does the rest; the run fails all the same.
        self.unfinished.apply(fail)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - the name that every Pulumi resource uses
        *,
        number_pool_uuid: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> "PoolNumbers":
        """Read all numbers of a pool, none of which this stack need own; `id` is any text, such as the pool's uuid."""
        return PoolNumbers(
            resource_name,
            number_pool_uuid=number_pool_uuid,
            numbers=[],
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
