"""A stack that is run under conditions: a trouble, an order of its threads, a policy, and what it is about."""

import math
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import pytest
from plivo_sandbox.engine.result import Result
from pulumi_plivo.plans.claim import read_claims
from pulumi_plivo.plans.history import History, read_history

from tests.faults.conftest import World
from tests.faults.declaring import Declared
from tests.faults.fast_stack import FastStack
from tests.faults.judging import assert_fit_to_be_read
from tests.faults.one_process import EngineDiedError
from tests.faults.powerpacks import is_powerpack
from tests.faults.programs import Place, held_by_all
from tests.faults.troubles import Trouble

DEFAULT_LIMIT = 10
#: How config is told from environment in a policy.
CONFIG = "plivo:"


class Conditions(NamedTuple):
    """How a run goes.

    Attributes:
        trouble: What befalls it.
        order: The seed of the order of its threads; None for one resource after the other.
        policy: Its environment, and config of the stack for it.
        targets: The names of what it is about; none for everything.
        skip_preview: Whether nothing looks before it begins, though resources are protected.
    """

    trouble: Trouble = None
    order: int | None = None
    policy: tuple[tuple[str, str], ...] = ()
    targets: tuple[str, ...] = ()
    skip_preview: bool = False


#: Without any trouble.
CALM = Conditions()


class RunningStack:
    """A stack that is run under conditions, and what is known of it from outside.

    Attributes:
        by_hands: What other hands put into a pool.
        theirs: What of that they put there while the stack did not claim it, and that it never took over.
    """

    def __init__(self, world: World, stack: FastStack) -> None:
        self.world = world
        self.stack = stack
        self.by_hands: set[Place] = set()
        self.theirs: set[Place] = set()

    def by_hand(self, action: str, place: Place) -> None:
        """Note what other hands did to a place."""
        for places in (self.theirs, self.by_hands):
            places.discard(place)
        if action == "add":
            self.by_hands.add(place)
        given_up = {number for number, (_, end) in self.history.gaps.items() if end == math.inf}
        is_claimed = place[1] in self.history.since.keys() - given_up
        if action == "add" and not is_claimed and place not in self.held:
            self.theirs.add(place)

    @property
    def members(self) -> list[dict[str, Any]]:
        """What the state has of pools' members."""
        return [entry for entry in self.stack.owned if not is_powerpack(entry)]

    @property
    def held(self) -> set[Place]:
        """The places that the state has."""
        return set(held_by_all(self.members))

    @property
    def history(self) -> History:
        """What the ledger in the state keeps of earlier programs."""
        ledger = self.stack.ledger
        return read_history(ledger["outputs"].get("claims") if ledger else None)

    @property
    def rented(self) -> set[str]:
        return set(self.world.rented)

    def limit(self, conditions: Conditions) -> int:
        """Return how many numbers a run may give back."""
        policy = dict(conditions.policy)
        if policy.get("PLIVO_ALLOW_UNRENT") == "false":
            return 0
        return int(policy.get("PLIVO_MAX_UNRENTS", DEFAULT_LIMIT))

    def is_known_to_the_ledger(self, program: Sequence[Declared]) -> bool:
        """Whether the ledger in the state has what a program claims."""
        known = read_claims(self.stack.ledger["inputs"].get("claims")) if self.stack.ledger else []
        return sorted(known, key=str) == sorted((each.claim for each in program), key=str)

    def run(
        self, operation: str, program: Sequence[Declared], conditions: Conditions, forced: Collection[str] = ()
    ) -> Result | None:
        """Run a command, and return None when the engine died."""
        self.world.sandbox.calls.clear()
        if isinstance(conditions.trouble, str):
            self.world.sandbox.add_fault(conditions.trouble)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in conditions.policy:
                if not name.startswith(CONFIG):
                    patch.setenv(name, value)
            try:
                result = self.stack.run(
                    operation,
                    program,
                    replace=forced,
                    targets=conditions.targets,
                    trouble=conditions.trouble,
                    order=conditions.order,
                    skip_preview=conditions.skip_preview and operation in ("up", "destroy"),
                    settings=tuple(each for each in conditions.policy if each[0].startswith(CONFIG)),
                )
            except EngineDiedError:
                return None
            finally:
                self.world.sandbox.clear_faults()
        assert_fit_to_be_read(result)
        return result
