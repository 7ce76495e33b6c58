"""What can go wrong in a run: a fault of Plivo's at some call, the death of a process there, or a Ctrl-C."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from plivo_sandbox.engine.cancellation import Cancellation
from plivo_sandbox.engine.run import Run
from plivo_sandbox.server.faults import ACTIONS
from pulumi_plivo.api.exchanges import Exchanges
from pulumi_plivo.lifeline import lifeline

from tests.faults.one_process import EngineDiedError, PluginDiedError

#: A lying 404 is no fault but another truth, so it is not among the statuses.
STATUSES = (302, 400, 401, 403, 429, 500)
FAULTS = [
    *(name for name, action in ACTIONS.items() if not action.argument),
    *(f"status={status}" for status in STATUSES),
    "status-after=503",
    "status=429 header=Retry-After:1",
]


def alternating_faults(positions: Iterable[int], *, lasts: bool = True) -> Iterator[str]:
    """Yield each fault at the calls of these positions, from 0: every second one lasts, at the next call the others."""
    for position in positions:
        for kind, fault in enumerate(FAULTS):
            times = 99 if lasts and (position + kind) % 2 else 1
            yield f"* * nth={position + 1} times={times} {fault}"


class Terminal:
    """Where the user of the runs sits, who may press Ctrl-C."""

    def __init__(self) -> None:
        self._latest: tuple[Cancellation, Run] | None = None

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Know of each run from now on."""
        begin = Cancellation.begin

        def noted(cancellation: Cancellation, run: Run) -> None:
            self._latest = cancellation, run
            begin(cancellation, run)

        patch.setattr(Cancellation, "begin", noted)

    def cancel(self) -> None:
        """Do at once what a Ctrl-C leads to, in the plugin too."""
        assert self._latest is not None
        cancellation, run = self._latest
        cancellation._received.append("Ctrl-C")
        run.screen.result.cancelled = True
        run.stopped.set()
        lifeline.cancel()


terminal = Terminal()


class Death(NamedTuple):
    """Whose process dies, at which try of a call to Plivo, and whether Plivo still gets that."""

    victim: type[BaseException]
    position: int
    committed: bool


class CtrlC(NamedTuple):
    """At which try of a call to Plivo the user gives up."""

    position: int


#: A fault as the sandbox takes it, a death, a Ctrl-C, or none.
Trouble = str | Death | CtrlC | None

POSITIONS = st.sampled_from([1, 2, 3, 4, 5, 6, 8, 11])
FAULT = st.builds("* * nth={} times={} {}".format, POSITIONS, st.sampled_from([1, 99]), st.sampled_from(FAULTS))
DEATH = st.builds(Death, st.sampled_from([PluginDiedError, EngineDiedError]), POSITIONS, st.booleans())
CTRL_C = st.builds(CtrlC, POSITIONS)
TROUBLES = st.none() | FAULT | DEATH | CTRL_C


@contextmanager
def at_every_try(before: Callable[[], None], after: Callable[[], None]) -> Iterator[None]:
    """Call something before and after each try of a call to Plivo inside."""

    make = Exchanges.make

    def watched(exchanges: Exchanges, *call: Any) -> Any:
        before()
        answer = make(exchanges, *call)
        after()
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Exchanges, "make", watched)
        yield


class Misfortune:
    """What befalls a run at its tries of calls."""

    def __init__(self, trouble: Trouble) -> None:
        self._trouble = trouble
        self._left = 0 if trouble is None or isinstance(trouble, str) else trouble.position
        self._death: BaseException | None = None

    def before(self) -> None:
        """Let happen what happens before a try. Raises what the process dies of."""
        self.check()
        self._left -= 1
        if self._left != 0:
            return
        if isinstance(self._trouble, CtrlC):
            terminal.cancel()
        elif isinstance(self._trouble, Death) and not self._trouble.committed:
            self._death = self._trouble.victim()
            raise self._death

    def after(self) -> None:
        """Let happen what happens after an answer. Raises what the process dies of."""
        self.check()
        if self._left == 0 and isinstance(self._trouble, Death):
            self._death = self._trouble.victim()
            raise self._death

    def check(self) -> None:
        """Make sure that the process lives. Raises what it died of."""
        if self._death is not None:
            raise self._death
