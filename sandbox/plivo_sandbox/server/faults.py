"""Faults to inject: how one is written, and which call it strikes."""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

#: What follows an action's `=`.
NOTHING, SECONDS, STATUS = "", "SECONDS", "NNN"

HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# All that a browser shows and does not run; of two types in one header it could take either.
INERT = re.compile(r"(application/([a-z0-9.-]+\+)?json|text/plain|application/octet-stream)( *; *charset=[a-z0-9-]+)?")


@dataclass(frozen=True)
class Action:
    """A way for a call to go wrong. `committed` tells whether the call has its effect all the same."""

    argument: str
    committed: bool
    meaning: str


ACTIONS: Mapping[str, Action] = {
    "drop": Action(NOTHING, False, "the connection is closed without an answer"),
    "drop-answer": Action(NOTHING, True, "the connection is closed without an answer"),
    "delay": Action(SECONDS, True, "the call waits before it is acted on"),
    "delay-answer": Action(SECONDS, True, "the answer waits after the call was acted on"),
    "truncate": Action(
        NOTHING, True, "headers with the full `Content-Length`, half of the body, then the connection is closed"
    ),
    "empty": Action(NOTHING, True, "200 with an empty body"),
    "status": Action(STATUS, False, "this status, with `body` and `header`s if given"),
    "status-after": Action(STATUS, True, "this status, with `body` and `header`s if given"),
}


class FaultError(ValueError):
    """A fault that is not written as the table has it."""


@dataclass
class Fault:
    """One fault, and how many matching calls it has seen.

    It strikes `times` matching calls (None: all) from the `nth` on, which is 1 for the first since it was added.
    """

    specification: str
    method: str
    path: str
    action: str
    nth: int = 1
    times: int | None = None
    seconds: float = 0.0
    status: int = 0
    body: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    seen: int = 0

    @property
    def committed(self) -> bool:
        """Tell whether the call has its effect."""
        return ACTIONS[self.action].committed

    @property
    def struck(self) -> int:
        """Count the calls it has struck."""
        return max(0, min(self.seen - self.nth + 1, self.seen if self.times is None else self.times))

    def strikes(self, method: str, path: str) -> bool:
        """Tell whether a call is struck, and count it when it matches."""
        if self.method not in ("*", method) or not fnmatchcase(path, self.path):
            return False
        before = self.struck
        self.seen += 1
        return self.struck > before

    def as_dict(self) -> dict[str, Any]:
        """Return what the admin call shows."""
        return {"fault": self.specification, "seen": self.seen, "struck": self.struck}


class Faults:
    """The faults in force, in the order they were added."""

    def __init__(self, specifications: Iterable[str] = ()) -> None:
        """Put the faults in force; raises `FaultError`."""
        self._faults = [parse_fault(specification) for specification in specifications]

    def add(self, specification: str) -> None:
        """Put a fault in force; raises `FaultError`."""
        self._faults.append(parse_fault(specification))

    def clear(self) -> None:
        """Forget every fault."""
        self._faults = []

    def for_call(self, method: str, path: str) -> Fault | None:
        """Return the fault that strikes a call; every fault that matches counts it, the one added first strikes."""
        striking = [fault for fault in self._faults if fault.strikes(method, path)]
        return striking[0] if striking else None

    def as_list(self) -> list[dict[str, Any]]:
        """Return what the admin call shows."""
        return [fault.as_dict() for fault in self._faults]


def parse_fault(specification: str) -> Fault:
    """Read `METHOD PATH [nth=K] [times=N] ACTION[=ARGUMENT] [body=TEXT] [header=NAME:VALUE]...`; raises `FaultError`.

    Words are split as a shell splits them, so a body with spaces is quoted. PATH is a glob in which `*` matches
    anything, slashes too. Without `nth`, every matching call is struck; with it only that one, unless `times` is given.
    """
    try:
        words = shlex.split(specification)
    except ValueError as error:
        raise _wrong(specification, str(error)) from None
    if len(words) < 3:
        raise _wrong(specification, "it needs a method, a path and an action")
    method, path, *rest = words
    fault = Fault(specification, method.upper(), path, "")
    named: dict[str, str] = {}
    for word in rest:
        name, equals, value = word.partition("=")
        if name in ACTIONS and not fault.action:
            _set_action(fault, name, value)
        elif name == "header":
            fault.headers.append(_header(specification, value))
        elif name in ("nth", "times", "body") and equals and name not in named:
            named[name] = value
        else:
            raise _wrong(specification, f"{word!r} is not known here")
    _set_options(fault, named)
    return fault


def _set_options(fault: Fault, named: Mapping[str, str]) -> None:
    if not fault.action:
        raise _wrong(fault.specification, f"it has no action; there are: {', '.join(ACTIONS)}")
    fault.body = named.get("body")
    if (fault.headers or fault.body is not None) and not fault.status:
        raise _wrong(fault.specification, "only status and status-after take a body and headers")
    if fault.body and fault.status in (204, 304):
        raise _wrong(fault.specification, f"an answer with status {fault.status} has no body")
    fault.nth = _positive(fault.specification, named.get("nth", "1"))
    if "times" in named:
        fault.times = _positive(fault.specification, named["times"])
    elif "nth" in named:
        fault.times = 1


def _set_action(fault: Fault, name: str, value: str) -> None:
    argument = ACTIONS[name].argument
    fault.action = name
    if argument == SECONDS:
        try:
            fault.seconds = float(value)
        except ValueError:
            fault.seconds = -1.0
        if not 0 <= fault.seconds <= 3600:
            raise _wrong(fault.specification, f"{name} needs seconds, 0 to 3600")
    elif argument == STATUS:
        if not (value.isascii() and value.isdigit() and 200 <= int(value) <= 599):
            raise _wrong(fault.specification, f"{name} needs a status, 200 to 599")
        fault.status = int(value)
    elif value:
        raise _wrong(fault.specification, f"{name} takes no value")


def _header(specification: str, text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not (colon and HEADER_NAME.fullmatch(name) and value.isascii() and value.isprintable()):
        raise _wrong(specification, f"a header is written NAME:VALUE, not {text!r}")
    if name.lower() in ("content-length", "transfer-encoding"):
        raise _wrong(specification, f"{name} follows from the body")
    if name.lower() == "x-content-type-options":
        raise _wrong(specification, f"{name} is nosniff on every answer")
    if name.lower() == "content-type" and not INERT.fullmatch(value.lower()):
        raise _wrong(specification, f"a browser could run {value!r}; there are application/json and text/plain")
    return name, value


def _positive(specification: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise _wrong(specification, "nth and times are whole numbers from 1")
    return int(text)


def _wrong(specification: str, why: str) -> FaultError:
    return FaultError(f"bad fault {specification!r}: {why}")
