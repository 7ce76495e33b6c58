"""A Powerpack, with its number pool."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from pulumi_plivo.details import said
from pulumi_plivo.number_priority import NumberPriority
from pulumi_plivo.plans.claim import POWERPACKS
from pulumi_plivo.plugin.one_powerpack import PowerpackResourceProvider
from pulumi_plivo.plugin.plivo_provider import RESOURCE
from pulumi_plivo.program.registration import Registration, settled


class PowerpackProvider(PowerpackResourceProvider):
    """What Pulumi's engine calls for a `Powerpack`. Its module and name are part of every state."""


class Powerpack(Resource, module="plivo", name="Powerpack"):
    """A Powerpack, with the number pool that Plivo makes with it.

    Source: https://plivo.com/docs/messaging/api/powerpack

    Attributes:
        number_pool_uuid: Its pool, into which numbers are put.
        uuid: The Powerpack's own uuid, from which messages are sent.
        created_on: When it was made, as Plivo writes it.
        adopted: Whether it was there when the stack took it over.
        account: The auth id under which it was made or taken over.
    """

    name: pulumi.Output[str]
    sticky_sender: pulumi.Output[bool]
    local_connect: pulumi.Output[bool]
    application_type: pulumi.Output[str]
    application_id: pulumi.Output[str]
    # The SDK checks a typed dictionary by its class, which a plain one has not.
    number_priority: pulumi.Output[Any]
    unrent_numbers: pulumi.Output[bool]
    adopt: pulumi.Output[bool]
    number_pool_uuid: pulumi.Output[str]
    uuid: pulumi.Output[str]
    created_on: pulumi.Output[str | None]
    adopted: pulumi.Output[bool]
    account: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        sticky_sender: pulumi.Input[bool] | None = None,
        local_connect: pulumi.Input[bool] | None = None,
        application_type: pulumi.Input[str] | None = None,
        application_id: pulumi.Input[str] | None = None,
        number_priority: pulumi.Input[Sequence[pulumi.Input[NumberPriority | Mapping[str, Any]]]] | None = None,
        unrent_numbers: pulumi.Input[bool] = False,
        adopt: pulumi.Input[bool] = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a Powerpack. What is left out is Plivo's, and never shows as a change; all changes are in place.

        Args:
            resource_name: The resource's name in the stack.
            name: The Powerpack's name, which no other of the account has.
            sticky_sender: Whether a recipient is always sent to from one number. Plivo's default is true.
            local_connect: Whether a number of the recipient's area is preferred. Plivo's default is true.
            application_type: `xml` or `phlo`, with an `application_id`.
            application_id: The application that answers incoming messages, or `none`.
            number_priority: From which kind of number messages are sent, by country and service.
            unrent_numbers: Whether deleting the resource also gives all numbers of its pool back to Plivo, for good.
                Default False: they stay rented.
            adopt: Whether a Powerpack that has this name already is taken over. Default False: that is an error.
            opts: Pulumi's options.
        """
        name, unrent_numbers = settled(name), settled(unrent_numbers)
        is_get = opts is not None and opts.id is not None
        registration = Registration(
            "Powerpack",
            resource_name,
            opts,
            number_pool_uuid=POWERPACKS,
            numbers=None if is_get else name,
            unrent=unrent_numbers,
            adopt=adopt,
        )
        super().__init__(
            PowerpackProvider(),
            resource_name,
            {
                "name": None if is_get else name,
                "sticky_sender": sticky_sender,
                "local_connect": local_connect,
                "application_type": application_type,
                "application_id": application_id,
                "number_priority": settled(number_priority),
                **said(unrent_numbers=unrent_numbers, adopt=adopt),
                RESOURCE: None if is_get else registration.name,
                "number_pool_uuid": None,
                "uuid": None,
                "created_on": None,
                "adopted": None,
                "account": None,
            },
            registration.opts,
        )
        registration.done(self)
        for flag in ("unrent_numbers", "adopt"):
            vars(self).setdefault(flag, pulumi.Output.from_input(False))

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - the name that every Pulumi resource uses
        *,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "Powerpack":
        """Read a Powerpack that this stack does not own; `id` is its uuid."""
        return Powerpack(resource_name, name="", opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
