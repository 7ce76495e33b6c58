"""What can only be seen from inside the program: which resource claims which number, and the same one claimed twice."""

import asyncio
import inspect
import weakref
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_plivo import inputs

Value = TypeVar("Value")

#: Turns of the event loop in which outputs that wait for nothing become known.
TURNS = 100
#: Seconds in which what other resources of the program have may become known: it may depend on who asks.
PATIENCE = 2.0
#: Seconds between two looks.
PAUSE = 0.01


class Claim:
    """A resource of the program, and the pool in which it wants numbers, or reads one."""

    def __init__(
        self,
        resource: str,
        number_pool_uuid: pulumi.Input[str],
        *,
        reads: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.resource = resource
        self.number_pool_uuid = number_pool_uuid
        self.reads = reads
        #: Whether the state may say something else than the program.
        self.is_ignored = any(path.startswith("number") for path in (opts and opts.ignore_changes) or ())
        #: As far as it is known, and "" before.
        self.pool_so_far = ""
        #: Which inputs are not known yet.
        self.awaited: set[object] = set()
        self.await_input(number_pool_uuid, self._note)

    @property
    def awaited_name(self) -> str | None:
        """The resource's name if others may have to wait until it is checked; None if not, as an input left out."""
        return self.resource if not self.reads and (self.awaited or self.is_ignored) else None

    def await_input(self, value: pulumi.Input[Any], then: Callable[[Any], None]) -> None:
        """Call `then` with an input when it is known."""
        mark = object()

        def note(known: Any) -> None:
            self.awaited.discard(mark)
            then(known)

        self.awaited.add(mark)
        when_known(value, note)

    def _note(self, number_pool_uuid: str) -> None:
        self.pool_so_far = number_pool_uuid


class Claims:
    """All claims of a program."""

    def __init__(self) -> None:
        self.by_number: dict[tuple[str, bool], Claim] = {}
        self.resources: list[Claim] = []

    def others(self, claim: Claim) -> list[Claim]:
        """Return the claims of other resources that the engine will check."""
        return [each for each in self.resources if each is not claim and not each.reads]


_claims: weakref.WeakKeyDictionary[pulumi.Resource, Claims] = weakref.WeakKeyDictionary()


def settled(value: pulumi.Input[Value]) -> pulumi.Input[Value]:
    """Return a value that can be looked at more than once: a coroutine becomes an output."""
    return pulumi.Output.from_input(value) if inspect.iscoroutine(value) else value


def claim_number(number: pulumi.Input[str], claim: Claim) -> None:
    """Make sure that no other resource of this program has the number; many may read it.

    Fails the program with a RunError that names both resources and their pools.
    """
    claims = _all_claims()
    claims.resources.append(claim)
    claim.await_input(number, lambda value: _claim(claims, value, claim))


def claim_numbers(numbers: pulumi.Input[Sequence[pulumi.Input[str]]], claim: Claim) -> None:
    """Make sure that no other resource of this program has one of the numbers, as `claim_number` does."""
    claims = _all_claims()
    claims.resources.append(claim)

    def claim_each(values: Sequence[pulumi.Input[str]]) -> None:
        for number in values:
            claim.await_input(number, lambda value: _claim(claims, value, claim))

    if isinstance(numbers, (list, tuple)):
        claim_each(numbers)
    else:
        claim.await_input(numbers, claim_each)


def claimed_elsewhere(claim: Claim) -> pulumi.Output[dict[str, str]]:
    """Return the numbers that other resources of the program have, with their pools ("" for one not known yet).

    It is as complete as it can be when the resource's inputs are sent: after the program's last line.
    """
    claims = _all_claims()

    async def others() -> dict[str, str]:
        await _until_known(claims, claim)
        found = {
            (digits, reads): each.pool_so_far
            for (digits, reads), each in claims.by_number.items()
            if each is not claim and not each.is_ignored
        }
        return {digits: pool for (digits, reads), pool in sorted(found.items(), key=lambda item: not item[0][1])}

    return pulumi.Output.from_input(others())


def unknown_elsewhere(claim: Claim) -> pulumi.Output[list[str]]:
    """Return the other resources of the program of which it is not known yet which numbers they have, and where."""
    claims = _all_claims()

    async def others() -> list[str]:
        await _until_known(claims, claim)
        return [each.resource for each in claims.others(claim) if each.awaited or each.is_ignored]

    return pulumi.Output.from_input(others())


async def _until_known(claims: Claims, claim: Claim) -> None:
    """Wait for what often becomes known together with a resource's own inputs; it may depend on this very resource."""
    await pulumi.Output.from_input(claim.number_pool_uuid).is_known()
    for _ in range(TURNS):
        if not any(each.awaited for each in claims.others(claim)):
            return
        await asyncio.sleep(0)
    # In a preview, what is not known now stays so.
    waiting = 0.0 if pulumi.runtime.is_dry_run() else PATIENCE
    while waiting > 0 and any(each.awaited for each in claims.others(claim)):
        await asyncio.sleep(PAUSE)
        waiting -= PAUSE


def _all_claims() -> Claims:
    root = get_root_resource()
    return Claims() if root is None else _claims.setdefault(root, Claims())


def _claim(claims: Claims, value: object, claim: Claim) -> None:
    try:
        digits = inputs.number(value)
    except ValueError:
        # `check` says what is wrong with it, under the property's name.
        return
    first = claims.by_number.setdefault((digits, claim.reads), claim)
    if first is claim or claim.reads:
        return
    pools = [first.number_pool_uuid, claim.number_pool_uuid]
    if all(isinstance(pool, str) for pool in pools):
        raise _declared_twice(digits, first, claim, pools)

    def fail(shown: list[str]) -> None:
        raise _declared_twice(digits, first, claim, shown)

    shown_pools: pulumi.Input[list[str]] = _shown(pools)
    pulumi.Output.from_input(shown_pools).apply(fail)


def when_known(value: pulumi.Input[Any], then: Callable[[Any], None]) -> None:
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
