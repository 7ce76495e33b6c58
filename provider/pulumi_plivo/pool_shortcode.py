"""A shortcode in a number pool."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from pulumi_plivo import inputs
from pulumi_plivo.api import ApiError, MemberKind, PoolMember
from pulumi_plivo.errors import PlivoError, answered
from pulumi_plivo.plugin.one_member import MemberProvider
from pulumi_plivo.plugin.plivo_provider import RESOURCE
from pulumi_plivo.program.registration import Registration, settled


class PoolShortcodeProvider(MemberProvider):
    """What Pulumi's engine calls for a `PoolShortcode`. Its module and name are part of every state."""

    kind = MemberKind.SHORTCODE
    noun = "shortcode"
    digits_key = "shortcode"
    rules = {"number_pool_uuid": inputs.number_pool_uuid, "shortcode": inputs.shortcode}
    # Plivo has no call that adds a shortcode, so one can't be moved: it is found in its new pool, or it is an error.
    replaced_by = ("number_pool_uuid", "shortcode")

    def brought_in(self, props: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - all is in props
        """Take over the shortcode that Plivo's support has put into the pool."""
        pool, shortcode = props["number_pool_uuid"], props["shortcode"]
        try:
            live = self.membership.find(pool, shortcode)
            has_pool = live is not None or self.membership.has_pool(pool)
        except ApiError as error:
            raise PlivoError(
                f"could not look up shortcode {shortcode} in pool {pool}: {answered(error)}; nothing was changed"
            ) from error
        if not has_pool:
            raise PlivoError(
                f"shortcode {shortcode}: the account has no number pool {pool}; correct `number_pool_uuid`, or"
                " plivo:baseUrl; nothing was changed"
            )
        if live is None:
            raise PlivoError(
                f"shortcode {shortcode} is not in pool {pool}, and Plivo has no call that adds one: ask Plivo's support"
                " to put it there, then run `pulumi up` again; nothing was changed"
            )
        return self.outputs(props, live)

    def outputs(self, inputs: Mapping[str, Any], live: PoolMember) -> dict[str, Any]:
        """Return the inputs, and what Plivo says of the shortcode."""
        return {
            "number_pool_uuid": inputs["number_pool_uuid"],
            "shortcode": live.digits,
            "country_iso2": live.country_iso2,
            "added_on": live.added_on,
            "account": self.settings.auth_id,
        }


class PoolShortcode(Resource, module="plivo", name="PoolShortcode"):
    """A shortcode in a number pool.

    Plivo's support puts a shortcode into a pool; creating this resource takes it over, and deleting it removes it from
    the pool, from where only Plivo's support can bring it back. It is never unrented.
    Source: https://plivo.com/docs/messaging/api/numberpool
    """

    number_pool_uuid: pulumi.Output[str]
    shortcode: pulumi.Output[str]
    country_iso2: pulumi.Output[str | None]
    added_on: pulumi.Output[str | None]
    account: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        number_pool_uuid: pulumi.Input[str],
        shortcode: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a shortcode of a pool.

        Args:
            resource_name: The resource's name in the stack.
            number_pool_uuid: The pool. Changing it replaces the resource: the shortcode must be in the new pool.
            shortcode: 3 to 8 digits. Changing it replaces the resource.
            opts: Pulumi's options.
        """
        number_pool_uuid, shortcode = settled(number_pool_uuid), settled(shortcode)
        registration = Registration(
            "PoolShortcode", resource_name, opts, number_pool_uuid=number_pool_uuid, numbers=shortcode
        )
        super().__init__(
            PoolShortcodeProvider(),
            resource_name,
            {
                "number_pool_uuid": number_pool_uuid,
                "shortcode": shortcode,
                RESOURCE: registration.name,
                "country_iso2": None,
                "added_on": None,
                "account": None,
            },
            registration.opts,
        )
        registration.done(self)

    @staticmethod
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - the name that every Pulumi resource uses
        *,
        number_pool_uuid: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> "PoolShortcode":
        """Read a shortcode that this stack does not own; `id` is its digits."""
        return PoolShortcode(
            resource_name,
            number_pool_uuid=number_pool_uuid,
            shortcode=id,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
