"""A run whose look-ups share pages ends as one that asks Plivo about each number, whoever writes meanwhile."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi_plivo import pool_memory, pool_reads
from pulumi_plivo.api import MemberKind
from pulumi_plivo.api.transport import Answer, Transport
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_view import PoolView, Sighting

from tests.conftest import OTHER_POOL, POOL, SHORTCODE
from tests.faults.conftest import World
from tests.faults.small_engine import Program, SmallEngine, numbers_of

NUMBERS = [f"1415555010{digit}" for digit in range(8)]
POOLS = st.sampled_from([POOL, OTHER_POOL])
MODERATE = settings(max_examples=16, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


class OutsideWrite(NamedTuple):
    """What somebody else adds to a pool before a step of a command, or removes if it is there."""

    position: int
    pool: str
    digits: str


class Plan(NamedTuple):
    """Who has each number, in which pool and with which service; and how the list of the others is to be kept."""

    owners: dict[str, tuple[str, str, str]]
    exclusive: bool
    adopt: bool

    @property
    def program(self) -> Program:
        """The resources: a number has one of its own, or is in the list of its pool and service, or in none."""
        program: dict[str, Any] = {}
        for digits, (owner, pool, service) in self.owners.items():
            inputs = {"number_pool_uuid": pool, "service": service, "adopt": self.adopt}
            if owner == "single":
                program[f"single-{digits}"] = (PoolNumberProvider, {**inputs, "number": digits})
            elif owner == "list":
                _, many = program.setdefault(
                    f"list-{pool}-{service}",
                    (PoolNumbersProvider, {**inputs, "numbers": [], "exclusive": self.exclusive}),
                )
                many["numbers"].append(digits)
        return program


PLACES = st.tuples(st.sampled_from(["single", "list", "nobody"]), POOLS, st.sampled_from(["sms", "mms"]))
OWNERS = st.fixed_dictionaries(dict.fromkeys(NUMBERS, PLACES))
WRITES = st.lists(st.builds(OutsideWrite, st.integers(0, 7), POOLS, st.sampled_from(NUMBERS)), max_size=8)
IN_ONE_POOL = st.lists(st.builds(OutsideWrite, st.integers(0, 7), st.just(POOL), st.sampled_from(NUMBERS)), max_size=8)


def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every look-up ask Plivo, and nothing remembered."""

    def look_up_all(view: PoolView, digits: Iterable[str], **named: Any) -> dict[str, Sighting]:
        return {each: view.confirmed(each, with_service=bool(named.get("with_service"))) for each in digits}

    monkeypatch.setattr(PoolView, "look_up", PoolView.confirmed)
    monkeypatch.setattr(PoolView, "look_up_all", look_up_all)
    monkeypatch.setattr(PoolView, "members", lambda *_, **__: None)


class History:
    """A stack and its pools, from an empty state on."""

    def __init__(self, world: World) -> None:
        world.reset()
        world.sandbox.set_quirk("add-in-other-pool", "accept")
        self.world = world
        self.engine = SmallEngine(world.config)
        #: What the pools held at each step of the last command.
        self.moments: list[dict[tuple[str, str], str]] = []

    def write(self, writes: Iterable[OutsideWrite]) -> None:
        for each in writes:
            verb = "remove" if (each.pool, each.digits) in self.world.members else "add"
            getattr(self.world.hands.pool_members, verb)(MemberKind.NUMBER, each.pool, each.digits)

    def up(self, plan: Plan, writes: Iterable[OutsideWrite] = ()) -> list[str]:
        return self._run(lambda: self.engine.up(plan.program), writes)

    def refresh(self, writes: Iterable[OutsideWrite] = ()) -> list[str]:
        return self._run(self.engine.refresh, writes)

    def _run(self, command: Callable[[], list[str]], writes: Iterable[OutsideWrite]) -> list[str]:
        writes = list(writes)
        self.moments = []

        def before_step(position: int) -> None:
            self.write(each for each in writes if each.position == position)
            self.moments.append(self.world.members)

        self.engine.before_step = before_step
        return command()

    @property
    def outcome(self) -> tuple[object, object]:
        """What the pools and the state hold; when a number was added, and by whom, depends on who came first."""
        state = {
            name: {key: value for key, value in resource.outputs.items() if key not in ("adopted", "added_on")}
            for name, resource in self.engine.state.items()
        }
        return self.world.members, state


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be worth it in small pools."""
    monkeypatch.setattr(pool_reads, "PAGE_SIZE", 2)


@MODERATE
@given(plans=st.tuples(*[st.builds(Plan, OWNERS, st.booleans(), st.booleans())] * 2), writes=st.tuples(WRITES, WRITES))
def test_with_pages_every_command_ends_as_without_when_others_write_between_the_commands(
    world: World, plans: tuple[Plan, Plan], writes: tuple[list[OutsideWrite], list[OutsideWrite]]
) -> None:
    def outcomes() -> list[object]:
        history = History(world)
        found: list[object] = []
        for plan, outside in zip(plans, writes, strict=True):
            history.write(outside)
            found += [len(history.refresh()), history.outcome, len(history.up(plan)), history.outcome]
        return found

    with_pages = outcomes()
    with pytest.MonkeyPatch.context() as patch:
        without_pages(patch)
        assert with_pages == outcomes()


@MODERATE
@given(
    plans=st.tuples(*[st.builds(Plan, OWNERS, st.booleans(), st.just(True))] * 2),
    writes=st.tuples(*[WRITES] * 4),
)
def test_with_pages_a_stack_ends_as_without_when_others_write_during_the_commands(
    world: World, plans: tuple[Plan, Plan], writes: tuple[list[OutsideWrite], ...]
) -> None:
    def outcome() -> object:
        history = History(world)
        for plan, during_up, during_refresh in zip(plans, writes[::2], writes[1::2], strict=True):
            history.up(plan, during_up)
            history.refresh(during_refresh)
            assert history.refresh() == []
            assert history.up(plan) == []
        for (pool, digits), service in wanted(plans[1]).items():
            assert world.members[pool, digits] == service
        return history.outcome

    with_pages = outcome()
    with pytest.MonkeyPatch.context() as patch:
        without_pages(patch)
        assert with_pages == outcome()


@MODERATE
@given(
    owners=st.fixed_dictionaries(
        dict.fromkeys(NUMBERS, st.tuples(st.sampled_from(["single", "list"]), st.just(POOL), st.just("sms")))
    ),
    writes=st.tuples(*[IN_ONE_POOL] * 3),
)
def test_what_is_said_to_be_there_already_or_gone_was_so_at_that_moment(
    world: World, owners: dict[str, tuple[str, str, str]], writes: tuple[list[OutsideWrite], ...]
) -> None:
    history, plan = History(world), Plan(owners, exclusive=False, adopt=False)
    history.up(plan, writes[0])
    for resource, held in zip(plan.program.items(), history.moments, strict=True):
        name, (_, inputs) = resource
        already_there = {digits for digits in numbers_of(inputs) if (inputs["number_pool_uuid"], digits) in held}
        assert name in history.engine.state or already_there
    history.write(writes[1])
    before = {name: each.inputs for name, each in history.engine.state.items()}
    history.refresh(writes[2])
    for (name, inputs), held in zip(before.items(), history.moments, strict=True):
        left = numbers_of(history.engine.state[name].outputs) if name in history.engine.state else []
        for digits in set(numbers_of(inputs)).difference(left):
            assert (inputs["number_pool_uuid"], digits) not in held


def test_what_comes_into_the_pool_while_many_are_added_is_not_taken_back_with_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(world)
    theirs, not_rented = NUMBERS[2], "14155559999"
    send = Transport.send

    def half_a_minute_passes(transport: Transport, method: str, url: str, **named: Any) -> Answer:
        answer = send(transport, method, url, **named)
        if method == "POST":
            monkeypatch.setattr(Transport, "send", send)
            history.write([OutsideWrite(0, POOL, theirs)])
            monkeypatch.setattr(pool_memory, "LIFE", -1.0)
        return answer

    monkeypatch.setattr(Transport, "send", half_a_minute_passes)
    inputs = {"number_pool_uuid": POOL, "numbers": [*NUMBERS[:3], not_rented]}
    (error,) = history.engine.up({"many": (PoolNumbersProvider, inputs)})
    assert f"{theirs}: it has come into the pool meanwhile" in error
    assert [digits for _, digits in world.members if digits != SHORTCODE] == [theirs]


def wanted(plan: Plan) -> dict[tuple[str, str], str]:
    """What the pools hold when the program is true."""
    return {(pool, digits): service for digits, (owner, pool, service) in plan.owners.items() if owner != "nobody"}
