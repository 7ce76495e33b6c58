"""Bringing the state up to date with what really exists."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from plivo_sandbox.engine.deployment import ResourceState, now
from plivo_sandbox.engine.properties import Properties, are_equal, changed_keys
from plivo_sandbox.engine.provider_plugin import ProviderError, ReadAnswer
from plivo_sandbox.engine.run import Run
from plivo_sandbox.engine.urns import STACK_REFERENCE, is_provider


def refresh_all(run: Run) -> None:
    """Read every resource, compare, and record what has changed; what is gone leaves the state."""
    resources = run.snapshot.resources()
    wanted = [resource for resource in resources if run.targets.include(resource.urn, resource.needed_urns())]
    with ThreadPoolExecutor(run.steps_at_once) as pool:
        list(pool.map(lambda resource: _refresh(run, resource), wanted))


def _refresh(run: Run, resource: ResourceState) -> None:
    if run.stopped.is_set() or is_provider(resource.type):
        return
    started = time.monotonic()
    if not resource.custom or resource.pending_replacement:
        run.screen.step(resource.urn, "same")
        return
    before = dict(resource.inputs)
    try:
        operation, changed = _read(run, resource)
    except ProviderError as error:
        run.fail(resource.urn, "refresh", str(error))
        return
    run.screen.step(
        resource.urn,
        operation,
        changed=changed,
        seconds=time.monotonic() - started,
        old=replace(resource, inputs=before),
        new=resource,
    )


def _read(run: Run, resource: ResourceState) -> tuple[str, tuple[str, ...]]:
    old_inputs, old_outputs = resource.inputs, resource.outputs
    if resource.type == STACK_REFERENCE:
        answer = ReadAnswer(resource.id, run.other_stacks.outputs(resource.id))
    else:
        answer = run.plugin.read(resource.urn, resource.id, old_inputs, old_outputs)
    if not answer.id:
        run.snapshot.forget(resource)
        return "delete", ()
    inputs = old_inputs if answer.inputs is None else answer.inputs
    is_touched = not (are_equal(inputs, old_inputs) and are_equal(answer.outputs, old_outputs))

    def record() -> None:
        resource.id, resource.inputs, resource.outputs = answer.id, inputs, answer.outputs
        resource.modified = now() if is_touched else resource.modified

    if is_touched or answer.id != resource.id:
        run.snapshot.change(record, resource)
    changed = changed_keys(old_inputs, inputs) or changed_keys(old_outputs, answer.outputs)
    return ("update", changed) if _differs(run, resource, old_inputs, old_outputs) else ("same", ())


def _differs(run: Run, resource: ResourceState, old_inputs: Properties, old_outputs: Properties) -> bool:
    if resource.external:
        return not are_equal(resource.outputs, old_outputs)
    difference = run.plugin.diff(resource, resource.inputs, old_inputs, resource.ignore_changes)
    if difference.changes is None:
        return bool(changed_keys(resource.inputs, old_inputs))
    return difference.changes
