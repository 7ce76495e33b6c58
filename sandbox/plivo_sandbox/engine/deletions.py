"""Deleting what is not wanted any more: what depends on others first, what does not at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor

from plivo_sandbox.engine.dependence import in_order_of_deletion, needed_by
from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.execution import Executor
from plivo_sandbox.engine.run import Run


def delete_all(run: Run, executor: Executor, condemned: list[ResourceState]) -> None:
    """Delete these resources, as the CLI does: past protected ones, but no further than to the first other failure.

    A protected resource stays, with all that it needs, and is an error.
    """
    kept: set[str] = set()
    broken = threading.Event()

    def delete(resource: ResourceState) -> None:
        if not (run.stopped.is_set() or broken.is_set() or executor.delete(resource)):
            broken.set()

    with ThreadPoolExecutor(run.steps_at_once) as pool:
        for group in in_order_of_deletion(condemned):
            wanted = [resource for resource in group if resource.urn not in kept or resource.delete]
            protected = [resource for resource in wanted if _is_protected(resource)]
            for resource in protected:
                _refuse(run, resource)
                kept |= needed_by(resource, run.snapshot.resources())
            list(pool.map(delete, [resource for resource in wanted if resource not in protected]))
            if broken.is_set() or run.stopped.is_set():
                return


def delete_targets(run: Run, executor: Executor, condemned: list[ResourceState]) -> None:
    """Delete those of these resources that the run is about; none, when that would take others along."""
    wanted = run.targets.among(condemned, run.snapshot.base)
    unasked = run.targets.unasked(wanted)
    for resource in unasked:
        run.fail(resource.urn, "delete", "it depends on a target that is deleted, and is not among the targets")
    if not unasked:
        delete_all(run, executor, wanted)


def refuse_protected(run: Run, condemned: list[ResourceState]) -> bool:
    """Report every protected resource among these, and say whether there was one."""
    protected = [resource for resource in condemned if _is_protected(resource)]
    for resource in protected:
        _refuse(run, resource)
    return bool(protected)


def _refuse(run: Run, resource: ResourceState) -> None:
    reason = "it is protected: remove protect from it in the program and run up first"
    run.fail(resource.urn, "delete", reason, resource)


def _is_protected(resource: ResourceState) -> bool:
    # What was replaced, or has only its place in the state left, may go.
    return resource.protect and not (resource.delete or resource.pending_replacement)
