"""Whether the engine that started this process still runs, and has not been told to stop: asked before every call."""

import contextlib
import os
import select
import stat
import sys
import threading
import time

from pulumi_plivo.api import NotSentError

#: Seconds between two looks at the engine during a wait.
LOOK = 0.2


class Lifeline:
    """What ties the plugin to its engine.

    An engine that ends without a word (a closed terminal, a kill) leaves its plugins running. They notice by two things
    that hold on Linux and macOS: another process is their parent, or nobody holds the other end of their standard
    output any more, also where a shell stands between. On Windows neither can be told.
    """

    def __init__(self) -> None:
        self._parent: int | None = None
        self._cancelled = threading.Event()
        self._output: int | None = None
        self._is_attached = False

    def attach(self) -> None:
        """Watch the engine of this process, if this is a plugin's; called when it is configured."""
        main = sys.modules.get("__main__")
        servicer = getattr(main, "DynamicResourceProviderServicer", None)
        if servicer is None or self._is_attached:
            return
        self._is_attached = True
        self._parent = os.getppid()
        with contextlib.suppress(OSError, ValueError):
            output = sys.__stdout__.fileno() if sys.__stdout__ is not None else -1
            if stat.S_ISFIFO(os.fstat(output).st_mode):
                self._output = output
        # The SDK has bound the method already, and it does nothing: only its code can still be told.
        servicer.Cancel.__code__ = _cancel.__code__
        threading.Thread(target=self._end_with_engine, name="plivo-lifeline", daemon=True).start()

    def cancel(self) -> None:
        """Note that the engine was told to stop."""
        self._cancelled.set()

    def reset(self) -> None:
        """Forget that the engine was told to stop: another run begins."""
        self._cancelled.clear()

    def permit(self, method: str) -> None:
        """Make sure that a call may be begun. Raises NotSentError.

        After a cancel nothing that changes anything is begun; what tells how things stand still is.
        """
        if self._is_orphan():
            raise NotSentError("Pulumi's engine, which asked for it, has ended")
        if method != "GET" and self._cancelled.is_set():
            raise NotSentError("the run was cancelled")

    def wait(self, seconds: float) -> None:
        """Wait, for as long as the engine runs and was not told to stop. Raises NotSentError."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.permit("wait")
            self._cancelled.wait(min(left, LOOK))
        self.permit("wait")

    def _end_with_engine(self) -> None:
        """End this process once its engine has: nobody would read an answer, and nothing else ends it."""
        while not self._is_orphan():
            time.sleep(LOOK)
        os._exit(1)

    def _is_orphan(self) -> bool:
        if self._parent is not None and os.getppid() != self._parent:
            return True
        if self._output is None or not hasattr(select, "poll"):
            return False
        poll = select.poll()
        poll.register(self._output, 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _cancel(self, request, context):  # type: ignore[no-untyped-def]  # noqa: ARG001 - gRPC's form
    from google.protobuf import empty_pb2

    from pulumi_plivo.lifeline import lifeline

    lifeline.cancel()
    return empty_pb2.Empty()


lifeline = Lifeline()
