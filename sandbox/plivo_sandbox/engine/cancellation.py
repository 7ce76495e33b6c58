"""Ctrl-C and SIGTERM during a run, as the CLI takes them: the first cancels, the second ends.

SIGHUP, of a terminal that is closed, is left to do what it does: the engine dies, as the CLI's does.
"""

import signal
import threading

from plivo_sandbox.engine.run import Run

NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}
CANCELLING = (
    "cancelling: what is under way is finished, nothing more is begun. Once more, and it ends at once, with what is"
    " under way perhaps done and not recorded"
)
CANCELLED = "cancelled: what was under way has been finished and recorded, nothing more was begun"
ENDED = "ended at once: what was under way may have been done, and is not recorded"


class Cancellation:
    """What the signals that arrive during one run lead to."""

    def __init__(self) -> None:
        self._received: list[str] = []
        self._run: Run | None = None
        # No lock of the main thread's may be waited for in a handler: it interrupts that very thread.
        self._responding = threading.Lock()

    def begin(self, run: Run) -> None:
        """Name what is to be cancelled; what has arrived before counts."""
        self._run = run
        for name in self._received[:1]:
            self._cancel(run, name)

    def finish(self) -> None:
        """Say what a cancelled run has left; what arrives from now on has nothing to cancel."""
        with self._responding:
            run, self._run = self._run, None
        if run is not None and run.screen.result.cancelled:
            run.screen.error(CANCELLED if len(self._received) == 1 else ENDED)

    def take(self, number: signal.Signals) -> None:
        """Respond to a signal."""
        self._received.append(NAMES[number])
        if self._run is not None:
            threading.Thread(target=self._respond, args=(len(self._received), self._received[-1])).start()

    def _respond(self, count: int, name: str) -> None:
        with self._responding:
            run = self._run
            if run is None or count > 2:
                return
            if count == 1:
                self._cancel(run, name)
                return
            run.plugin.listen_no_more()
            run.screen.notice(f"{name}: ending at once")
        run.plugin.end()

    def _cancel(self, run: Run, name: str) -> None:
        run.screen.result.cancelled = True
        run.stopped.set()
        run.screen.notice(f"{name}: {CANCELLING}")
        # A plugin with its hands full answers late: nobody waits for it.
        threading.Thread(target=run.plugin.cancel, daemon=True).start()
