"""Programs as random steps make them: members on their own, and resources of many numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from plivo_sandbox.engine.properties import UNKNOWN
from pulumi_plivo.api import MemberKind
from pulumi_plivo.plans.claim import Claim, member
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import FOR_SALE_TOLL_FREE, SHORTCODE, TOLL_FREE
from tests.faults.declaring import Declared

#: A pool, and a number in it.
Place = tuple[str, str]
Each = TypeVar("Each", bound="Common")


TOLL_FREES = (TOLL_FREE, FOR_SALE_TOLL_FREE)
#: In the place of a pool: the output of a Powerpack's resource.
_OUTPUT_OF = "the number_pool_uuid of "


def kind_of(number: str) -> MemberKind:
    return MemberKind.TOLL_FREE if number in TOLL_FREES else MemberKind.NUMBER


def output_of(powerpack: str) -> str:
    """Name the pool of a Powerpack that the program has, by its resource."""
    return f"{_OUTPUT_OF}{powerpack}"


def powerpack_of(pool: str) -> str:
    """Return the resource whose output a pool is, "" for a uuid."""
    return pool.removeprefix(_OUTPUT_OF) if pool.startswith(_OUTPUT_OF) else ""


@dataclass(frozen=True)
class Common:
    """What a member and a resource of many numbers have in common.

    Attributes:
        service: Of all its numbers; "" for none named.
        ignores: Whether `ignore_changes` lets the state decide about its numbers.
        deletes_first: Whether a transformation asks for that; the program may not.
        needs: Another resource that it depends on, if that is declared before it.
    """

    pool: str
    service: str = ""
    unrent: bool = False
    adopt: bool = False
    protect: bool = False
    ignores: bool = False
    deletes_first: bool = False
    aliases: frozenset[str] = frozenset()
    needs: str = ""
    rent: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        raise NotImplementedError

    @property
    def kind(self) -> str:
        raise NotImplementedError

    @property
    def own_inputs(self) -> dict[str, Any]:
        flags = {"unrent": self.unrent, "adopt": self.adopt, **({"rent": True} if self.rent else {})}
        return {**flags, "service": self.service} if self.service else flags

    def service_of(self, _number: str) -> str:
        """Return the service that the program names for a number; "" for none."""
        return self.service

    @property
    def places(self) -> dict[Place, str]:
        """Where the numbers shall be, and with which service."""
        return {(self.pool, number): self.service_of(number) for number in self.numbers}

    def with_swapped(self: Each, old: str, new: str) -> Each:
        """Return the resource with another number in the place of one."""
        raise NotImplementedError

    def declared_as(self, name: str, earlier: Iterable[str]) -> Declared:
        """Return what the resource's constructor would register, behind those that are declared earlier."""
        provider, numbers = PROVIDERS[self.kind]
        powerpack = powerpack_of(self.pool)
        claim = Claim(
            f"{self.kind} {name}",
            # A Powerpack comes after the ledger, so its output is never known to that.
            None if powerpack else self.pool,
            tuple(member(number, is_shortcode=self.kind == "PoolShortcode") for number in self.numbers),
            unrent=self.unrent,
            is_ignoring=self.ignores,
            is_protected=self.protect,
            is_adopting=self.adopt,
            is_aliased=bool(self.aliases),
            former=tuple(f"{self.kind} {alias}" for alias in sorted(self.aliases)),
        )
        return Declared(
            self.kind,
            name,
            provider(),
            {"number_pool_uuid": UNKNOWN if powerpack else self.pool, **self.own_inputs},
            claim,
            # The plugin can't tell that a list without numbers is still to be created.
            deletes_first=self.deletes_first and bool(self.numbers),
            aliases=tuple(sorted(self.aliases)),
            protect=self.protect,
            ignored=(numbers,) if self.ignores else (),
            needs=(self.needs,) if self.needs in earlier else (),
            pool_of=powerpack,
        )


@dataclass(frozen=True)
class Member(Common):
    """A number as the program declares it."""

    number: str = ""

    @property
    def numbers(self) -> tuple[str, ...]:
        return (self.number,)

    def with_swapped(self, _: str, new: str) -> "Member":
        return replace(self, number=new, service="" if new in TOLL_FREES else self.service)

    @property
    def kind(self) -> str:
        if self.number in TOLL_FREES:
            return "PoolTollFree"
        return "PoolShortcode" if self.number == SHORTCODE else "PoolNumber"

    @property
    def own_inputs(self) -> dict[str, Any]:
        if self.kind == "PoolShortcode":
            return {"shortcode": self.number}
        return {**super().own_inputs, "number": self.number}

    @property
    def places(self) -> dict[Place, str]:
        services = {"PoolTollFree": "mms", "PoolShortcode": ""}
        return {(self.pool, self.number): services.get(self.kind, self.service)}


@dataclass(frozen=True)
class Many(Common):
    """Many numbers as the program declares them in one resource.

    Attributes:
        listed: The numbers.
        own_services: Those that name a service of their own, which makes the input a mapping.
    """

    listed: tuple[str, ...] = ()
    own_services: frozenset[tuple[str, str]] = frozenset()
    exclusive: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        return self.listed

    def with_swapped(self, old: str, new: str) -> "Many":
        return replace(self, listed=tuple(new if number == old else number for number in self.listed))

    @property
    def kind(self) -> str:
        return "PoolNumbers"

    @property
    def own_inputs(self) -> dict[str, Any]:
        services = dict(self.own_services)
        mapping = {number: services.get(number, "") for number in self.listed}
        numbers = mapping if services else list(self.listed)
        return {**super().own_inputs, "numbers": numbers, "exclusive": self.exclusive}

    def service_of(self, number: str) -> str:
        return dict(self.own_services).get(number) or self.service


PROVIDERS: Mapping[str, tuple[type[Any], str]] = {
    "PoolNumber": (PoolNumberProvider, "number"),
    "PoolTollFree": (PoolTollFreeProvider, "number"),
    "PoolShortcode": (PoolShortcodeProvider, "shortcode"),
    "PoolNumbers": (PoolNumbersProvider, "numbers"),
}

Program = dict[str, Member | Many]


def registered(program: Mapping[str, Member | Many]) -> list[Declared]:
    """Return what the program registers."""
    declared = [number for each in program.values() for number in each.numbers]
    assert len(declared) == len(set(declared)), "a number belongs to one resource"
    names = list(program)
    return [each.declared_as(name, names[:position]) for position, (name, each) in enumerate(program.items())]


def places_of(program: Mapping[str, Member | Many]) -> dict[Place, str]:
    """Return every place that a program declares, with the service that it names."""
    return {place: service for each in program.values() for place, service in each.places.items()}


def held_by(entry: Mapping[str, Any]) -> list[Place]:
    """Return the places that a resource in a state holds."""
    outputs = entry["outputs"]
    pool = str(outputs["number_pool_uuid"])
    return [(pool, number) for number in outputs.get("numbers", [entry["id"]])]


def held_by_all(entries: Iterable[Mapping[str, Any]]) -> list[Place]:
    """Return the places that the resources of a state hold, each as often as it is held."""
    return [place for entry in entries for place in held_by(entry)]
