"""What must hold after a run, whatever went wrong in it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from plivo_sandbox.engine.result import Result

from tests.conftest import AUTH_TOKEN
from tests.faults.declaring import TYPE
from tests.faults.programs import Many, Member, Place, Program, held_by

NOT_DONE = ("failed", "skipped")
MEMBER_PATH = re.compile(r"/NumberPool/([^/]+)/(?:Number|Tollfree)/(\d+)/")
POWERPACK_PATH = re.compile(r"/Powerpack/([^/]+)/")


def untold(program: Mapping[str, Member | Many], result: Result, live: Collection[Place]) -> list[Place]:
    """Return where numbers should be by now and are not, though the run does not say so.

    A resource that failed, or that the engine did not come to, is told by the engine.
    """
    shown = shown_by(result)
    # With delete_before_replace one step can be done of a resource, and the next fail.
    done = {step.name for step in result.steps} - {step.name for step in result.steps if step.operation in NOT_DONE}
    return [
        place
        for name, each in program.items()
        for place in each.places
        if place not in live and place[1] not in shown and (name in done or not result.errors)
    ]


def shown_by(result: Result) -> str:
    """Return all that a run has told."""
    return " ".join([*result.errors, *result.warnings, *result.told])


def assert_fit_to_be_read(result: Result) -> None:
    """Assert that each error is one line, and that nothing shows the token."""
    assert all(len(error.splitlines()) == 1 for error in result.errors)
    assert AUTH_TOKEN not in shown_by(result)


def effective(program: Program, owned: Collection[Mapping[str, Any]], forced: Collection[str] = ()) -> Program:
    """Return what a program means for the state it meets: where it ignores changes of numbers, the state's count.

    A replacement ignores nothing: one that is forced, or a list that changes its pool.
    """
    olds = {(entry["type"], _name(entry)): entry for entry in owned if not entry.get("delete")}
    found: Program = {}
    for name, each in program.items():
        names = [name, *sorted(each.aliases)]
        old = next((olds[key] for key in ((f"{TYPE}{each.kind}", known) for known in names) if key in olds), None)
        if each.ignores and old is not None and name not in forced and not _moves(each, old):
            if isinstance(each, Member):
                each = replace(each, number=str(old["id"]))
            else:
                services = old["inputs"]["numbers"]
                own = frozenset((number, service) for number, service in services.items() if service)
                each = replace(each, listed=tuple(services), own_services=own)
        found[name] = each
    return found


def given_up(program: Program, owned: Collection[Mapping[str, Any]]) -> set[str]:
    """Return the numbers that a state has with `unrent`, that no resource wants, and whose own does not say otherwise.

    What waits for its replacement is deleted already.
    """
    known = (program, effective(program, owned))
    wanted = {number for each in known for resource in each.values() for number in resource.numbers}
    keeping = {(f"{TYPE}{each.kind}", name) for name, each in program.items() if not each.unrent}
    return {
        number
        for entry in owned
        if entry["outputs"].get("unrent") and not entry.get("pendingReplacement")
        for _, number in held_by(entry)
        if (entry["type"], _name(entry)) not in keeping
    } - wanted


def _moves(each: Member | Many, old: Mapping[str, Any]) -> bool:
    return isinstance(each, Many) and each.pool != old["outputs"]["number_pool_uuid"]


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry["urn"]).rpartition("::")[2]
