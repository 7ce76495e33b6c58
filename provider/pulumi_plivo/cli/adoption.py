"""What a stack takes over of the account's pools: each number once, in a stable order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pulumi_plivo import inputs
from pulumi_plivo.api import PoolMember, Powerpack
from pulumi_plivo.cli.live_pools import LivePool
from pulumi_plivo.cli.powerpack_choice import pool_of, shown


@dataclass(frozen=True)
class AdoptedPool:
    """One pool as the stack is to have it.

    Attributes:
        name: What it is called in the program.
        title: The Powerpack's own name and uuid, for a comment; one line.
        uuid: The pool.
        numbers: Each number with the service that the program names; None where the default says it.
        toll_frees: The toll-free numbers.
        shortcodes: The shortcodes.
        unrent: Whether what leaves the program is given back to Plivo.
    """

    name: str
    title: str
    uuid: str
    numbers: dict[str, str | None]
    toll_frees: list[str]
    shortcodes: list[str]
    unrent: bool


@dataclass(frozen=True)
class Adoption:
    """All pools that the stack takes over, in the order of their names, and what it does not, with the reason."""

    pools: list[AdoptedPool]
    left_out: list[str]


def adoption(
    powerpacks: Iterable[Powerpack], pools: dict[str, LivePool], names: dict[str, str], *, unrent: bool
) -> Adoption:
    """Return what is taken over of the pools of these Powerpacks."""
    adopted: list[AdoptedPool] = []
    left_out: list[str] = []
    places: dict[tuple[str, str], str] = {}

    def taken(name: str, members: Sequence[PoolMember], rule: Callable[[object], str], noun: str) -> list[PoolMember]:
        found = []
        for each in members:
            try:
                rule(each.digits)
            except ValueError as error:
                left_out.append(f"{noun} {each.digits} of {name}: {error}")
                continue
            place = places.setdefault((noun, each.digits), name)
            if place == name:
                found.append(each)
            else:
                left_out.append(f"{noun} {each.digits} of {name}: it is in {place} too, and there only in the program")
        return found

    for powerpack in sorted(powerpacks, key=lambda each: names[each.uuid]):
        name, pool = names[powerpack.uuid], pools[pool_of(powerpack)]
        numbers = taken(name, pool.numbers, inputs.number, "number")
        toll_frees = taken(name, pool.toll_frees, inputs.number, "number")
        shortcodes = taken(name, pool.shortcodes, inputs.shortcode, "shortcode")
        adopted.append(
            AdoptedPool(
                name=name,
                title=f"Powerpack {shown(powerpack)}, {powerpack.uuid}",
                uuid=pool_of(powerpack),
                # Without a service a number is adopted as it is; one for MMS that had to be added again would not be.
                numbers={each.digits: "mms" if each.service == "mms" else None for each in numbers},
                toll_frees=[each.digits for each in toll_frees],
                shortcodes=[each.digits for each in shortcodes],
                unrent=unrent,
            )
        )
    return Adoption(adopted, left_out)
