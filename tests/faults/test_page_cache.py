"""A run whose look-ups share pages ends as one that asks Plivo about each number, whoever writes meanwhile."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plivo_sandbox.engine.result import Result
from pulumi_plivo.api import MemberKind
from pulumi_plivo.api.exchanges import Exchanges
from pulumi_plivo.plugin.plivo_provider import PlivoProvider
from pulumi_plivo.pool_number import PoolNumberProvider
from pulumi_plivo.pool_numbers import PoolNumbersProvider
from pulumi_plivo.pool_view import memory, reads
from pulumi_plivo.pool_view.view import PoolView, Sighting

from tests.conftest import OTHER_POOL, POOL, SHORTCODE
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.programs import Many, Member, Place, Program, held_by, held_by_all, registered

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
        program: Program = {}
        lists: dict[tuple[str, str], list[str]] = {}
        for digits, (owner, pool, service) in self.owners.items():
            if owner == "single":
                program[f"single-{digits}"] = Member(pool, service, adopt=self.adopt, number=digits)
            elif owner == "list":
                lists.setdefault((pool, service), []).append(digits)
        for (pool, service), listed in lists.items():
            program[f"list-{pool}-{service}"] = Many(
                pool, service, adopt=self.adopt, listed=tuple(listed), exclusive=self.exclusive
            )
        return program


PLACES = st.tuples(st.sampled_from(["single", "list", "nobody"]), POOLS, st.sampled_from(["sms", "mms"]))
OWNERS = st.fixed_dictionaries(dict.fromkeys(NUMBERS, PLACES))
WRITES = st.lists(st.builds(OutsideWrite, st.integers(0, 7), POOLS, st.sampled_from(NUMBERS)), max_size=8)
IN_ONE_POOL = st.lists(st.builds(OutsideWrite, st.integers(0, 7), st.just(POOL), st.sampled_from(NUMBERS)), max_size=8)


@contextmanager
def without_pages() -> Iterator[None]:
    """Have every look-up inside ask Plivo, and nothing remembered."""

    def look_up_all(view: PoolView, digits: Iterable[str], **named: Any) -> dict[str, Sighting]:
        return {each: view.confirmed(each, with_service=bool(named.get("with_service"))) for each in digits}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PoolView, "look_up", PoolView.confirmed)
        patch.setattr(PoolView, "look_up_all", look_up_all)
        patch.setattr(PoolView, "members", lambda *_, **__: None)
        yield


class History:
    """A stack and its pools, from an empty state on."""

    def __init__(self, world: World, stack: FastStack) -> None:
        world.reset()
        world.sandbox.set_quirk("add-in-other-pool", "accept")
        stack.forget()
        self.world = world
        self.stack = stack
        #: What the pools held at each step of the last command, by what the step was about.
        self.moments: dict[Place, dict[Place, str]] = {}
        self._steps = 0

    def write(self, writes: Iterable[OutsideWrite]) -> None:
        for each in writes:
            verb = "remove" if (each.pool, each.digits) in self.world.members else "add"
            getattr(self.world.hands.pool_members, verb)(MemberKind.NUMBER, each.pool, each.digits)

    def up(self, plan: Plan, writes: Iterable[OutsideWrite] = ()) -> Result:
        return self._run(lambda: self.stack.run("up", registered(plan.program), skip_preview=True), list(writes))

    def refresh(self, writes: Iterable[OutsideWrite] = ()) -> Result:
        return self._run(lambda: self.stack.run("refresh"), list(writes))

    def _run(self, command: Callable[[], Result], writes: list[OutsideWrite]) -> Result:
        self.moments, self._steps = {}, 0

        def watched(method: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(method)
            def step(provider: PlivoProvider, *arguments: Any) -> Any:
                self.write(each for each in writes if each.position == self._steps)
                self._steps += 1
                properties = arguments[-1]
                for digits in properties.get("numbers") or [properties["number"]]:
                    self.moments[properties["number_pool_uuid"], digits] = self.world.members
                return method(provider, *arguments)

            return step

        with pytest.MonkeyPatch.context() as patch:
            for provider in (PoolNumberProvider, PoolNumbersProvider):
                for name in ("create", "update", "read"):
                    patch.setattr(provider, name, watched(getattr(provider, name)))
            return command()

    @property
    def outcome(self) -> tuple[object, object]:
        """What the pools and the state hold; when a number was added, and by whom, depends on who came first."""
        state = {
            entry["urn"]: {key: each for key, each in entry["outputs"].items() if key not in ("adopted", "details")}
            for entry in self.stack.owned
        }
        return self.world.members, state


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be worth it in small pools."""
    monkeypatch.setattr(reads, "PAGE_SIZE", 2)


def compared(outcome: Callable[[], object]) -> None:
    """Assert that something ends with pages as without."""
    found = []
    for begin in (nullcontext, without_pages):
        with begin():
            found.append(outcome())
    assert found[0] == found[1]


@MODERATE
@given(plans=st.tuples(*[st.builds(Plan, OWNERS, st.booleans(), st.booleans())] * 2), writes=st.tuples(WRITES, WRITES))
def test_with_pages_every_command_ends_as_without_when_others_write_between_the_commands(
    world: World, stack: FastStack, plans: tuple[Plan, Plan], writes: tuple[list[OutsideWrite], list[OutsideWrite]]
) -> None:
    def outcomes() -> list[object]:
        history = History(world, stack)
        found: list[object] = []
        for plan, outside in zip(plans, writes, strict=True):
            history.write(outside)
            found += [len(history.refresh().errors), history.outcome, len(history.up(plan).errors), history.outcome]
        return found

    compared(outcomes)


@MODERATE
@given(
    plans=st.tuples(*[st.builds(Plan, OWNERS, st.booleans(), st.just(True))] * 2),
    writes=st.tuples(*[WRITES] * 4),
)
def test_with_pages_a_stack_ends_as_without_when_others_write_during_the_commands(
    world: World, stack: FastStack, plans: tuple[Plan, Plan], writes: tuple[list[OutsideWrite], ...]
) -> None:
    def outcome() -> object:
        history = History(world, stack)
        for plan, during_up, during_refresh in zip(plans, writes[::2], writes[1::2], strict=True):
            history.up(plan, during_up)
            history.refresh(during_refresh)
            assert history.refresh().errors == []
            assert history.up(plan).errors == []
        for digits, (owner, pool, service) in plans[1].owners.items():
            assert owner == "nobody" or world.members[pool, digits] == service
        return history.outcome

    compared(outcome)


@MODERATE
@given(
    owners=st.fixed_dictionaries(
        dict.fromkeys(NUMBERS, st.tuples(st.sampled_from(["single", "list"]), st.just(POOL), st.just("sms")))
    ),
    writes=st.tuples(*[IN_ONE_POOL] * 3),
)
def test_what_is_said_to_be_there_already_or_gone_was_so_at_that_moment(
    world: World,
    stack: FastStack,
    owners: dict[str, tuple[str, str, str]],
    writes: tuple[list[OutsideWrite], ...],
) -> None:
    history, plan = History(world, stack), Plan(owners, exclusive=False, adopt=False)
    result = history.up(plan, writes[0])
    # After the first failure nothing more is registered.
    for name in [step.name for step in result.steps if step.operation == "failed"]:
        assert any(place in history.moments[place] for place in plan.program[name].places)
    history.write(writes[1])
    before = {entry["urn"]: held_by(entry) for entry in stack.owned}
    history.refresh(writes[2])
    left = held_by_all(stack.owned)
    for place in [place for places in before.values() for place in places if place not in left]:
        assert place not in history.moments[place]


def test_what_comes_into_the_pool_while_many_are_added_is_not_taken_over_with_them(
    world: World, stack: FastStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(world, stack)
    theirs = NUMBERS[2]
    make = Exchanges.make

    def half_a_minute_passes(exchanges: Exchanges, *call: Any) -> Any:
        answer = make(exchanges, *call)
        if "POST" in call:
            monkeypatch.setattr(Exchanges, "make", make)
            history.write([OutsideWrite(0, POOL, theirs)])
            monkeypatch.setattr(memory, "LIFE", -1.0)
        return answer

    monkeypatch.setattr(Exchanges, "make", half_a_minute_passes)
    program: Program = {"many": Many(POOL, listed=tuple(NUMBERS[:3]))}
    result = stack.run("up", registered(program), skip_preview=True)
    assert f"could not add number {theirs} to pool {POOL}: it was put there meanwhile" in " ".join(
        result.errors + result.warnings
    )
    (many,) = stack.owned
    assert sorted(many["outputs"]["members"]) == NUMBERS[:2]
    assert sorted(digits for _, digits in world.members if digits != SHORTCODE) == NUMBERS[:3]
