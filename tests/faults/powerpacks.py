"""Powerpacks as programs declare them, beside the members of their pools."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pulumi_plivo.plans.claim import POWERPACKS, Claim, powerpack_member
from pulumi_plivo.powerpack import PowerpackProvider

from tests.faults.declaring import TYPE, Declared
from tests.faults.programs import Program, powerpack_of, registered

KIND = f"{TYPE}Powerpack"


@dataclass(frozen=True)
class Pack:
    """A Powerpack as a program declares it.

    Attributes:
        deletes_first: Whether a transformation asks for that; the program may not.
    """

    name: str = "letters"
    sticky_sender: bool = True
    unrent_numbers: bool = False
    adopt: bool = False
    protect: bool = False
    deletes_first: bool = False
    aliases: frozenset[str] = frozenset()

    def declared_as(self, resource: str) -> Declared:
        """Return what its constructor would register."""
        inputs = {key: getattr(self, key) for key in ("name", "sticky_sender", "unrent_numbers", "adopt")}
        claim = Claim(
            f"Powerpack {resource}",
            POWERPACKS,
            (powerpack_member(self.name),),
            unrent=self.unrent_numbers,
            is_protected=self.protect,
            is_adopting=self.adopt,
            is_aliased=bool(self.aliases),
        )
        return Declared(
            "Powerpack",
            resource,
            PowerpackProvider(),
            inputs,
            claim,
            deletes_first=self.deletes_first,
            aliases=tuple(sorted(self.aliases)),
            protect=self.protect,
        )


class WholeProgram(NamedTuple):
    """The Powerpacks of a program by their resources, and the members, whose pools may be those of its Powerpacks."""

    packs: dict[str, Pack]
    members: Program

    @property
    def declared(self) -> list[Declared]:
        """What the program registers: what members hang on comes first."""
        names = [pack.name for pack in self.packs.values()]
        assert len(names) == len(set(names)), "a Powerpack belongs to one resource"
        return [*(pack.declared_as(name) for name, pack in self.packs.items()), *registered(self.members)]

    @property
    def numbers(self) -> set[str]:
        """Every number that it declares, wherever."""
        return {number for each in self.members.values() for number in each.numbers}

    @property
    def renting(self) -> "WholeProgram":
        """The same, where each member may be rented."""
        return WholeProgram(self.packs, {name: replace(each, rent=True) for name, each in self.members.items()})

    def with_pools(self, pools: Mapping[str, str]) -> Program:
        """Return its members with the uuids of their pools, as far as those of the Powerpacks' resources are known."""
        return {
            name: replace(each, pool=pools.get(powerpack_of(each.pool), each.pool))
            for name, each in self.members.items()
        }

    def __bool__(self) -> bool:
        return bool(self.packs or self.members)


NOTHING = WholeProgram({}, {})


def is_powerpack(entry: Mapping[str, Any]) -> bool:
    """Whether a resource in a state is a Powerpack."""
    return bool(entry["type"] == KIND)


def name_of(entry: Mapping[str, Any]) -> str:
    """Return the name of a resource in a state."""
    return str(entry["urn"]).rpartition("::")[2]


def pools_of(owned: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the pool of each Powerpack that a state has, by its resource."""
    return {
        name_of(entry): str(entry["outputs"]["number_pool_uuid"])
        for entry in owned
        if is_powerpack(entry) and not entry.get("delete")
    }


def names_of(owned: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the name of each Powerpack that a state has, by its resource."""
    return {
        name_of(entry): str(entry["outputs"]["name"])
        for entry in owned
        if is_powerpack(entry) and not entry.get("delete")
    }
