"""What can only be seen from inside the program: the same number claimed twice, and options that endanger a number."""

import asyncio
import inspect
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_plivo import inputs

#: The package of every dynamic resource in Python.
PACKAGE = "pulumi-python"

Value = TypeVar("Value")


#: Turns of the event loop in which outputs that wait for nothing become known.
TURNS = 100


class Claim:
    """A resource of the program, and the pool in which it wants a number, or reads one."""

    def __init__(self, resource: str, number_pool_uuid: pulumi.Input[str], *, reads: bool = False) -> None:
        self.resource = resource
        self.number_pool_uuid = number_pool_uuid
        self.reads = reads
        #: As far as it is known, and "" before.
        self.pool_so_far = ""
        _when_known(number_pool_uuid, self._note)

    def _note(self, number_pool_uuid: str) -> None:
        self.pool_so_far = number_pool_uuid


_claims: weakref.WeakKeyDictionary[pulumi.Resource, dict[tuple[str, bool], Claim]] = weakref.WeakKeyDictionary()


def settled(value: pulumi.Input[Value]) -> pulumi.Input[Value]:
    """Return a value that can be looked at more than once: a coroutine becomes an output."""
    return pulumi.Output.from_input(value) if inspect.iscoroutine(value) else value


def claim_number(number: pulumi.Input[str], claim: Claim) -> None:
    """Make sure that no other resource of this program has the number; many may read it.

    Fails the program with a RunError that names both resources and their pools.
    """
    claims = _all_claims()
    _when_known(number, lambda value: _claim(claims, value, claim))


def claim_numbers(numbers: pulumi.Input[Sequence[pulumi.Input[str]]], claim: Claim) -> None:
    """Make sure that no other resource of this program has one of the numbers, as `claim_number` does."""
    claims = _all_claims()

    def claim_each(values: Sequence[pulumi.Input[str]]) -> None:
        for number in values:
            _when_known(number, lambda value: _claim(claims, value, claim))

    if isinstance(numbers, (list, tuple)):
        claim_each(numbers)
    else:
        pulumi.Output.from_input(numbers).apply(claim_each)


def claimed_elsewhere(claim: Claim) -> pulumi.Output[dict[str, str]]:
    """Return the numbers that other resources of the program have, with their pools ("" for one not known yet).

    It is as complete as it can be when the resource's inputs are sent: after the program's last line.
    """
    claims = _all_claims()
    own_pool = pulumi.Output.from_input(claim.number_pool_uuid)

    async def others() -> dict[str, str]:
        # Other pools often become known together with this resource's own; none can be waited for, as it may depend on
        # this very resource.
        await own_pool.is_known()
        for _ in range(TURNS):
            if all(each.pool_so_far for each in claims.values()):
                break
            await asyncio.sleep(0)
        found = {digits: each.pool_so_far for (digits, _), each in claims.items() if each is not claim and each.reads}
        return found | {
            digits: each.pool_so_far for (digits, _), each in claims.items() if each is not claim and not each.reads
        }

    return pulumi.Output.from_input(others())


def _all_claims() -> dict[tuple[str, bool], Claim]:
    root = get_root_resource()
    return {} if root is None else _claims.setdefault(root, {})


def _claim(claims: dict[tuple[str, bool], Claim], value: object, claim: Claim) -> None:
    try:
        digits = inputs.number(value)
    except ValueError:
        # `check` says what is wrong with it, under the property's name.
        return
    first = claims.setdefault((digits, claim.reads), claim)
    if first is claim or claim.reads:
        return
    pools = [first.number_pool_uuid, claim.number_pool_uuid]
    if all(isinstance(pool, str) for pool in pools):
        raise _declared_twice(digits, first, claim, pools)

    def fail(shown: list[str]) -> None:
        raise _declared_twice(digits, first, claim, shown)

    shown_pools: pulumi.Input[list[str]] = _shown(pools)
    pulumi.Output.from_input(shown_pools).apply(fail)


def refuse_own_plugin(resource: str, opts: pulumi.ResourceOptions | None) -> None:
    """Make sure that the resource is served by the plugin process that serves all others of the program.

    A second process knows nothing of what the first one checked, nor of the stack's config. Fails the program with a
    RunError that names the option.
    """
    if opts is None:
        return
    given = opts.providers or {}
    packages = given.keys() if isinstance(given, Mapping) else [each.package for each in given]
    option = next(
        (
            name
            for name, is_set in (
                ("provider", opts.provider is not None or PACKAGE in packages),
                ("version", opts.version is not None),
                ("plugin_download_url", opts.plugin_download_url is not None),
                (
                    "parent",
                    opts.parent is not None and opts.parent.get_provider(f"{PACKAGE}:dynamic:Resource") is not None,
                ),
            )
            if is_set
        ),
        None,
    )
    if option is not None:
        raise pulumi.RunError(
            f"{resource}: the option {option} brings a provider process of its own, which does not know what the rest"
            f" of the program declares, nor the stack's config; drop it, or the {PACKAGE} provider that it hands down"
        )


def refuse_deleting_first(resource: str, opts: pulumi.ResourceOptions | None) -> None:
    """Make sure that the resource is not deleted before its replacement is there. Fails the program with a RunError."""
    option = _option_that_deletes_first(opts)
    if option is not None:
        raise pulumi.RunError(
            f"{resource}: {option} would take the shortcode out of its pool before its replacement is there, and only"
            " Plivo's support could bring it back; drop that option"
        )


def deletes_first(unrent: pulumi.Input[bool], resource: str, opts: pulumi.ResourceOptions | None) -> bool | None:
    """Whether the options say delete_before_replace=True, None if not: so it can be an input that is left out.

    Fails the program with a RunError when `unrent` is set too.
    """
    option = _option_that_deletes_first(opts)
    if option is None:
        return None

    def checked(value: bool) -> None:
        if value is True:
            raise pulumi.RunError(
                f"{resource}: unrent=True and {option} exclude each other: the delete would give the"
                " number back before it is known whether the rest of the program declares it; drop one of the two"
            )

    _when_known(unrent, checked)
    return True


def _option_that_deletes_first(opts: pulumi.ResourceOptions | None) -> str | None:
    if opts is not None and opts.delete_before_replace:
        return "delete_before_replace=True"
    return "replace_with" if getattr(opts, "replace_with", None) else None


def _when_known(value: pulumi.Input[Any], then: Callable[[Any], None]) -> None:
    """Call `then` at once for a plain value, and for an output as soon as it is known.

    A RunError reaches the user as one line only from the program itself, or from an output that is nobody's input.
    """
    if isinstance(value, (str, bool)):
        then(value)
    else:
        pulumi.Output.from_input(value).apply(then)


def _declared_twice(digits: str, first: Claim, second: Claim, pools: Sequence[object]) -> pulumi.RunError:
    return pulumi.RunError(
        f"number {digits} is declared twice: by {first.resource} in pool {pools[0]} and by {second.resource} in pool"
        f" {pools[1]}; a number belongs to one resource: remove one of the two"
    )


async def _shown(values: Sequence[pulumi.Input[Any]]) -> list[str]:
    outputs = [pulumi.Output.from_input(value) for value in values]
    return [str(await each.future()) if await each.is_known() else "(not known yet)" for each in outputs]
