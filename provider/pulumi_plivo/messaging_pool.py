"""A Powerpack with all that is in its pool, as one component."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi

from pulumi_plivo import inputs
from pulumi_plivo.number_priority import NumberPriority
from pulumi_plivo.pool_number import PoolNumber
from pulumi_plivo.pool_numbers import PoolNumbers
from pulumi_plivo.pool_shortcode import PoolShortcode
from pulumi_plivo.pool_toll_free import PoolTollFree
from pulumi_plivo.powerpack import Powerpack

Numbers = Sequence[pulumi.Input[str]] | Mapping[str, pulumi.Input[str]]


class MessagingPool(pulumi.ComponentResource):
    """A Powerpack with its numbers, toll-free numbers and shortcodes.

    Its children are named after their number alone: their order is no matter, and what moves to another
    `MessagingPool` stays the same resource. The list of numbers and the Powerpack have the component's name.

    Attributes:
        number_pool_uuid: The Powerpack's number pool.
        powerpack_uuid: The Powerpack's uuid, from which messages are sent.
        powerpack: The Powerpack.
        members: The resources of its members.
    """

    number_pool_uuid: pulumi.Output[str]
    powerpack_uuid: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str] | None = None,
        powerpack_uuid: pulumi.Input[str] | None = None,
        sticky_sender: pulumi.Input[bool] | None = None,
        local_connect: pulumi.Input[bool] | None = None,
        application_type: pulumi.Input[str] | None = None,
        application_id: pulumi.Input[str] | None = None,
        number_priority: pulumi.Input[Sequence[pulumi.Input[NumberPriority | Mapping[str, Any]]]] | None = None,
        unrent_numbers: pulumi.Input[bool] = False,
        numbers: pulumi.Input[Numbers] | None = None,
        toll_frees: Sequence[str] = (),
        shortcodes: Sequence[str] = (),
        service: pulumi.Input[str] | None = None,
        unrent: pulumi.Input[bool] = False,
        adopt: pulumi.Input[bool] = False,
        each: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a Powerpack and its members.

        Args:
            resource_name: The component's name in the stack.
            name: The Powerpack's name: it is made, or with `adopt` taken over. Its other settings are as a
                `Powerpack` has them.
            powerpack_uuid: A Powerpack that the stack does not own, in the place of `name`; it is only read.
            sticky_sender: As of a `Powerpack`.
            local_connect: As of a `Powerpack`.
            application_type: As of a `Powerpack`.
            application_id: As of a `Powerpack`.
            number_priority: As of a `Powerpack`.
            unrent_numbers: As of a `Powerpack`. Default False.
            numbers: A list, or a mapping of number to service; as of a `PoolNumbers`. Default None: none.
            toll_frees: Toll-free numbers. Default none.
            shortcodes: Shortcodes, which are in the pool already. Default none.
            service: `sms` or `mms`, of all numbers that name none themselves; as of a `PoolNumbers`.
            unrent: Whether a member that leaves is also given back to Plivo, for good. Default False.
            adopt: Whether the Powerpack of this name, and members that are in its pool already, are taken over.
                Default False.
            each: Whether each number is a resource of its own. Default False: all are one `PoolNumbers`.
            opts: Pulumi's options.

        Fails the program with a RunError for neither or both of `name` and `powerpack_uuid`, for settings of a
        Powerpack that is only read, and with `each` for numbers that are not known in the program.
        """
        super().__init__("plivo:index:MessagingPool", resource_name, None, opts)
        # The engine hands it down too, but of a component that comes first in its program the ledger sees no options.
        self._is_retained = opts.retain_on_delete if opts is not None else None
        settings: dict[str, Any] = {
            "sticky_sender": sticky_sender,
            "local_connect": local_connect,
            "application_type": application_type,
            "application_id": application_id,
            "number_priority": number_priority,
        }
        self.powerpack = self._powerpack(resource_name, name, powerpack_uuid, settings, unrent_numbers, adopt)
        self.number_pool_uuid = self.powerpack.number_pool_uuid
        self.powerpack_uuid = self.powerpack.uuid
        pool: dict[str, Any] = {"number_pool_uuid": self.number_pool_uuid, "opts": self._opts}
        flags: dict[str, Any] = {"unrent": unrent, "adopt": adopt}
        self.members: list[pulumi.Resource] = []
        if each:
            for digits, own in _one_by_one(resource_name, numbers).items():
                self.members.append(PoolNumber(digits, number=digits, service=own or service, **pool, **flags))
        elif numbers is not None:
            self.members.append(PoolNumbers(resource_name, numbers=numbers, service=service, **pool, **flags))
        for digits in _normal(resource_name, "toll_frees", toll_frees, inputs.number):
            self.members.append(PoolTollFree(digits, number=digits, **pool, **flags))
        for digits in _normal(resource_name, "shortcodes", shortcodes, inputs.shortcode):
            self.members.append(PoolShortcode(digits, shortcode=digits, **pool))
        self.register_outputs({"number_pool_uuid": self.number_pool_uuid, "powerpack_uuid": self.powerpack_uuid})

    @property
    def _opts(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, retain_on_delete=self._is_retained)

    def _powerpack(
        self,
        resource_name: str,
        name: pulumi.Input[str] | None,
        powerpack_uuid: pulumi.Input[str] | None,
        settings: Mapping[str, Any],
        unrent_numbers: pulumi.Input[bool],
        adopt: pulumi.Input[bool],
    ) -> Powerpack:
        if name is not None and powerpack_uuid is None:
            return Powerpack(
                resource_name, name=name, unrent_numbers=unrent_numbers, adopt=adopt, opts=self._opts, **settings
            )
        if name is not None or powerpack_uuid is None:
            raise pulumi.RunError(
                f"MessagingPool {resource_name}: name one of name and powerpack_uuid: a Powerpack of its own, or one"
                " that is there"
            )
        if named := [key for key, value in settings.items() if value is not None]:
            raise pulumi.RunError(
                f"MessagingPool {resource_name}: {', '.join(named)} can't be set of a Powerpack that is only read; give"
                " its name and adopt=True in the place of powerpack_uuid"
            )
        return Powerpack.get(resource_name, powerpack_uuid, opts=self._opts)


def _one_by_one(resource_name: str, numbers: Any) -> dict[str, pulumi.Input[str] | None]:
    """Return the service of each number by its digits."""
    if numbers is None:
        return {}
    if isinstance(numbers, Mapping):
        digits = _normal(resource_name, "numbers", list(numbers), inputs.number)
        return dict(zip(digits, numbers.values(), strict=True))
    return dict.fromkeys(_normal(resource_name, "numbers", numbers, inputs.number))


def _normal(resource_name: str, key: str, values: Any, rule: Callable[[Any], str]) -> list[str]:
    """Return the digits that name the resources. Fails the program for what has none."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise pulumi.RunError(
            f"MessagingPool {resource_name}: {key} has to be known in the program, since resources are named after it;"
            " give a list"
        )
    try:
        return [rule(value) for value in values]
    except ValueError as error:
        raise pulumi.RunError(f"MessagingPool {resource_name}: {key}: {error}") from error
