"""Programs as random steps make them: members on their own, and resources of many numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_plivo import number_places
from pulumi_plivo.api import MemberKind
from pulumi_plivo.number_lifecycle import NumberProvider
from pulumi_plivo.planned_numbers import DECLARED_ELSEWHERE, UNKNOWN_ELSEWHERE
from pulumi_plivo.plivo_provider import DELETES_FIRST
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider

from tests.conftest import TOLL_FREE
from tests.faults.one_process import Declared

#: A pool, and a number in it.
Place = tuple[str, str]
TYPE = "pulumi-python:dynamic/plivo:"


def kind_of(number: str) -> MemberKind:
    return MemberKind.TOLL_FREE if number == TOLL_FREE else MemberKind.NUMBER


class Common:
    """What a member and a resource of many numbers have in common."""

    pool: str
    service: str
    peril: str
    adopt: bool

    @property
    def numbers(self) -> tuple[str, ...]:
        raise NotImplementedError

    @property
    def deletes_first(self) -> bool:
        return self.peril == "deletes_first"

    @property
    def places(self) -> dict[Place, str]:
        """Where the numbers shall be, and with which service."""
        return {
            (self.pool, number): "mms" if kind_of(number) is MemberKind.TOLL_FREE else self.service
            for number in self.numbers
        }

    @property
    def common_inputs(self) -> dict[str, Any]:
        inputs = {"number_pool_uuid": self.pool, "adopt": self.adopt, "unrent": self.peril == "unrent"}
        return {**inputs, DELETES_FIRST: True} if self.deletes_first else inputs


@dataclass(frozen=True)
class Member(Common):
    """A number as the program declares it."""

    number: str
    pool: str
    service: str = "sms"
    peril: str = ""
    adopt: bool = False
    aliases: frozenset[str] = frozenset()

    @property
    def numbers(self) -> tuple[str, ...]:
        return (self.number,)

    def declared_as(self, name: str, _elsewhere: Mapping[str, str]) -> Declared:
        """Return what the resource's constructor would register."""
        inputs: dict[str, Any] = {**self.common_inputs, "number": self.number}
        provider: type[NumberProvider]
        type_, provider = "PoolTollFree", PoolTollFreeProvider
        if kind_of(self.number) is MemberKind.NUMBER:
            type_, provider, inputs["service"] = "PoolNumber", PoolNumberProvider, self.service
        return Declared(TYPE + type_, name, provider(), inputs, self.deletes_first, tuple(self.aliases))


@dataclass(frozen=True)
class Many(Common):
    """Many numbers as the program declares them in one resource."""

    listed: tuple[str, ...]
    pool: str
    service: str = "sms"
    peril: str = ""
    adopt: bool = False
    aliases: frozenset[str] = frozenset()
    exclusive: bool = False

    @property
    def numbers(self) -> tuple[str, ...]:
        return self.listed

    def declared_as(self, name: str, elsewhere: Mapping[str, str]) -> Declared:
        """Return what the resource's constructor would register; `elsewhere` are all numbers of other resources."""
        inputs = {**self.common_inputs, "numbers": list(self.listed), "service": self.service}
        inputs |= {"exclusive": self.exclusive, DECLARED_ELSEWHERE: dict(elsewhere), UNKNOWN_ELSEWHERE: {}}
        aliases = tuple(self.aliases)
        return Declared(f"{TYPE}PoolNumbers", name, PoolNumbersProvider(), inputs, self.deletes_first, aliases)


Program = dict[str, Member | Many]


def registered(program: Mapping[str, Member | Many]) -> list[Declared]:
    """Return what the program registers; each resource of many numbers knows what the others declare."""
    declared = [number for each in program.values() for number in each.numbers]
    assert len(declared) == len(set(declared)), "a number belongs to one resource"
    return [
        each.declared_as(
            name,
            {digits: pool for other in program.values() if other is not each for pool, digits in other.places},
        )
        for name, each in program.items()
    ]


def places_of(program: Mapping[str, Member | Many]) -> dict[Place, str]:
    """Return every place that a program declares, with its service."""
    return {place: service for each in program.values() for place, service in each.places.items()}


def held_by(entry: Mapping[str, Any]) -> list[Place]:
    """Return the places that a resource in a state holds."""
    outputs = entry["outputs"]
    if "numbers" in outputs:
        return [(pool, number) for number, pool in number_places.places_of(outputs).items()]
    return [(str(outputs["number_pool_uuid"]), str(entry["id"]))]


def held_by_all(entries: Iterable[Mapping[str, Any]]) -> list[Place]:
    """Return the places that the resources of a state hold, each as often as it is held."""
    return [place for entry in entries for place in held_by(entry)]
