"""When the program that runs has ended, and whether in an error: what it declares is known by then."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from pulumi.runtime.stack import Stack

#: Seconds that a program may wait for something of its own between two resources.
LONGEST = 10.0


class ProgramEnd:
    """The end of a program, which Pulumi's SDK tells by registering the stack's outputs, also after an error.

    Args:
        stack: The program's.
        then: Called at an end without an error, while resources can still be registered.
    """

    def __init__(self, stack: Stack, then: Callable[[], object]) -> None:
        self._is_over = asyncio.Event()
        self._failed = False
        # Whoever runs the program may do so while another error is handled.
        known, register = sys.exc_info()[1], stack.register_outputs

        def register_outputs(outputs: Any) -> None:
            self._failed = sys.exc_info()[1] is not known
            self._is_over.set()
            if not self._failed:
                then()
            register(outputs)

        stack.__dict__["register_outputs"] = register_outputs

    async def is_reached(self) -> bool:
        """Wait for the end, and return whether all of the program has run.

        A program may wait for a resource before it declares the next, which is not registered before this returns: so
        this waits 10 seconds at most.
        """
        try:
            await asyncio.wait_for(self._is_over.wait(), LONGEST)
        except asyncio.TimeoutError:
            return False
        return not self._failed
