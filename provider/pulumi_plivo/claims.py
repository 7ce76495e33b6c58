"""What can only be seen from inside the program: the same number claimed twice, and options that endanger a number."""

import weakref
from typing import Any, NamedTuple, TypeVar

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_plivo import inputs

Value = TypeVar("Value")


class Claim(NamedTuple):
    """A resource of the program, and the pool in which it wants a number."""

    resource: str
    number_pool_uuid: pulumi.Input[str]


_claims: weakref.WeakKeyDictionary[pulumi.Resource, dict[str, Claim]] = weakref.WeakKeyDictionary()


def claimed(number: pulumi.Input[str], claim: Claim) -> pulumi.Output[str]:
    """Return `number`, once it is sure that no other resource of this program has it.

    The output fails with a RunError that names both resources and their pools.
    """
    root = get_root_resource()
    claims = {} if root is None else _claims.setdefault(root, {})

    async def first_claim(value: str) -> str:
        try:
            digits = inputs.number(value)
        except ValueError:
            # `check` says what is wrong with it, under the property's name.
            return value
        first = claims.setdefault(digits, claim)
        if first is not claim:
            pools = [await _shown(each.number_pool_uuid) for each in (first, claim)]
            raise pulumi.RunError(
                f"number {digits} is declared twice: by {first.resource} in pool {pools[0]} and by {claim.resource} in"
                f" pool {pools[1]}; a number belongs to one resource: remove one of the two. Nothing was sent for it"
            )
        return value

    return pulumi.Output.from_input(number).apply(first_claim)


def safe_unrent(unrent: pulumi.Input[bool], resource: str, opts: pulumi.ResourceOptions | None) -> pulumi.Input[bool]:
    """Return `unrent`, unless the resource's options make it dangerous; then the output fails with a RunError."""
    if opts is None or not opts.delete_before_replace:
        return unrent

    def refused(value: bool) -> bool:
        if value is True:
            raise pulumi.RunError(
                f"{resource}: unrent=True and delete_before_replace=True exclude each other: the delete would give the"
                " number back before it is known whether the rest of the program declares it; drop one of the two"
            )
        return value

    return pulumi.Output.from_input(unrent).apply(refused)


async def _shown(value: pulumi.Input[Any]) -> str:
    output = pulumi.Output.from_input(value)
    return str(await output.future()) if await output.is_known() else "(not known yet)"
