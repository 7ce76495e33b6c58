"""What depends on what."""

from collections.abc import Iterable

from plivo_sandbox.engine.deployment import ResourceState


def dependents_in_order(root: ResourceState, resources: list[ResourceState]) -> list[ResourceState]:
    """Find what depends on `root`, directly or not; being its child is not enough.

    `resources` has everything after what it depends on, as a state has; so has the answer.
    """
    urns = {root.urn}
    found = []
    for resource in resources[resources.index(root) + 1 :]:
        if urns & (resource.needed_urns() - {resource.parent}):
            urns.add(resource.urn)
            found.append(resource)
    return found


def in_order_of_deletion(condemned: Iterable[ResourceState]) -> list[list[ResourceState]]:
    """Group resources so that each group can be deleted together once the ones before it are gone."""
    remaining = list(condemned)
    groups = []
    while remaining:
        needed = set[str]().union(*(resource.needed_urns() - {resource.urn} for resource in remaining))
        # A state that somebody has edited into a circle must not keep the run from ending.
        group = [resource for resource in remaining if resource.urn not in needed] or remaining[-1:]
        groups.append(group)
        remaining = [resource for resource in remaining if resource not in group]
    return groups
