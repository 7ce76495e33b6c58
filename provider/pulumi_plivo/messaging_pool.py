"""A number pool with all that is in it, and its Powerpack, as one component."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from pulumi_plivo.messaging_pool_members import (
    Members,
    Numbers,
    TollFrees,
    apart,
    numbers_by_digits,
    shortcode_digits,
    toll_frees_by_digits,
)
from pulumi_plivo.number_priority import NumberPriority
from pulumi_plivo.pool_number import PoolNumber
from pulumi_plivo.pool_numbers import PoolNumbers
from pulumi_plivo.pool_shortcode import PoolShortcode
from pulumi_plivo.pool_toll_free import PoolTollFree
from pulumi_plivo.powerpack import Powerpack
from pulumi_plivo.program.registration import settled


class MessagingPool(pulumi.ComponentResource):
    """A number pool with its numbers, toll-free numbers and shortcodes, and its Powerpack.

    Its children are named after their number alone: their order is no matter, and what moves to another
    `MessagingPool` stays the same resource. The list of numbers and the Powerpack have the component's name.

    Attributes:
        number_pool_uuid: The number pool.
        powerpack_uuid: The Powerpack's uuid, from which messages are sent; None for a pool that was given alone.
        powerpack: The Powerpack; None for a pool that was given alone.
        members: The resources of its members.
    """

    number_pool_uuid: pulumi.Output[str]
    powerpack_uuid: pulumi.Output[str | None]
    powerpack: Powerpack | None
    members: list[pulumi.Resource]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str] | None = None,
        powerpack_uuid: pulumi.Input[str] | None = None,
        number_pool_uuid: pulumi.Input[str] | None = None,
        sticky_sender: pulumi.Input[bool] | None = None,
        local_connect: pulumi.Input[bool] | None = None,
        application_type: pulumi.Input[str] | None = None,
        application_id: pulumi.Input[str] | None = None,
        number_priority: pulumi.Input[Sequence[pulumi.Input[NumberPriority | Mapping[str, Any]]]] | None = None,
        unrent_numbers: pulumi.Input[bool] = False,
        numbers: pulumi.Input[Numbers] | None = None,
        toll_frees: TollFrees = (),
        shortcodes: Sequence[str] = (),
        service: pulumi.Input[str] | None = None,
        unrent: pulumi.Input[bool] = False,
        adopt: pulumi.Input[bool] = False,
        rent: pulumi.Input[bool] = False,
        each: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a number pool and its members; of `name`, `powerpack_uuid` and `number_pool_uuid` name one.

        Args:
            resource_name: The component's name in the stack.
            name: The Powerpack's name: it is made, or with `adopt` taken over. Its other settings are as a
                `Powerpack` has them.
            powerpack_uuid: A Powerpack that the stack does not own; it is only read.
            number_pool_uuid: A pool alone: its Powerpack is not even read.
            sticky_sender: As of a `Powerpack`.
            local_connect: As of a `Powerpack`.
            application_type: As of a `Powerpack`.
            application_id: As of a `Powerpack`.
            number_priority: As of a `Powerpack`.
            unrent_numbers: As of a `Powerpack`. Default False.
            numbers: A list, or a mapping of number to service, or to what the number says itself (`NumberArgs`):
                `service`, `unrent`, `adopt`, `rent`. One that says more than its service is a `PoolNumber` of its own.
                Default None: none.
            toll_frees: A list, or a mapping of toll-free number to what it says itself (`TollFreeArgs`): `unrent`,
                `adopt`, `rent`. Default none.
            shortcodes: Shortcodes, which are in the pool already. Default none.
            service: `sms` or `mms`, of all numbers that name none themselves; as of a `PoolNumbers`.
            unrent: Whether a member that leaves is also given back to Plivo, for good. Default False.
            adopt: Whether the Powerpack of this name, and members that are in its pool already, are taken over.
                Default False.
            rent: Whether numbers that the account does not rent yet are rented, which costs money;
                `plivo:allowRent` has to allow it. Default False.
            each: Whether each number is a resource of its own. Default False: all are one `PoolNumbers`.
            opts: Pulumi's options.

        Fails the program with a RunError for none or several of `name`, `powerpack_uuid` and `number_pool_uuid`, for
        settings of a Powerpack that the stack does not own, and for members that have to be known in the program, and
        are not, or that can't be.
        """
        super().__init__("plivo:index:MessagingPool", resource_name, None, opts)
        # The engine hands it down too, but of a component that comes first in its program the ledger sees no options.
        self._is_retained = opts.retain_on_delete if opts is not None else None
        number_pool_uuid = settled(number_pool_uuid)
        settings: dict[str, Any] = {
            "sticky_sender": sticky_sender,
            "local_connect": local_connect,
            "application_type": application_type,
            "application_id": application_id,
            "number_priority": number_priority,
            "unrent_numbers": None if unrent_numbers is False else unrent_numbers,
        }
        places = {"name": name, "powerpack_uuid": powerpack_uuid, "number_pool_uuid": number_pool_uuid}
        self.powerpack = self._powerpack(resource_name, places, settings, adopt)
        self._pool = number_pool_uuid if self.powerpack is None else self.powerpack.number_pool_uuid
        self.number_pool_uuid = pulumi.Output.from_input(self._pool)
        self.powerpack_uuid = pulumi.Output.from_input(None if self.powerpack is None else self.powerpack.uuid)
        flags: dict[str, Any] = {"unrent": unrent, "adopt": adopt, "rent": rent}
        self.members = []
        listed, single = _listed_and_single(resource_name, numbers, each=each)
        if listed is not None:
            self._add(PoolNumbers, resource_name, numbers=listed, service=service, **flags)
        for digits, own in single.items():
            self._add(PoolNumber, digits, number=digits, **{"service": service, **flags, **own})
        for digits, own in toll_frees_by_digits(resource_name, toll_frees).items():
            self._add(PoolTollFree, digits, number=digits, **{**flags, **own})
        for digits in shortcode_digits(resource_name, shortcodes):
            self._add(PoolShortcode, digits, shortcode=digits)
        self.register_outputs({"number_pool_uuid": self.number_pool_uuid, "powerpack_uuid": self.powerpack_uuid})

    @property
    def _opts(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, retain_on_delete=self._is_retained)

    def _add(self, kind: Any, name: str, **inputs: Any) -> None:
        self.members.append(kind(name, number_pool_uuid=self._pool, opts=self._opts, **inputs))

    def _powerpack(
        self,
        resource_name: str,
        places: Mapping[str, Any],
        settings: Mapping[str, Any],
        adopt: pulumi.Input[bool],
    ) -> Powerpack | None:
        given = [key for key, value in places.items() if value is not None]
        if len(given) != 1:
            raise pulumi.RunError(
                f"MessagingPool {resource_name}: name one of {', '.join(places)}: a Powerpack of its own, one that is"
                " there, or a pool alone"
            )
        named = {key: value for key, value in settings.items() if value is not None}
        if given == ["name"]:
            return Powerpack(resource_name, name=places["name"], adopt=adopt, opts=self._opts, **named)
        if named:
            raise pulumi.RunError(
                f"MessagingPool {resource_name}: {', '.join(named)} can't be set of a Powerpack that the stack does not"
                f" own; give its name and adopt=True in the place of {given[0]}"
            )
        if given == ["number_pool_uuid"]:
            return None
        return Powerpack.get(resource_name, places["powerpack_uuid"], opts=self._opts)


def _listed_and_single(resource_name: str, numbers: Any, *, each: bool) -> tuple[Any, Members]:
    """Return what the one list has, None for no list, and what the numbers say themselves that are not in it."""
    if numbers is None:
        return None, {}
    if each:
        return None, numbers_by_digits(resource_name, numbers)
    listed, single = apart(resource_name, numbers)
    return (None if listed in ([], (), {}) else listed), single
