"""Deleting what is not wanted any more: what depends on others first, what does not at the same time."""

from concurrent.futures import ThreadPoolExecutor

from plivo_sandbox.engine.dependence import in_order_of_deletion
from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.execution import Executor
from plivo_sandbox.engine.run import Run


def delete_all(run: Run, executor: Executor, condemned: list[ResourceState]) -> None:
    """Delete these resources; nothing is deleted when one of them is protected, and no more after a failure."""
    protected = [resource for resource in condemned if resource.protect and not resource.delete]
    for resource in protected:
        run.fail(
            resource.urn,
            "delete",
            "it is protected: remove protect from it in the program and run up first",
        )
    if protected:
        return
    with ThreadPoolExecutor(run.plugin.parallel_calls) as pool:
        for group in in_order_of_deletion(condemned):
            if run.has_failed:
                return
            list(pool.map(lambda resource: run.stopped.is_set() or executor.delete(resource), group))
