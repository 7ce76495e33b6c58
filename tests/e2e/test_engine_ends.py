"""The engine ends in the middle of a run, or is told to: the plugin begins nothing more."""

import os
import pty
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import POOL, Account
from tests.e2e.stacks import Stack
from tests.e2e.test_killed import descendants, wait_for

MANY = [f"1415556{number:04}" for number in range(60)]
OTHERS = [f"1415557{number:04}" for number in range(2)]
ALL = f"PoolNumbers('many', number_pool_uuid=POOL, numbers={[*MANY, *OTHERS]}, unrent=True)"
FEW = f"PoolNumbers('many', number_pool_uuid=POOL, numbers={OTHERS}, unrent=True)"
#: Calls of one resource at a time, which may be on their way when the engine ends.
IN_FLIGHT = 16


class Terminal:
    """A terminal in which `up` runs; what it shows is read all the time, as a terminal does."""

    def __init__(self, stack: Stack, program: str) -> None:
        self._keyboard, screen = pty.openpty()
        self.process = stack.start_up(program, terminal=screen)
        os.close(screen)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._keyboard, keys)

    def hang_up(self) -> None:
        """Close the terminal: the kernel sends SIGHUP to its foreground group."""
        os.kill(self.process.pid, signal.SIGHUP)

    @property
    def plugins(self) -> list[int]:
        """The provider's processes."""
        return [pid for pid, words in descendants(self.process.pid) if b"pulumi.dynamic" in words]

    def _read(self) -> None:
        with suppress(OSError):
            while os.read(self._keyboard, 65536):
                pass


ENDS: dict[str, Callable[[Terminal], None]] = {
    "the terminal is closed": Terminal.hang_up,
    "the engine is killed": lambda terminal: terminal.process.kill(),
    "Ctrl-C": lambda terminal: terminal.type(b"\x03"),
}


@pytest.fixture
def giving_up(stack: Stack, sandbox: RunningSandbox, account: Account) -> Terminal:
    """A run, on a terminal of its own, that gives back sixty numbers and has begun to."""
    account.rent([*MANY, *OTHERS])
    assert stack.up(ALL).succeeded
    stack.environment["PLIVO_MAX_UNRENTS"] = "100"
    sandbox.calls.clear()
    sandbox.add_fault("DELETE * delay-answer=1")
    terminal = Terminal(stack, FEW)
    wait_for(lambda: any(call.method == "DELETE" for call in sandbox.calls))
    return terminal


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_once_the_engine_ends_nothing_more_is_given_back(
    giving_up: Terminal, stack: Stack, account: Account, sandbox: RunningSandbox, end: Callable[[Terminal], None]
) -> None:
    plugins = giving_up.plugins
    assert plugins
    end(giving_up)
    giving_up.process.wait(60)
    wait_for(lambda: not any(is_running(pid) for pid in plugins))
    assert 0 < len([call for call in sandbox.calls if call.method == "DELETE"]) <= IN_FLIGHT
    assert len(account.unrented) <= IN_FLIGHT
    sandbox.clear_faults()
    stack.unlock()
    left = [digits for digits in MANY if digits in account.rented]
    kept = stack.up(f"PoolNumbers('many', number_pool_uuid=POOL, numbers={[*left, *OTHERS]}, unrent=True)")
    assert kept.succeeded, kept.errors
    assert set(account.numbers(POOL)) == {*left, *OTHERS}


def is_running(pid: int) -> bool:
    """Whether a process is there, and more than the memory of one."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
