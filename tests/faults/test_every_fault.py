"""Every operation, with every kind of fault at every call it makes: nothing is lost, and the next `up` converges."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from plivo_sandbox.server.faults import ACTIONS
from pulumi_plivo.api import MemberKind
from pulumi_plivo.api.transport import Transport
from pulumi_plivo.plivo_provider import PlivoProvider
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_shortcode import PoolShortcodeProvider
from pulumi_plivo.pool_toll_free import PoolTollFreeProvider
from pytest_mock import MockerFixture

from tests.conftest import AUTH_TOKEN, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE, TOLL_FREE
from tests.faults.conftest import World
from tests.faults.small_engine import KilledError, Program, SmallEngine, numbers_of

#: A lying 404 is no fault but another truth, so it is not among the statuses.
STATUSES = (302, 400, 401, 403, 429, 500)
FAULTS = [
    *(name for name, action in ACTIONS.items() if not action.argument),
    *(f"status={status}" for status in STATUSES),
    "status-after=503",
    "status=429 header=Retry-After:1",
]


def number(digits: str = NUMBER, pool: str = POOL, **more: Any) -> tuple[type[PoolNumberProvider], dict[str, Any]]:
    """A number of a program."""
    return PoolNumberProvider, {"number_pool_uuid": pool, "number": digits, **more}


def many(*digits: str, pool: str = POOL, **more: Any) -> tuple[type[PoolNumbersProvider], dict[str, Any]]:
    """Several numbers of a program as one resource."""
    return PoolNumbersProvider, {"number_pool_uuid": pool, "numbers": list(digits), **more}


class Scenario(NamedTuple):
    """A program before, one after, and what is special about the way between."""

    before: Program
    after: Program
    by_hand: tuple[tuple[str, str], ...] = ()
    replace: bool = False
    quirks: tuple[tuple[str, str], ...] = ()


BOTH_POOLS = (("add-in-other-pool", "accept"),)
GIVEN_UP = {"a": number(unrent=True)}
THIRD_NUMBER, STRANGER = "14155550102", "14155550107"
PAIR, OTHER_PAIR = (NUMBER, OTHER_NUMBER), (OTHER_NUMBER, THIRD_NUMBER)
SCENARIOS = {
    "create": Scenario({}, {"a": number()}),
    "create a toll-free number": Scenario(
        {}, {"a": (PoolTollFreeProvider, {"number_pool_uuid": POOL, "number": TOLL_FREE})}
    ),
    "create a shortcode": Scenario(
        {}, {"a": (PoolShortcodeProvider, {"number_pool_uuid": POOL, "shortcode": SHORTCODE})}
    ),
    "adopt": Scenario({}, {"a": number(adopt=True)}, by_hand=((POOL, NUMBER),)),
    "adopt with another service": Scenario({}, {"a": number(adopt=True, service="mms")}, by_hand=((POOL, NUMBER),)),
    "move": Scenario({"a": number(unrent=True)}, {"a": number(pool=OTHER_POOL, unrent=True)}),
    "move where two pools are allowed": Scenario(
        {"a": number(unrent=True)}, {"a": number(pool=OTHER_POOL, unrent=True)}, quirks=BOTH_POOLS
    ),
    "change the service": Scenario({"a": number(unrent=True)}, {"a": number(unrent=True, service="mms")}),
    "move and change the service": Scenario({"a": number()}, {"a": number(pool=OTHER_POOL, service="mms")}),
    "delete": Scenario({"a": number()}, {}),
    "delete and unrent": Scenario(GIVEN_UP, {}),
    "delete and unrent by halves": Scenario(GIVEN_UP, {}, quirks=(("unrent-on-remove", "partial"),)),
    "delete and unrent by halves with an error": Scenario(
        GIVEN_UP, {}, quirks=(("unrent-on-remove", "partial-error"),)
    ),
    "replace": Scenario(GIVEN_UP, {"a": number(OTHER_NUMBER, unrent=True)}),
    "rename": Scenario(GIVEN_UP, {"b": number(unrent=True, adopt=True)}),
    "force a replacement": Scenario(
        {"a": number(unrent=True, adopt=True)}, {"a": number(unrent=True, adopt=True)}, replace=True
    ),
    "give one up and move its neighbour": Scenario(
        {"a": number(unrent=True), "b": number(OTHER_NUMBER)}, {"b": number(OTHER_NUMBER, OTHER_POOL)}
    ),
    "create many": Scenario({}, {"a": many(*PAIR)}),
    "adopt one of many": Scenario({}, {"a": many(*PAIR, adopt=True, service="mms")}, by_hand=((POOL, NUMBER),)),
    "add and drop one of many": Scenario({"a": many(*PAIR)}, {"a": many(*OTHER_PAIR)}),
    "drop one of many and give it back": Scenario(
        {"a": many(*PAIR, unrent=True)}, {"a": many(*OTHER_PAIR, unrent=True)}
    ),
    "move many, add one, drop one": Scenario({"a": many(*PAIR)}, {"a": many(*OTHER_PAIR, pool=OTHER_POOL)}),
    "change the service of many": Scenario(
        {"a": many(*PAIR, unrent=True)}, {"a": many(*PAIR, unrent=True, service="mms")}
    ),
    "remove strangers": Scenario(
        {"a": many(*PAIR, unrent=True)},
        {"a": many(*PAIR, unrent=True, exclusive=True)},
        by_hand=((POOL, STRANGER),),
    ),
    "delete many": Scenario({"a": many(*PAIR)}, {}),
    "delete many and unrent": Scenario({"a": many(*PAIR, unrent=True)}, {}),
    "from single numbers to a list": Scenario(
        {"a": number(unrent=True), "b": number(OTHER_NUMBER, unrent=True)},
        {"all": many(*PAIR, unrent=True, adopt=True)},
    ),
    "from a list to single numbers": Scenario(
        {"all": many(*PAIR, unrent=True)},
        {"a": number(unrent=True, adopt=True), "b": number(OTHER_NUMBER, unrent=True, adopt=True)},
    ),
}


def members_of(program: Program) -> dict[tuple[str, str], str]:
    """What the pools hold when the program is true."""
    services: dict[type[PlivoProvider], str] = {PoolTollFreeProvider: "mms", PoolShortcodeProvider: ""}
    return {
        (inputs["number_pool_uuid"], digits): str(services.get(kind, inputs.get("service", "sms")))
        for kind, inputs in program.values()
        for digits in numbers_of(inputs)
    }


def prepared(world: World, scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> tuple[SmallEngine, int]:
    """Bring the world to the program before; return its engine, and how many numbers were ever given back."""
    world.reset()
    engine = SmallEngine(world.config)
    assert engine.up(scenario.before) == []
    for pool, digits in scenario.by_hand:
        world.hands.pool_members.add(MemberKind.NUMBER, pool, digits)
    world.sandbox.calls.clear()
    capsys.readouterr()
    return engine, len(world.unrented)


def given_up(program: Program, declared: set[str]) -> set[str]:
    """What a program has with `unrent`, and another does not declare."""
    return {
        digits for _, inputs in program.values() if inputs.get("unrent") for digits in numbers_of(inputs)
    } - declared


def is_undone(pool: str, errors: list[str]) -> bool:
    """Whether an error says, of many numbers that are to be in a pool, that those it does not name are not there."""
    phrases = ("nothing was changed", "were taken back", "the others were not added")
    return any(pool in error and phrase in error for error in errors for phrase in phrases)


def judge(world: World, scenario: Scenario, errors: list[str], given_back: int, *, was_killed: bool = False) -> None:
    """Assert what must hold whatever went wrong."""
    live, shown = world.members, " ".join(errors)
    if not was_killed:
        for pool, digits in members_of(scenario.after):
            assert (pool, digits) in live or digits in shown or is_undone(pool, errors)
    for error in errors:
        assert len(error.splitlines()) == 1
        assert AUTH_TOKEN not in error
    declared = {digits for _, digits in members_of(scenario.after)}
    may_go = given_up(scenario.before, declared)
    assert set(world.unrented[given_back:]) <= may_go
    for call in world.sandbox.calls:
        if call.method != "GET":
            assert f"/{POOL}/" in call.path or f"/{OTHER_POOL}/" in call.path


def converge(
    world: World, scenario: Scenario, engine: SmallEngine, given_back: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run `up` again without faults, and assert that everything is as the program says, with nothing left to do."""
    world.sandbox.clear_faults()
    program = dict(scenario.after)
    errors = engine.up(program)
    if errors:
        (error,) = errors
        assert "adopt=True" in error
        (asking,) = (
            name for name, (_, inputs) in program.items() if any(digits in error for digits in numbers_of(inputs))
        )
        kind, inputs = program[asking]
        program[asking] = (kind, {**inputs, "adopt": True})
        assert engine.up(program) == []
    shortcode = {(POOL, SHORTCODE): ""}
    assert world.members == {**shortcode, **members_of(program)}
    world.sandbox.calls.clear()
    assert engine.up(program) == []
    assert world.sandbox.calls == []
    named = world.named + capsys.readouterr().err
    for digits in given_up(scenario.before, {digits for _, digits in members_of(program)}):
        assert digits in world.unrented[given_back:] or digits in named
    world.reset()


def calls_of(world: World, scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    """Run the scenario without faults; return the calls that it makes."""
    engine, given_back = prepared(world, scenario, capsys)
    assert engine.up(scenario.after, replace=scenario.replace) == []
    calls = [(call.method, call.path) for call in world.sandbox.calls]
    world.named = capsys.readouterr().err
    converge(world, scenario, engine, given_back, capsys)
    assert calls
    return calls


@pytest.fixture(params=list(SCENARIOS))
def scenario(request: pytest.FixtureRequest, world: World) -> Scenario:
    """Each scenario, under its quirks."""
    chosen = SCENARIOS[request.param]
    for name, value in chosen.quirks:
        world.sandbox.set_quirk(name, value)
    return chosen


@pytest.mark.parametrize(
    ("times", "duplicate"),
    [(1, "accept"), (1, "reject"), (99, "reject")],
    ids=["once-accept", "once-reject", "lasting-reject"],
)
def test_a_fault_at_any_call_loses_nothing_and_the_next_up_converges(
    world: World,
    scenario: Scenario,
    times: int,
    duplicate: str,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    world.sandbox.set_quirk("add-duplicate", duplicate)
    calls = calls_of(world, scenario, capsys)
    # Whether Plivo takes a second add matters where a fault may have let a first one through.
    positions = [at for at, (method, _) in enumerate(calls) if duplicate == "reject" or method == "POST"]
    record_property("faults", len(positions) * len(FAULTS))
    for position in positions:
        for fault in FAULTS:
            engine, given_back = prepared(world, scenario, capsys)
            world.sandbox.add_fault(f"* * nth={position + 1} times={times} {fault}")
            errors = engine.up(scenario.after, replace=scenario.replace)
            world.named = capsys.readouterr().err
            judge(world, scenario, errors, given_back)
            converge(world, scenario, engine, given_back, capsys)


@pytest.mark.parametrize("moment", ["before the call", "after the call", "before saving"])
def test_a_death_at_any_moment_loses_nothing_and_the_next_up_converges(
    world: World, scenario: Scenario, moment: str, capsys: pytest.CaptureFixture[str], mocker: MockerFixture
) -> None:
    calls = calls_of(world, scenario, capsys)
    send = Transport.send
    left = 0

    def dying(transport: Transport, *args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and moment == "before the call":
            raise KilledError
        answer = send(transport, *args, **kwargs)
        if left == 0 and moment == "after the call":
            raise KilledError
        return answer

    for position in range(1 if moment == "before saving" else len(calls)):
        engine, given_back = prepared(world, scenario, capsys)
        left = position + 1
        mocker.patch.object(Transport, "send", dying)
        try:
            engine.up(scenario.after, replace=scenario.replace, die_before_saving=moment == "before saving")
        except KilledError:
            pass
        else:
            assert scenario.after == {}
        mocker.stopall()
        world.named = capsys.readouterr().err
        judge(world, scenario, [], given_back, was_killed=True)
        converge(world, scenario, engine, given_back, capsys)
