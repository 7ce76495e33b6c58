"""Many numbers of a number pool, as one resource."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from pulumi_plivo.details import said
from pulumi_plivo.plugin.many_members import NumbersProvider
from pulumi_plivo.plugin.plivo_provider import RESOURCE
from pulumi_plivo.program.registration import Registration, settled


class PoolNumbersProvider(NumbersProvider):
    """What Pulumi's engine calls for a `PoolNumbers`. Its module and name are part of every state."""


class PoolNumbers(Resource, module="plivo", name="PoolNumbers"):
    """Many numbers that the account rents, in a number pool.

    What holds for a `PoolNumber` holds for each of them; they are added and removed with 16 calls at a time.
    Source: https://plivo.com/docs/messaging/api/numberpool
    """

    number_pool_uuid: pulumi.Output[str]
    # A mapping of number to service; under Pulumi's mocks, which check nothing, what the program wrote.
    numbers: pulumi.Output[Any]
    service: pulumi.Output[str | None]
    unrent: pulumi.Output[bool]
    adopt: pulumi.Output[bool]
    exclusive: pulumi.Output[bool]
    rent: pulumi.Output[bool]
    account: pulumi.Output[str]
    adopted: pulumi.Output[int]
    members: pulumi.Output[dict[str, str]]
    strangers: pulumi.Output[list[str]]
    unfinished: pulumi.Output[str]
    rented_by_stack: pulumi.Output[list[str]]

    def __init__(
        self,
        resource_name: str,
        *,
        number_pool_uuid: pulumi.Input[str],
        numbers: pulumi.Input[Sequence[pulumi.Input[str]] | Mapping[str, pulumi.Input[str]]],
        service: pulumi.Input[str] | None = None,
        unrent: pulumi.Input[bool] = False,
        adopt: pulumi.Input[bool] = False,
        exclusive: pulumi.Input[bool] = False,
        rent: pulumi.Input[bool] = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare many numbers of a pool.

        Args:
            resource_name: The resource's name in the stack.
            number_pool_uuid: The pool. Changing it moves the numbers, and loses none: Pulumi shows a replacement.
            numbers: A list, or a mapping of number to `sms` or `mms`. Each has 7 to 15 digits with the country code;
                `+`, spaces, dashes, dots and parentheses are dropped; their order is no matter. What is new is added in
                place. What is left out leaves in place; where it is given back, or another resource wants it, it leaves
                at the end of the run, with a replacement that touches no other number.
            service: `sms` or `mms`, of all numbers that name none themselves. Default None: Plivo's default, `sms`, for
                a number that is added, and as it is for one that is taken over or moved. A change is made in place.
            unrent: Whether removing a number also gives it back to Plivo, for good. Default False.
            adopt: Whether numbers that are in the pool already are taken over. Default False: that is an error.
            exclusive: Whether other numbers of the pool are removed from it; they are never unrented. Default False.
            rent: Whether numbers that the account does not rent yet are rented, which costs money; `plivo:allowRent`
                has to allow it. Default False: that is an error.
            opts: Pulumi's options.
        """
        number_pool_uuid, numbers, unrent = settled(number_pool_uuid), _with_services(settled(numbers)), settled(unrent)
        is_get = opts is not None and opts.id is not None
        registration = Registration(
            "PoolNumbers",
            resource_name,
            opts,
            number_pool_uuid=number_pool_uuid,
            numbers=None if is_get else numbers,
            unrent=unrent,
            adopt=adopt,
        )
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
                **({} if is_get else said(rent=rent)),
                RESOURCE: None if is_get else registration.name,
                "account": None,
                "adopted": None,
                "members": None,
                "strangers": None,
                "unfinished": None,
                "rented_by_stack": None,
            },
            registration.opts,
        )
        registration.done(self)

        def fail(unfinished: str | None) -> None:
            if unfinished:
                raise pulumi.RunError(f"PoolNumbers {resource_name}: {unfinished}")

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
        """Read all numbers of a pool, none of which this stack need own; `id` is the pool's uuid."""
        return PoolNumbers(
            resource_name,
            number_pool_uuid=number_pool_uuid,
            numbers=[],
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )


def _with_services(numbers: Any) -> Any:
    """Write a service that is None as text: what is None does not reach the plugin, nor does the number it is for."""
    if isinstance(numbers, pulumi.Output):
        return numbers.apply(_with_services)
    if not isinstance(numbers, Mapping):
        return numbers
    return {
        digits: service or "" if service is None or isinstance(service, str) else _known_as_text(service)
        for digits, service in numbers.items()
    }


def _known_as_text(service: pulumi.Input[Any]) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(service).apply(lambda known: "" if known is None else known)
