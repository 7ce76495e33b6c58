"""A stack with Powerpacks, and numbers to be rented, whose every run is watched: after each it is judged."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from plivo_sandbox.engine.result import Result
from pulumi_plivo.plans.claim import LEFT

from tests.conftest import AUTH_ID, OTHER_POOL, POOL
from tests.faults.conftest import World
from tests.faults.fast_stack import FastStack
from tests.faults.judging import MEMBER_PATH, POWERPACK_PATH, given_up, shown_by, untold
from tests.faults.powerpacks import NOTHING, WholeProgram, is_powerpack, name_of, pools_of
from tests.faults.programs import Many, Place, held_by, held_by_all, places_of
from tests.faults.running_stack import CALM, CONFIG, Conditions, RunningStack
from tests.faults.troubles import Death

DEFAULT_RENTS = 10
#: Pools that programs name by their uuids.
NAMED_POOLS = (POOL, OTHER_POOL)


class Outside(NamedTuple):
    """What Plivo has.

    Attributes:
        members: Each number of a pool, by pool and digits, with its service.
        packs: The name and the pool of each Powerpack, by its uuid.
        unrented: The numbers that were given back, in order.
    """

    members: dict[Place, str]
    packs: dict[str, tuple[str, str]]
    rented: frozenset[str]
    unrented: tuple[str, ...]

    def places_in(self, pool: str) -> set[Place]:
        """Return what is in a pool."""
        return {place for place in self.members if place[0] == pool}


class WatchedPowerpacks(RunningStack):
    """A stack, its Powerpacks and pools, and what is known of all from outside.

    Attributes:
        last_program: The latest of which the ledger knows.
        claimed: Every place, and every Powerpack's name, that a program of the stack has ever wanted.
        orphans: What a run that did not end well has put into a Powerpack's pool, whose uuid the ledger never knew, and
            that is in no state.
        in_doubt: Numbers of which a run has said that it does not know in which pool they are.
    """

    def __init__(self, world: World, stack: FastStack) -> None:
        super().__init__(world, stack)
        self.last_program = NOTHING
        self.claimed: set[Place] = set()
        self.names: set[str] = set()
        self.in_doubt: set[str] = set()
        self.orphans: set[Place] = set()

    @property
    def outside(self) -> Outside:
        """What Plivo has now."""
        world = self.world
        packs = world.sandbox.powerpacks(AUTH_ID)
        return Outside(world.members, packs, frozenset(world.rented), tuple(world.unrented))

    def refresh(self, conditions: Conditions) -> Result | None:
        """Run `refresh`, which changes nothing at Plivo."""
        before = self.outside
        result = self.run("refresh", [], conditions)
        assert self.outside == before
        return result

    def preview(self, program: WholeProgram, conditions: Conditions) -> Result | None:
        """Run `preview`, which changes nothing, and spends nothing."""
        before = self.outside, self.stack.owned
        result = self.run("preview", program.declared, conditions)
        assert (self.outside, self.stack.owned) == before
        assert all(call.method == "GET" for call in self.world.sandbox.calls)
        return result

    def up(self, program: WholeProgram, conditions: Conditions = CALM, forced: Collection[str] = ()) -> Result | None:
        """Run `up`; what it gives back was named by a preview."""
        owned, before = self.stack.owned, self.outside
        condemned = self._condemned(program, before)
        named = ""
        if condemned:
            foreseen = self.preview(program, Conditions(policy=conditions.policy, targets=conditions.targets))
            assert foreseen is not None
            named = shown_by(foreseen)
        result = self._watched("up", program, conditions, condemned, forced)
        after = self.outside
        assert all(number in named for number in after.unrented[len(before.unrented) :])
        if result is not None and not isinstance(conditions.trouble, Death):
            self._judge_told(program, owned, before, result, conditions)
        if result is not None and result.succeeded and not conditions.targets:
            self._judge_success(program, condemned, result)
        return result

    def destroy(self, conditions: Conditions = CALM) -> Result | None:
        """Run `destroy`."""
        before, owned = self.outside, self.stack.owned
        result = self._watched("destroy", NOTHING, conditions, self._condemned(NOTHING, before, is_destroy=True))
        if result is not None and result.succeeded and not conditions.targets:
            assert self.stack.owned == []
            assert not {entry["id"] for entry in owned if is_powerpack(entry)} & self.outside.packs.keys()
        return result

    @property
    def looks_for_more(self) -> bool:
        """Whether the ledger looks in each run for what earlier ones may have left over."""
        ledger = self.stack.ledger
        return ledger is not None and LEFT in ledger["inputs"]["claims"]

    def _condemned(self, program: WholeProgram, before: Outside, *, is_destroy: bool = False) -> set[str]:
        """Return what a run may give back: what nobody wants of what says `unrent`, or is in a pool that leaves so."""
        owned = self.stack.owned
        kept = {*program.packs} | {alias for pack in program.packs.values() for alias in pack.aliases}
        names = {pack.name for pack in program.packs.values()}
        going = {
            number
            for entry in owned
            if is_powerpack(entry) and entry["outputs"]["unrent_numbers"]
            if name_of(entry) not in kept and entry["outputs"]["name"] not in names
            for _, number in before.places_in(str(entry["outputs"]["number_pool_uuid"]))
        }
        # A destroy asks nobody beforehand, and a Powerpack may go before a member whose pool is a text: see the docs.
        known = [entry for entry in self.members if not is_destroy or _hangs_on_a_powerpack(entry)]
        going -= {number for entry in known if not entry["outputs"].get("unrent") for _, number in held_by(entry)}
        protected = {number for entry in known if _is_protected(entry, program) for _, number in held_by(entry)}
        return (going | given_up(program.members, self.members)) - program.numbers - protected

    def _watched(
        self,
        operation: str,
        program: WholeProgram,
        conditions: Conditions,
        condemned: set[str],
        forced: Collection[str] = (),
    ) -> Result | None:
        """Run a command that may change what is at Plivo, and assert what must hold whatever went wrong."""
        owned, before, held = self.stack.owned, self.outside, self.held
        theirs = self.theirs & before.members.keys()
        already = len(self.world.sandbox.rentings)
        self.names |= {pack.name for pack in program.packs.values()}
        result = self.run(operation, program.declared, conditions, forced)
        after = self.outside
        if self.is_known_to_the_ledger(program.declared):
            self.last_program = program
        gone = after.unrented[len(before.unrented) :]
        assert set(gone) <= condemned
        assert len(gone) <= self.limit(conditions)
        self._judge_spending(program, before, after, already, conditions)
        self._judge_powerpacks(program, owned, before, after)
        pools = self._possible_pools(program, before, after)
        self.claimed |= {place for each in pools for place in places_of(program.with_pools(each))}
        self._judge_calls(program, owned, before, held)
        self._judge_theirs(program, before, after, theirs, held)
        if result is None or not result.succeeded:
            made = {place for place in after.members.keys() - before.members.keys() if place[0] not in NAMED_POOLS}
            self.orphans |= made - self.held
        self.orphans &= after.members.keys()
        return result

    def _possible_pools(self, program: WholeProgram, *moments: Outside) -> list[dict[str, str]]:
        """Return the pools that those of the program's Powerpacks may have been in this run."""
        by_name = [
            {
                resource: pool
                for resource, pack in program.packs.items()
                for name, pool in moment.packs.values()
                if name == pack.name
            }
            for moment in moments
        ]
        return [*by_name, pools_of(self.stack.owned)]

    def _judge_spending(
        self, program: WholeProgram, before: Outside, after: Outside, already: int, conditions: Conditions
    ) -> None:
        """Assert that money was spent at most once for each number, and only for what may be rented."""
        policy = dict(conditions.policy)
        may_rent = {number for each in program.members.values() if each.rent for number in each.numbers}
        bought, asked = after.rented - before.rented, self.world.sandbox.rentings[already:]
        assert bought <= may_rent
        assert {each.number for each in asked} <= may_rent
        assert not any(each.was_rented for each in asked)
        assert len(asked) == len({each.number for each in asked})
        assert len(bought) <= int(policy.get(f"{CONFIG}maxRents", DEFAULT_RENTS))
        assert not (bought and policy.get("PLIVO_ALLOW_RENT") == "false")

    def _judge_powerpacks(
        self, program: WholeProgram, owned: list[dict[str, Any]], before: Outside, after: Outside
    ) -> None:
        """Assert that none was made twice, and that none went which the stack has not or the program wants."""
        had, has = (Counter(name for name, _ in moment.packs.values()) for moment in (before, after))
        assert all(count <= max(had[name], 1) for name, count in has.items())
        mine = {entry["id"] for entry in [*owned, *self.stack.owned] if is_powerpack(entry)}
        lost = before.packs.keys() - after.packs.keys()
        assert lost <= mine
        assert {before.packs[uuid][0] for uuid in lost}.isdisjoint(pack.name for pack in program.packs.values())
        assert {name for name in has if has[name] > had[name]} <= {pack.name for pack in program.packs.values()}

    def _judge_calls(
        self, program: WholeProgram, owned: list[dict[str, Any]], before: Outside, held: set[Place]
    ) -> None:
        """Assert that nothing was sent about what is not the stack's."""
        adopting = {number for each in program.members.values() if each.adopt for number in each.numbers}
        exclusive = {place[0] for place in self.claimed} if _is_exclusive(program) else set()
        own = {entry["id"] for entry in [*owned, *self.stack.owned] if is_powerpack(entry)}
        own |= {uuid for uuid, (name, _) in before.packs.items() if name in self.names}
        for call in self.world.sandbox.calls:
            if call.method == "GET" or call.path.endswith("/Powerpack/"):
                continue
            if found := POWERPACK_PATH.search(call.path):
                assert found[1] in own
                continue
            place = MEMBER_PATH.findall(call.path)[0]
            removes = call.method == "DELETE" and (place[0] in exclusive or place[1] in adopting)
            assert place in self.claimed | held or (removes and place in before.members)

    def _judge_theirs(
        self, program: WholeProgram, before: Outside, after: Outside, theirs: set[Place], held: set[Place]
    ) -> None:
        """Assert that what other hands put somewhere is there still, unless somebody asked for what became of it."""
        adopting = {number for each in program.members.values() if each.adopt for number in each.numbers}
        if self.last_program is program:
            self.theirs = {place for place in self.theirs if place[1] not in adopting}
        emptied = {pool for uuid, (_, pool) in before.packs.items() if uuid not in after.packs}
        exclusive = {place[0] for place in self.claimed} if _is_exclusive(program) else set()
        own = {number for _, number in held} | adopting | {*after.unrented}
        for place in theirs:
            if place[1] in own or place[0] in exclusive | emptied:
                continue
            assert after.members.get(place) == before.members[place]
            assert place not in self.held
        for places in (self.theirs, self.by_hands):
            places.intersection_update(after.members.keys() - self.held)

    def _judge_told(
        self,
        program: WholeProgram,
        owned: list[dict[str, Any]],
        before: Outside,
        result: Result,
        conditions: Conditions,
    ) -> None:
        """Assert that what is not as it should be is told: what is missing, what costs money for nothing."""
        after, shown = self.outside, shown_by(result)
        held = {number for _, number in self.held}
        assert all(number in shown for number in after.rented - before.rented - held)
        was_held = {place for entry in owned if not is_powerpack(entry) for place in held_by(entry)}
        mine = {entry["id"] for entry in owned if is_powerpack(entry)}
        emptied = {pool for uuid, (_, pool) in before.packs.items() if uuid in mine and uuid not in after.packs}
        left = {place for place in before.members.keys() - was_held if place[0] in emptied}
        inside = {number for _, number in after.members}
        assert [number for _, number in left if number not in inside and number not in shown] == []
        self.in_doubt |= {number for number in after.rented if number in shown and IN_DOUBT in shown}
        if conditions.targets:
            return
        wanted = program.with_pools(pools_of(self.stack.owned))
        missing = untold(wanted, result, after.members)
        assert [place for place in missing if place not in was_held or place in before.members] == []

    def _judge_success(self, program: WholeProgram, condemned: set[str], result: Result) -> None:
        """Assert that a run that ended well leaves everything as the program says."""
        wanted = places_of(program.with_pools(pools_of(self.stack.owned)))
        assert {name_of(entry) for entry in self.stack.owned} == {*program.packs, *program.members}
        assert sorted(held_by_all(self.members)) == sorted(wanted)
        numbers = {number for _, number in wanted} - self.in_doubt
        elsewhere = self.world.members.keys() - self.held - self.by_hands - self.orphans
        assert {place for place in elsewhere if place[1] in numbers} == set()
        shown = shown_by(result)
        assert all(number not in self.rented or number in shown for number in condemned)


#: Part of what a move says whose answer was lost, and that could not be looked up: a refresh ends it where it is.
IN_DOUBT = "which pool it is in is not known"


def _is_exclusive(program: WholeProgram) -> bool:
    return any(isinstance(each, Many) and each.exclusive for each in program.members.values())


def _is_protected(entry: Mapping[str, Any], program: WholeProgram) -> bool:
    """Whether Pulumi protects a resource of a state, and the program does not take that away."""
    declared = program.members.get(name_of(entry))
    return entry.get("protect") is True and not entry.get("delete") and (declared is None or declared.protect)


def _hangs_on_a_powerpack(entry: Mapping[str, Any]) -> bool:
    return any("Powerpack::" in urn for urn in entry.get("dependencies") or ())
