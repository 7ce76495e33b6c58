"""A toll-free number in a number pool."""

import pulumi

from pulumi_plivo import inputs
from pulumi_plivo.api import MemberKind
from pulumi_plivo.details import WithDetails, said
from pulumi_plivo.plugin.one_member import MemberProvider
from pulumi_plivo.plugin.plivo_provider import RESOURCE
from pulumi_plivo.program.registration import Registration, settled


class PoolTollFreeProvider(MemberProvider):
    """What Pulumi's engine calls for a `PoolTollFree`. Its module and name are part of every state."""

    kind = MemberKind.TOLL_FREE
    noun = "toll-free number"
    rules = {
        "number_pool_uuid": inputs.number_pool_uuid,
        "number": inputs.number,
        "unrent": inputs.flag,
        "adopt": inputs.flag,
        "rent": inputs.flag,
    }
    defaults = {"unrent": False, "adopt": False, "rent": None}


class PoolTollFree(WithDetails, module="plivo", name="PoolTollFree"):
    """A toll-free number that the account rents, in a number pool.

    Creating it adds the number to the pool; deleting it removes the number, which stays rented unless `unrent` was set.
    Source: https://plivo.com/docs/messaging/api/numberpool
    """

    number_pool_uuid: pulumi.Output[str]
    number: pulumi.Output[str]
    unrent: pulumi.Output[bool]
    adopt: pulumi.Output[bool]
    rent: pulumi.Output[bool]
    service: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        *,
        number_pool_uuid: pulumi.Input[str],
        number: pulumi.Input[str],
        unrent: pulumi.Input[bool] = False,
        adopt: pulumi.Input[bool] = False,
        rent: pulumi.Input[bool] = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a toll-free number of a pool.

        Args:
            resource_name: The resource's name in the stack.
            number_pool_uuid: The pool. Changing it moves the number, in place.
            number: 7 to 15 digits with the country code; `+`, spaces, dashes, dots and parentheses are dropped.
                Changing it replaces the resource: the new number is added, then the old one removed.
            unrent: Whether deleting the resource also gives the number back to Plivo, for good. Default False.
            adopt: Whether a number that is in the pool already is taken over. Default False: that is an error.
            rent: Whether a number that the account does not rent yet is rented, which costs money; `plivo:allowRent`
                has to allow it. Default False: that is an error.
            opts: Pulumi's options.
        """
        number_pool_uuid, number, unrent = settled(number_pool_uuid), settled(number), settled(unrent)
        registration = Registration(
            "PoolTollFree",
            resource_name,
            opts,
            number_pool_uuid=number_pool_uuid,
            numbers=number,
            unrent=unrent,
            adopt=adopt,
        )
        super().__init__(
            PoolTollFreeProvider(),
            resource_name,
            {
                "number_pool_uuid": number_pool_uuid,
                "number": number,
                **said(unrent=unrent, adopt=adopt, rent=rent),
                "details": {RESOURCE: registration.name},
                "service": None,
            },
            registration.opts,
        )
        registration.done(self)
        self._fill_in(unrent=False, adopt=False, rent=False)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - the name that every Pulumi resource uses
        *,
        number_pool_uuid: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> "PoolTollFree":
        """Read a toll-free number that this stack does not own; `id` is the number's digits."""
        return PoolTollFree(
            resource_name,
            number_pool_uuid=number_pool_uuid,
            number=id,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
