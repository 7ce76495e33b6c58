"""The claims of a program: which resource wants which numbers, where, and that no number is wanted twice."""

import asyncio
import inspect
import re
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import SETTINGS, get_monitor, get_root_resource
from pulumi.runtime.stack import Stack

from pulumi_plivo import inputs
from pulumi_plivo.plans import powerpack_settings
from pulumi_plivo.plans.claim import (
    CONCEALED,
    INCOMPLETE,
    POWERPACKS,
    TRANSFORMED,
    Claim,
    digest,
    member,
    powerpack_member,
    written,
)
from pulumi_plivo.plans.former_names import STACK, former_name, name_below
from pulumi_plivo.program.handed_down import is_retained
from pulumi_plivo.program.program_end import ProgramEnd

Numbers = pulumi.Input[Any]

#: Turns of the event loop in which outputs that wait for nothing become known, after the program's last line.
TURNS = 100
#: What `ignore_changes` says where the state, not the program, decides about numbers.
IGNORES_NUMBERS = re.compile(r"""\*$|(\[["'])?(number(?!_priority)|shortcode|name)""")


#: What a class claims, where that is not a number.
RULES: Mapping[str, inputs.Rule] = {"PoolShortcode": inputs.shortcode, "Powerpack": powerpack_settings.name}


class ResourceClaim:
    """What one resource of the program claims, as far as it is known by now."""

    def __init__(self, name: str, kind: str, opts: pulumi.ResourceOptions | None, *, adopts: bool) -> None:
        self.name = name
        self.kind = kind
        self._opts = opts or pulumi.ResourceOptions()
        self._adopts = adopts
        self._is_protected = bool(self._opts.protect)
        self._is_aliased = False
        self._former: list[str] = []
        self.pool: str | None = None
        self.shown_pool: pulumi.Input[str] = ""
        self._unrent: bool | None = None
        self._members: dict[str, None] = {}
        self._awaited: set[object] = set()
        self._known_outputs: list[pulumi.Output[Any]] = []

    @property
    def is_reading(self) -> bool:
        """Whether it is a `get`."""
        return self._opts.id is not None

    def registered(self, resource: pulumi.Resource) -> None:
        """Note what stack transformations have made of its options."""
        self._is_protected = bool(resource._protect)
        parent = self._opts.parent
        inherited = [] if parent is None else parent._aliases
        self._is_aliased = bool(resource._aliases or inherited)
        for urn in resource._aliases:
            self.await_value(urn, lambda urn: self._note_former(former_name(urn)), counts=False)
        names = ("" if parent is None else parent._name, self.kind, resource._name)
        for urn in inherited:
            self.await_value(urn, lambda urn: self._note_former(name_below(urn, *names)), counts=False)

    def await_value(self, value: pulumi.Input[Any], then: Callable[[Any], None], *, counts: bool = True) -> None:
        """Call `then` with a value when it is known; until then, if it counts, the claim is partial."""
        mark = object()

        def note(known: Any) -> None:
            self._awaited.discard(mark)
            if isinstance(value, pulumi.Output):
                self._known_outputs.append(value)
            then(known)

        if counts:
            self._awaited.add(mark)
        when_known(value, note)

    def note_pool(self, value: object) -> None:
        """Note the pool."""
        self.pool = POWERPACKS if value == POWERPACKS else inputs.known_pool(value)

    def note_unrent(self, value: object) -> None:
        """Note whether it says `unrent`."""
        self._unrent = value is True

    def member(self, digits: str) -> str:
        """Name a member, or a Powerpack by its name, across classes."""
        return (
            powerpack_member(digits)
            if self.kind == "Powerpack"
            else member(digits, is_shortcode=self.kind == "PoolShortcode")
        )

    def note_member(self, digits: str) -> None:
        """Note a number, or a Powerpack's name."""
        self._members[digits] = None

    @property
    def known(self) -> Claim:
        """The claim as it is known by now."""
        ignored = self._opts.ignore_changes or ()
        return Claim(
            self.name,
            self.pool,
            tuple(self.member(digits) for digits in self._members),
            self._unrent,
            is_partial=bool(self._awaited),
            is_ignoring=any(IGNORES_NUMBERS.match(path) for path in ignored),
            is_protected=self._is_protected,
            is_retained=is_retained(self._opts),
            is_reading=self.is_reading,
            is_adopting=self._adopts,
            is_aliased=self._is_aliased,
            former=tuple(self._former),
        )

    def _note_former(self, name: str | None) -> None:
        self._former += [] if name is None else [name]

    async def is_secret(self) -> bool:
        """Whether anything that is known of the claim is a secret."""
        return any([await output.is_secret() for output in self._known_outputs])


class Claims:
    """All claims of a program."""

    def __init__(self) -> None:
        self._claims: dict[str, ResourceClaim] = {}
        self._owners: dict[str, ResourceClaim] = {}
        #: The digest of what the ledger was sent.
        self.sent: str | None = None
        self.ledger: pulumi.Resource | None = None
        self._program: ProgramEnd | None = None

    def await_end(self, then: Callable[[], object]) -> None:
        """Wait for the end of the program that runs before it counts as settled, and call `then` if it is no error."""
        root = get_root_resource() if self._program is None else None
        # Of a program under mocks nothing tells the end.
        if isinstance(root, Stack) and not isinstance(get_monitor(), MockMonitor):
            self._program = ProgramEnd(root, then)

    def name_for(self, kind: str, name: str, opts: pulumi.ResourceOptions | None) -> str:
        """Return a name that tells a resource from all others of the program, and is the same in every run."""
        parent = opts.parent if opts is not None else None
        path = ""
        if parent is not None and parent.pulumi_resource_type != STACK:
            # Components of two types may have one name.
            path = f"{parent.pulumi_resource_type.rpartition(':')[2]}.{parent.pulumi_resource_name}/"
        full = told = f"{kind} {path}{name}"
        count = 1
        while told in self._claims:
            count += 1
            told = f"{full} #{count}"
        return told

    def add(self, claim: ResourceClaim) -> None:
        """Take in a claim."""
        self._claims[claim.name] = claim

    def own(self, digits: str, claim: ResourceClaim) -> None:
        """Make sure that no other resource of the program has a number. Fails the program with a RunError."""
        first = claim if claim.is_reading else self._owners.setdefault(claim.member(digits), claim)
        if first is claim:
            claim.note_member(digits)
            return
        if claim.kind == "Powerpack":
            raise pulumi.RunError(
                f"Powerpack {digits} is declared twice: by {first.name} and by {claim.name}; remove one of the two"
            )
        pools = [first.shown_pool, claim.shown_pool]
        if all(isinstance(pool, str) for pool in pools):
            raise _declared_twice(digits, first, claim, pools)

        def fail(shown: list[str]) -> None:
            raise _declared_twice(digits, first, claim, shown)

        shown_pools: pulumi.Input[list[str]] = _shown(pools)
        pulumi.Output.from_input(shown_pools).apply(fail)

    async def settled(self) -> Any:
        """Return what is known once the program's last line has run, in the ledger's form."""
        is_complete = self._program is None or await self._program.is_reached()
        for _ in range(TURNS):
            await asyncio.sleep(0)
        claims = list(self._claims.values())
        found = written(each.known for each in claims)
        self.sent = digest(found) if is_complete else None
        found |= {} if is_complete else {INCOMPLETE: True}
        # The engine calls them back; the SDK has these callbacks from the first transform on.
        found |= {TRANSFORMED: True} if SETTINGS.callbacks is not None else {}
        is_secret = any([await each.is_secret() for each in claims])
        return pulumi.Output.secret({**found, CONCEALED: True}) if is_secret else found


_programs: "weakref.WeakKeyDictionary[object, Claims]" = weakref.WeakKeyDictionary()


def claims_of_program() -> Claims:
    """Return the claims of the program that runs: many may run in one process."""
    return _programs.setdefault(get_monitor(), Claims())


def settled(value: Any) -> Any:
    """Return a value that can be looked at more than once: each coroutine in it becomes an output."""
    if inspect.iscoroutine(value):
        return pulumi.Output.from_input(value)
    if isinstance(value, (list, tuple)):
        return [settled(each) for each in value]
    return {key: settled(each) for key, each in value.items()} if isinstance(value, Mapping) else value


def when_known(value: pulumi.Input[Any], then: Callable[[Any], None]) -> None:
    """Call `then` at once for a plain value, and for an output as soon as it is known.

    A RunError reaches the user as one line only from the program itself, or from an output that is nobody's input.
    """
    if value is None or isinstance(value, (str, bool)):
        then(value)
    else:
        pulumi.Output.from_input(value).apply(then)


def each_number(claims: Claims, claim: ResourceClaim, numbers: Numbers) -> None:
    """Claim a number, each of a list, or each of a mapping's keys, as soon as it is known."""

    def claim_one(value: object) -> None:
        try:
            digits = RULES.get(claim.kind, inputs.number)(value)
        except ValueError:
            # `check` says what is wrong with it, under the property's name.
            return
        claims.own(digits, claim)

    def claim_each(values: Iterable[Any]) -> None:
        for value in list(values):
            claim.await_value(value, claim_one)

    def claim_all(values: object) -> None:
        if isinstance(values, (list, tuple, Mapping)):
            claim_each(values)
        else:
            claim_one(values)

    if isinstance(numbers, (list, tuple, Mapping)):
        claim_each(numbers)
    else:
        claim.await_value(numbers, claim_all)


def _declared_twice(
    digits: str, first: ResourceClaim, second: ResourceClaim, pools: Iterable[object]
) -> pulumi.RunError:
    one, other = pools
    return pulumi.RunError(
        f"number {digits} is declared twice: by {first.name} in pool {one} and by {second.name} in pool {other}; a"
        " number belongs to one resource: remove one of the two"
    )


async def _shown(values: Iterable[pulumi.Input[Any]]) -> list[str]:
    outputs = [pulumi.Output.from_input(value) for value in values]
    return [str(await each.future()) if await each.is_known() else "(not known yet)" for each in outputs]
