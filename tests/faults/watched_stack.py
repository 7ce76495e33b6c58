"""A stack whose every run is watched: after each it is asserted what must hold, also when it has died."""

from collections.abc import Collection
from typing import Any

from plivo_sandbox.engine.result import Result
from pulumi_plivo.plans.claim import LEFT

from tests.conftest import POOL, SHORTCODE
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.judging import MEMBER_PATH, effective, given_up, shown_by, untold
from tests.faults.programs import Many, Place, Program, held_by_all, places_of, registered
from tests.faults.running_stack import CALM, Conditions, RunningStack
from tests.faults.troubles import Death

#: Part of what a move says whose answer was lost, and that could not be looked up: a refresh ends it where it is.
IN_DOUBT = "which pool it is in is not known"


class WatchedStack(RunningStack):
    """A stack, its pools, and what is known of both from outside.

    Attributes:
        last_program: The latest of which the ledger knows.
        orphans: What a run that did not end well has left in a pool and in no state.
    """

    def __init__(self, world: World, stack: FastStack) -> None:
        super().__init__(world, stack)
        self.orphans: set[Place] = set()
        self.last_program: Program = {}
        self.claimed: set[Place] = set()
        #: Numbers of which a run has said that it does not know in which pool they are.
        self.in_doubt: set[str] = set()

    def refresh(self, conditions: Conditions) -> Result | None:
        """Run `refresh`, which changes no pool."""
        before = self._outside
        result = self.run("refresh", [], conditions)
        assert self._outside == before
        return result

    def preview(self, program: Program, conditions: Conditions) -> Result | None:
        """Run `preview`, which changes nothing."""
        before = self._outside, self.stack.owned
        result = self.run("preview", registered(program), conditions)
        assert (self._outside, self.stack.owned) == before
        return result

    def up(self, program: Program, conditions: Conditions = CALM, forced: Collection[str] = ()) -> Result | None:
        """Run `up`; what it gives back was named by a preview."""
        owned, live = self.stack.owned, self.world.members
        condemned = given_up(program, owned)
        named = ""
        if condemned:
            foreseen = self.preview(program, Conditions(policy=conditions.policy, targets=conditions.targets))
            assert foreseen is not None
            named = shown_by(foreseen)
        result, gone = self._watched("up", program, conditions, condemned, forced)
        assert all(number in named for number in gone)
        if result is not None:
            self._judge_told(effective(program, owned, forced), owned, live, result, conditions)
        if result is not None and result.succeeded and not conditions.targets:
            self._judge_success(effective(program, owned, forced))
        return result

    def destroy(self, conditions: Conditions = CALM) -> Result | None:
        """Run `destroy`."""
        strays = self.strays
        result, _ = self._watched("destroy", {}, conditions, given_up({}, self.stack.owned))
        if result is not None and result.succeeded:
            assert conditions.targets or self.stack.owned == []
            assert self.strays <= strays
        return result

    @property
    def looks_for_more(self) -> bool:
        """Whether the ledger looks in each run for what earlier ones may have left over."""
        ledger = self.stack.ledger
        return ledger is not None and LEFT in ledger["inputs"]["claims"]

    @property
    def strays(self) -> set[Place]:
        """What is in a pool, in no state, and not theirs."""
        return self.world.members.keys() - self.held - self.theirs - {(POOL, SHORTCODE)}

    def _watched(
        self,
        operation: str,
        program: Program,
        conditions: Conditions,
        condemned: set[str],
        forced: Collection[str] = (),
    ) -> tuple[Result | None, set[str]]:
        """Run a command that may change pools; return what it gave back too."""
        wanted = effective(program, self.stack.owned, forced)
        ours = {*self.held, *places_of(wanted), *places_of(program), *self.claimed}
        adopting = {number for each in wanted.values() if each.adopt for number in each.numbers}
        exclusive = {each.pool for each in program.values() if isinstance(each, Many) and each.exclusive}
        before, unrented, theirs, held = self.world.members, len(self.world.unrented), {*self.theirs}, self.held
        strays = self.strays
        self.claimed |= {*places_of(program), *places_of(wanted)}
        result = self.run(operation, registered(program), conditions, forced)
        live, gone = self.world.members, set(self.world.unrented[unrented:])
        if self.is_known_to_the_ledger(registered(program)):
            self.last_program = dict(program)
            # A number that was once to be adopted is as good as the stack's own, wherever, also when that run failed.
            self.theirs = {place for place in self.theirs if place[1] not in adopting}
        assert gone <= condemned
        assert len(gone) <= self.limit(conditions)
        for call in self.world.sandbox.calls:
            if call.method != "GET":
                place = MEMBER_PATH.findall(call.path)[0]
                removes = call.method == "DELETE" and (place[0] in exclusive or place[1] in adopting)
                assert place in ours or (removes and place in before)
        for place in theirs:
            # What is given back is in no pool any more, nor where other hands had put it too; and with a number of its
            # own that moves to where it is already, the stack does as with any.
            is_own = place[1] in gone or place[1] in {number for _, number in held}
            if is_own or place[1] in adopting or place[0] in exclusive:
                continue
            assert live.get(place) == before[place]
            assert place not in self.held
        assert (POOL, SHORTCODE) in live
        self.orphans |= self.strays - strays
        # Nobody knows any more that the stack ever claimed it; with --target the ledger is not asked.
        self.by_hands |= {place for place in self.orphans if place[1] not in self.history.since or conditions.targets}
        for places in (self.theirs, self.by_hands, self.orphans):
            places.intersection_update(live.keys() - self.held)
        if result is not None and result.succeeded and not conditions.targets:
            shown = shown_by(result)
            assert all(number not in self.rented or number in shown for number in condemned)
        return result, gone

    def _judge_told(
        self,
        program: Program,
        owned: list[dict[str, Any]],
        before: dict[Place, str],
        result: Result,
        conditions: Conditions,
    ) -> None:
        """Assert that what is not as it should be is told."""
        had = set(held_by_all(owned))
        shown = shown_by(result)
        if IN_DOUBT in shown:
            self.in_doubt |= {number for number in self.rented if number in shown}
        phantoms = {place for place in had if place not in before}
        strays = before.keys() - had
        if isinstance(conditions.trouble, Death):
            # What a plugin did while it died, nobody is left to tell: a number that it moved may be in two pools.
            self.in_doubt |= {place[1] for place in self.strays - strays if place[1] in {number for _, number in had}}
            return
        missing = [] if conditions.targets else untold(program, result, self.world.members)
        assert [place for place in missing if place not in phantoms] == []
        for place in self.strays - strays if not conditions.targets else ():
            assert not result.succeeded
            assert place[1] in shown

    def _judge_success(self, program: Program) -> None:
        """Assert that a run that ended well leaves everything as the program says."""
        wanted = places_of(program)
        assert {entry["urn"].rpartition("::")[2] for entry in self.stack.owned} == set(program)
        assert sorted(held_by_all(self.stack.owned)) == sorted(wanted)
        numbers = {number for _, number in wanted} - self.in_doubt
        assert {place for place in self.strays - self.by_hands if place[1] in numbers} == set()

    @property
    def _outside(self) -> tuple[object, object]:
        return self.world.members, self.world.unrented
