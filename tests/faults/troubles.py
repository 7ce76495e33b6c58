"""What can go wrong in a run: a fault of Plivo's at some call, or the death of a process there."""

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st
from pulumi_plivo.api.transport import Transport

from tests.faults.one_process import EngineDiedError, PluginDiedError
from tests.faults.test_every_fault import FAULTS

SEND = Transport.send
POSITIONS = st.sampled_from([1, 2, 3, 4, 5, 6, 8, 11])
FAULT = st.builds("* * nth={} times={} {}".format, POSITIONS, st.sampled_from([1, 99]), st.sampled_from(FAULTS))


class Death(NamedTuple):
    """Whose process dies, at which call to Plivo, and whether Plivo still gets the call."""

    victim: type[BaseException]
    position: int
    committed: bool


DEATH = st.builds(Death, st.sampled_from([PluginDiedError, EngineDiedError]), POSITIONS, st.booleans())
TROUBLES = st.none() | FAULT | DEATH
#: What follows a change of the program: often an `up`, with or without trouble.
WAIT = "wait"
THEN = st.just(WAIT) | TROUBLES
#: A fault as the sandbox takes it, a death, or none.
Trouble = str | Death | None


def dying_at(death: Death) -> Callable[..., Any]:
    """Return a `Transport.send` in which the process dies at one call."""
    left = death.position

    def dying(transport: Transport, *args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        answer = SEND(transport, *args, **kwargs) if left or death.committed else None
        if left == 0:
            raise death.victim
        return answer

    return dying
