"""How a number that a resource wants comes into its pool: one table for single resources and for lists."""

from enum import Enum, auto
from typing import NamedTuple


class Step(Enum):
    """What is done for one number."""

    KEEP = auto()
    ADD = auto()
    MOVE = auto()
    TAKE_OVER = auto()
    ADOPT = auto()
    REFUSE = auto()


class Arrival(NamedTuple):
    """What is done for one number, and the pool that it is pulled out of, if any."""

    step: Step
    source: str | None = None


def arrival(*, pool: str, own: str | None, is_live: bool, is_ours: bool, held_in: str | None, adopts: bool) -> Arrival:
    """Decide.

    Args:
        pool: The pool in which the resource wants the number.
        own: The pool in which the resource's own state has it; None if it does not.
        is_live: Whether the number is in the pool.
        is_ours: Whether it is there through another resource of this stack, as far as the pool and the ledger tell.
        held_in: Another pool in which it is through another resource of this stack.
        adopts: Whether the resource may take over what is there by other hands.
    """
    if own == pool:
        return Arrival(Step.KEEP)
    if own is not None:
        return Arrival(Step.MOVE, own)
    if not is_live:
        return Arrival(Step.MOVE, held_in) if held_in else Arrival(Step.ADD)
    if is_ours:
        return Arrival(Step.TAKE_OVER, held_in)
    return Arrival(Step.ADOPT, held_in) if adopts else Arrival(Step.REFUSE)
