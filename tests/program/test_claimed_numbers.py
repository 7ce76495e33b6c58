"""What the ledger is told of a program: as much as is known after its last line, and whether that is all."""

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_plivo import PoolNumber, PoolNumbers, PoolShortcode
from pulumi_plivo.plans.claim import Claim

from tests.conftest import NUMBER, OTHER_NUMBER, OTHER_POOL, POOL
from tests.program.mocked import Mocks, run


class Slow(pulumi.CustomResource):
    """A resource of another package, whose outputs come late."""

    def __init__(self, name: str) -> None:
        super().__init__("other:index:Slow", name, {})


def late(value: Any) -> Callable[[], pulumi.Output[Any]]:
    """A value that depends on another resource."""
    return lambda: Slow("slow").id.apply(lambda _: value)


def soon(value: Any) -> Callable[[], pulumi.Output[Any]]:
    """A value in an output that waits for nothing."""
    return lambda: pulumi.Output.from_input(value).apply(lambda known: known)


def in_coroutine(value: Any) -> Callable[[], Any]:
    """A value that a coroutine returns."""

    async def later() -> Any:
        await asyncio.sleep(0)
        return value

    return later


def claim_of(is_preview: bool = False, **inputs: Callable[[], Any]) -> Claim:
    """Return what a list claims whose inputs are made in the program."""
    plain: dict[str, Callable[[], Any]] = {"number_pool_uuid": lambda: POOL, "numbers": lambda: [NUMBER]}

    def program() -> None:
        PoolNumbers("many", **{key: make() for key, make in {**plain, **inputs}.items()})

    (claim,) = run(program, is_preview=is_preview).claims
    return claim


BOTH = [NUMBER, OTHER_NUMBER]


@pytest.mark.parametrize(
    "numbers",
    [
        lambda: BOTH,
        lambda: dict.fromkeys(BOTH, "sms"),
        lambda: tuple(BOTH),
        lambda: ["+1 415-555-0100", soon(OTHER_NUMBER)()],
        lambda: {each: soon("mms")() for each in BOTH},
        soon(BOTH),
        soon(dict.fromkeys(BOTH, "sms")),
        lambda: [in_coroutine(each)() for each in BOTH],
        in_coroutine(BOTH),
    ],
    ids=["list", "mapping", "tuple", "outputs", "services", "output", "output of a mapping", "coroutines", "coroutine"],
)
def test_numbers_that_wait_for_no_other_resource_are_all_claimed(numbers: Callable[[], Any]) -> None:
    assert claim_of(numbers=numbers) == Claim("PoolNumbers many", POOL, tuple(BOTH))


@pytest.mark.parametrize("numbers", [late(BOTH), lambda: [*BOTH[:1], late(OTHER_NUMBER)()]], ids=["all", "one"])
def test_numbers_that_wait_for_another_resource_make_the_claim_a_partial_one_at_a_preview(
    numbers: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mocks, "new_resource", unmade_at_preview(Mocks.new_resource))
    claim = claim_of(is_preview=True, numbers=numbers)
    assert claim.is_partial
    assert set(claim.members) <= {NUMBER}


def unmade_at_preview(make: Callable[..., Any]) -> Callable[..., Any]:
    """Let resources of another package have no id yet."""

    def new_resource(mocks: Mocks, args: Any) -> Any:
        id_, outputs = make(mocks, args)
        return ("" if args.typ.startswith("other:") else id_), outputs

    return new_resource


def test_a_pool_and_an_unrent_that_are_not_known_are_claimed_as_such_and_the_numbers_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Mocks, "new_resource", unmade_at_preview(Mocks.new_resource))
    claim = claim_of(is_preview=True, number_pool_uuid=late(POOL), unrent=late(True))
    assert claim == Claim("PoolNumbers many", None, (NUMBER,), unrent=None)


@pytest.mark.parametrize(("unrent", "claimed"), [(True, True), (False, False)])
@pytest.mark.parametrize("how", [lambda value: lambda: value, soon, in_coroutine], ids=["plain", "output", "coroutine"])
def test_unrent_is_claimed(how: Callable[[bool], Callable[[], Any]], unrent: bool, claimed: bool) -> None:
    assert claim_of(unrent=how(unrent)).unrent is claimed


def test_what_is_no_number_is_left_to_the_check() -> None:
    assert claim_of(numbers=lambda: ["x", NUMBER, 5]).members == (NUMBER,)
    assert claim_of(numbers=lambda: "x").members == ()


def test_a_pool_that_is_none_is_left_to_the_check() -> None:
    assert claim_of(number_pool_uuid=lambda: "x").pool is None
    assert claim_of(number_pool_uuid=lambda: POOL.upper()).pool == POOL


def test_resources_of_one_name_are_told_apart_and_named_after_their_parents() -> None:
    def program() -> None:
        for name, number in (("one", "14155550100"), ("other", "14155550101")):
            parent = pulumi.ComponentResource("app:index:Pool", name)
            PoolNumber("a", number_pool_uuid=POOL, number=number, opts=pulumi.ResourceOptions(parent=parent))
            inner = pulumi.ComponentResource("app:index:Part", "part", opts=pulumi.ResourceOptions(parent=parent))
            PoolNumbers("a", number_pool_uuid=POOL, numbers=[f"{number}9"], opts=pulumi.ResourceOptions(parent=inner))
        PoolNumber("a", number_pool_uuid=POOL, number="14155550102")

    assert [claim.resource for claim in run(program).claims] == [
        "PoolNumber Pool.one/a",
        "PoolNumber Pool.other/a",
        "PoolNumber a",
        "PoolNumbers Part.part/a",
        "PoolNumbers Part.part/a #2",
    ]


@pytest.mark.parametrize("types", [("Otp", "Alerts"), ("Alerts", "Otp")])
def test_components_of_one_name_and_two_types_keep_their_names_in_any_order(types: tuple[str, str]) -> None:
    numbers = {"Otp": "14155550100", "Alerts": "14155550101"}

    def program() -> None:
        for type_ in types:
            parent = pulumi.ComponentResource(f"app:index:{type_}", "prod")
            opts = pulumi.ResourceOptions(parent=parent)
            PoolNumber("a", number_pool_uuid=POOL, number=numbers[type_], opts=opts)

    claimed = {claim.resource: claim.members for claim in run(program).claims}
    assert claimed == {f"PoolNumber {type_}.prod/a": (number,) for type_, number in numbers.items()}


def test_a_shortcode_and_a_number_of_the_same_digits_are_two() -> None:
    def program() -> None:
        PoolShortcode("short", number_pool_uuid=POOL, shortcode="1234567")
        PoolNumber("long", number_pool_uuid=POOL, number="1234567")

    assert [claim.members for claim in run(program).claims] == [("1234567",), ("shortcode-1234567",)]


def test_what_is_only_read_may_be_declared_too() -> None:
    def program() -> None:
        PoolNumber("mine", number_pool_uuid=POOL, number=NUMBER)
        PoolNumber.get("read", NUMBER, number_pool_uuid=POOL)
        PoolNumbers.get("all", POOL, number_pool_uuid=POOL)

    claims = {claim.resource: claim for claim in run(program).claims}
    assert claims["PoolNumber read"].is_reading
    assert claims["PoolNumbers all"] == Claim("PoolNumbers all", POOL, (), is_reading=True)


@pytest.mark.parametrize("make", [soon, late], ids=["soon", "late"])
def test_a_number_that_is_wanted_twice_fails_the_program_as_soon_as_it_is_known(make: Callable[..., Any]) -> None:
    def program() -> None:
        PoolNumber("one", number_pool_uuid=POOL, number=NUMBER)
        PoolNumbers("many", number_pool_uuid=make(OTHER_POOL)(), numbers=[make(NUMBER)()] if make is soon else [NUMBER])

    with pytest.raises(pulumi.RunError, match=f"number {NUMBER} is declared twice: by PoolNumber one in pool {POOL}"):
        run(program)


def test_a_resource_that_is_declared_inside_an_apply_is_claimed_if_it_comes_in_time_and_works_in_any_case() -> None:
    def program(value: pulumi.Output[str]) -> None:
        PoolNumber("first", number_pool_uuid=POOL, number=OTHER_NUMBER)
        value.apply(lambda _: PoolNumber("inner", number_pool_uuid=POOL, number=NUMBER))

    in_time = run(lambda: program(soon("x")()))
    assert [claim.resource for claim in in_time.claims] == ["PoolNumber first", "PoolNumber inner"]
    too_late = run(lambda: program(late("x")()))
    assert "inner" in [args.name for args in too_late.registered]
    assert too_late.inputs("inner")["details"]["resource"] == "PoolNumber inner"


def test_a_program_whose_only_resource_is_declared_inside_an_apply_has_a_ledger() -> None:
    def program() -> None:
        late("x")().apply(lambda _: PoolNumber("inner", number_pool_uuid=POOL, number=NUMBER))

    assert [claim.resource for claim in run(program).claims] == ["PoolNumber inner"]
