"""Numbers that change their owner, their pool or both, in one `up`: each ends where the program says, and stays rented.

One program makes all changes of the table at once, so that every variant costs three commands.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import OTHER_POOL, POOL, Account
from tests.e2e.conftest import EMBEDDED, needs_cli
from tests.e2e.stacks import Stack

#: What each of two resources has before and after: a class, and letters that stand for numbers. The first one holds x,
#: the second one gets it; what is only here has the same owner before and after, or none.
CHANGES = [
    ("PoolNumbers kx k", "PoolNumbers r rx"),
    ("PoolNumbers kx k", "PoolNumbers - x"),
    ("PoolNumbers x -", "PoolNumbers r rx"),
    ("PoolNumbers x -", "PoolNumbers - x"),
    ("PoolNumbers kx k", "PoolNumber - x"),
    ("PoolNumbers x -", "PoolNumber - x"),
    ("PoolNumber x -", "PoolNumbers r rx"),
    ("PoolNumber x -", "PoolNumbers - x"),
    ("PoolNumber x n", "PoolNumbers r rx"),
    ("PoolNumber x -", "PoolNumber - x"),
    ("PoolNumber x n", "PoolNumber - x"),
    ("PoolNumber x y", "PoolNumber y x"),
    ("PoolNumbers kx ky", "PoolNumbers ry rx"),
    ("PoolNumber x y", "PoolNumbers ry rx"),
    ("PoolNumbers kx ky", "PoolNumber y x"),
]
LETTERS = "kxryn"
POOLS = {"POOL": POOL, "OTHER_POOL": OTHER_POOL}
ANCHOR = "14155550107"
LATE = (
    f"anchor = PoolNumber('anchor', number_pool_uuid=POOL, number='{ANCHOR}')\n"
    "late = {pool: anchor.added_on.apply(lambda _, pool=pool: pool) for pool in (POOL, OTHER_POOL)}\n"
)


@dataclass(frozen=True)
class Variant:
    """How the changes are written.

    Attributes:
        unrent: What all resources say.
        quirk: Whether Plivo takes a number that is in another pool still.
        receiver_first: Whether the one that gets the number comes first in the program.
        late: Whose pool is an output of what is made in the same run: `h` the holder's, `r` the receiver's, `b` that
            of all before the change.
        depends: Which of the two depends on the other one.
    """

    unrent: bool = True
    quirk: str = "reject"
    receiver_first: bool = False
    late: str = ""
    depends: str = ""


@dataclass(frozen=True)
class Owner:
    """One resource of a program."""

    name: str
    class_: str
    numbers: list[str]
    pool: str


VARIANTS = {
    "all known": Variant(),
    "all known, in both pools for a moment": Variant(quirk="accept", receiver_first=True),
    "the new pool is known late": Variant(late="r", receiver_first=True),
    "both pools are known late": Variant(late="hr", quirk="accept"),
    "the old pool was known late": Variant(late="b", receiver_first=True),
    "the receiver depends on the holder": Variant(depends="r"),
    "the holder depends on the receiver": Variant(depends="h", quirk="accept", receiver_first=True),
    "the holder depends on a receiver that is known late": Variant(depends="h", late="r", receiver_first=True),
    "without unrent": Variant(unrent=False, receiver_first=True),
}
ON_THE_CLI = ["all known", "both pools are known late", "the holder depends on a receiver that is known late"]


def owners(after: bool) -> Iterator[tuple[Owner | None, Owner | None]]:
    """Return the two resources of each change, once within one pool and once to another one."""
    changes = [(change, pool) for pool in POOLS for change in CHANGES]
    for index, (change, pool) in enumerate(changes):
        found: list[Owner | None] = []
        for role, spec in zip("hr", change, strict=True):
            class_, *letters = spec.split()
            numbers = [str(14155560000 + 10 * index + LETTERS.index(each)) for each in letters[after] if each != "-"]
            where = pool if role == "r" else "POOL"
            found.append(Owner(f"{role}{index}", class_, numbers, where) if numbers else None)
        yield found[0], found[1]


def program(variant: Variant, *, after: bool) -> str:
    """Return the program of all changes, in one way of writing it."""
    is_late = after is (variant.late != "b")
    late = variant.late.replace("b", "hr") if is_late else ""
    lines = [LATE] if late else []
    for holder, receiver in owners(after):
        both = [each for each in (holder, receiver) if each]
        depends = {"h": holder, "r": receiver}.get(variant.depends) if len(both) == 2 else None
        first_is_receiver = depends is holder if depends else variant.receiver_first
        for each in reversed(both) if first_is_receiver else both:
            pool = f"late[{each.pool}]" if each.name[0] in late else each.pool
            what = f"number={each.numbers[0]!r}" if each.class_ == "PoolNumber" else f"numbers={each.numbers!r}"
            other = next((one.name for one in both if one is not each), "")
            opts = f", opts=ResourceOptions(depends_on=[{other}])" if each is depends else ""
            lines.append(
                f"{each.name} = {each.class_}({each.name!r}, number_pool_uuid={pool}, {what},"
                f" unrent={variant.unrent}{opts})\n"
            )
    return "".join(lines)


def owners_in(stack: Stack) -> dict[str, list[str]]:
    """Return the resources that have each number in the state, with those that wait to be deleted."""
    found: dict[str, list[str]] = {}
    for resource in stack.deployment()["resources"]:
        name, outputs = resource["urn"].rpartition("::")[2], resource.get("outputs", {})
        for digits in outputs.get("numbers") or [each for each in [outputs.get("number")] if each]:
            if digits != ANCHOR:
                found.setdefault(digits, []).append(name)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stack", "name"),
    [
        *((EMBEDDED, name) for name in VARIANTS),
        *(pytest.param("cli", name, marks=needs_cli) for name in ON_THE_CLI),
    ],
    indirect=["stack"],
)
def test_every_change_of_owner_ends_where_the_program_says(
    stack: Stack, account: Account, sandbox: RunningSandbox, name: str
) -> None:
    variant = VARIANTS[name]
    sandbox.set_quirk("add-in-other-pool", variant.quirk)
    before, now = ([each for both in owners(after) for each in both if each] for after in (False, True))
    account.rent({digits for each in [*before, *now] for digits in each.numbers})
    assert stack.up(program(variant, after=False)).succeeded
    sandbox.calls.clear()
    outcome = stack.up(program(variant, after=True))
    assert outcome.succeeded, outcome.errors
    assert account.unrented == []
    place_of = {digits: (each.pool, each.name) for each in now for digits in each.numbers}
    for name, pool in POOLS.items():
        assert set(account.numbers(pool)) - {ANCHOR} == {d for d, (where, _) in place_of.items() if where == name}
    assert owners_in(stack) == {digits: [name] for digits, (_, name) in place_of.items()}
    old_pools = {digits: each.pool for each in before for digits in each.numbers}
    unmoved = {digits for digits, pool in old_pools.items() if place_of.get(digits, ("",))[0] == pool}
    assert [call.path for call in sandbox.calls if call.method != "GET" and call.path.split("/")[-2] in unmoved] == []
    again = stack.preview()
    assert again.succeeded, again.errors
    assert set(again.operations.values()) == {"same"}
