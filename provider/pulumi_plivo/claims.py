"""What can only be seen from inside the program: which resource claims which number, and the same one claimed twice."""

import asyncio
import inspect
import itertools
import re
import weakref
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_plivo import inputs

Value = TypeVar("Value")

#: Turns of the event loop in which outputs that wait for nothing become known.
TURNS = 100
#: What `ignore_changes` says where the state, not the program, decides about numbers.
IGNORES_NUMBERS = re.compile(r"""(\[["'])?number""")

#: In the place of numbers that are not known yet.
ANY = "*"

_order = itertools.count()


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
        ignored = (opts and opts.ignore_changes) or ()
        #: Whether the state may say something else than the program.
        self.is_ignored = "*" in ignored or any(IGNORES_NUMBERS.match(path) for path in ignored)
        #: Whether its check says who it is: what ignores everything ignores that too.
        self._is_known_by_check = "*" not in ignored and not reads
        #: Two resources may have one name, under different parents.
        self.mark = f"{resource} #{next(_order)}"
        #: As far as it is known, and "" before.
        self.pool_so_far = ""
        #: Its numbers, as far as they are known.
        self.numbers: list[str] = []
        #: Which of its numbers are not known yet.
        self.awaited: set[object] = set()
        when_known(number_pool_uuid, self._note)

    @property
    def awaited_mark(self) -> str | None:
        """The mark by which others may have to wait until it is checked; None if they need not: an input left out."""
        return self.mark if self._is_known_by_check and (self.awaited or self.is_ignored) else None

    def await_number(self, value: pulumi.Input[Any], then: Callable[[Any], None]) -> None:
        """Call `then` with a number, or with all, when known."""
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

    def awaited_besides(self, claim: Claim) -> dict[str, list[str] | str]:
        """Return the marks of other resources whose numbers only their checks will tell.

        With each the numbers that it names in the program, though it ignores them; ANY when they are not known yet.
        """
        return {
            each.mark: ANY if each.awaited else each.numbers
            for each in self.resources
            if each is not claim and each.awaited_mark is not None
        }

    def known_besides(self, claim: Claim) -> dict[str, str]:
        """Return the numbers of other resources, with their pools ("" for one not known yet)."""
        # Who has a number says more about its pool than who reads it.
        return {
            digits: each.pool_so_far
            for is_read in (True, False)
            for (digits, reads), each in self.by_number.items()
            if reads is is_read and each is not claim and not each.is_ignored
        }


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
    claim.await_number(number, lambda value: _claim(claims, value, claim))


def claim_numbers(numbers: pulumi.Input[Sequence[pulumi.Input[str]]], claim: Claim) -> None:
    """Make sure that no other resource of this program has one of the numbers, as `claim_number` does."""
    claims = _all_claims()
    claims.resources.append(claim)

    def claim_each(values: object) -> None:
        # `check` says what is wrong with what is no list.
        for number in values if isinstance(values, (list, tuple)) else ():
            claim.await_number(number, lambda value: _claim(claims, value, claim))

    if isinstance(numbers, (list, tuple)):
        claim_each(numbers)
    else:
        claim.await_number(numbers, claim_each)


def claimed_elsewhere(claim: Claim) -> tuple[pulumi.Output[dict[str, str]], pulumi.Output[dict[str, Any]]]:
    """Return the numbers that other resources of the program have, and the resources of which that is not known yet.

    The numbers come with their pools ("" for one not known yet), the resources as of `Claims.awaited_besides`. It is as
    complete as it can be when the resource's inputs are sent: after the program's last line.
    """
    claims = _all_claims()

    async def others() -> dict[str, Any]:
        # Other outputs often become known together with this resource's own; none can be waited for, as it may depend
        # on this very resource.
        await pulumi.Output.from_input(claim.number_pool_uuid).is_known()
        for _ in range(TURNS):
            if all(each.pool_so_far and not each.awaited for each in claims.resources):
                break
            await asyncio.sleep(0)
        return {"known": claims.known_besides(claim), "awaited": claims.awaited_besides(claim)}

    found: pulumi.Output[dict[str, Any]] = pulumi.Output.from_input(others())
    return found.apply(lambda both: both["known"]), found.apply(lambda both: both["awaited"])


def _all_claims() -> Claims:
    root = get_root_resource()
    return Claims() if root is None else _claims.setdefault(root, Claims())


def _claim(claims: Claims, value: object, claim: Claim) -> None:
    try:
        digits = inputs.number(value)
    except ValueError:
        # `check` says what is wrong with it, under the property's name.
        return
    claim.numbers.append(digits)
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
