"""One run at a time on one stack."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.private_files import FOLDER_MODE, LinkError, open_private


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the stack with this state file; the system lets go of it when the process dies, however it does.

    Raises:
        EngineError: another run holds it, or a link is in the place of the file that says so.
    """
    state.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    try:
        descriptor = open_private(state.with_name(state.name + ".lock"), os.O_RDWR | os.O_CREAT)
    except LinkError as error:
        raise EngineError(str(error)) from error
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = file.read().strip() or "unknown"
            raise EngineError(
                f"stack {state.stem} is being changed by another run (process {holder}): wait for it to end"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
