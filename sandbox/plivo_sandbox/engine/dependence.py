"""What depends on what."""

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


def in_order_of_deletion(condemned: list[ResourceState]) -> list[list[ResourceState]]:
    """Group resources as the CLI does: each group can be deleted together once the ones before it are gone.

    What needs nothing comes last, even when nothing needs it either. `condemned` has everything after what it needs.
    """
    groups: dict[int, list[ResourceState]] = {}
    level_of: dict[int, int] = {}
    by_urn: dict[str, list[ResourceState]] = {}
    children: dict[str, list[ResourceState]] = {}
    for resource in condemned:
        needed = [each for urn in _needed_with_children(resource, by_urn, children) for each in by_urn.get(urn, [])]
        level = level_of[id(resource)] = max((level_of[id(each)] + 1 for each in needed), default=0)
        groups.setdefault(level, []).append(resource)
        by_urn.setdefault(resource.urn, []).append(resource)
        children.setdefault(resource.parent, []).append(resource)
    return [groups[level] for level in sorted(groups, reverse=True)]


def needed_by(resource: ResourceState, resources: list[ResourceState]) -> set[str]:
    """Name everything that must outlive a resource, directly or not."""
    states = {each.urn: each for each in sorted(resources, key=lambda each: not each.delete)}
    found: set[str] = set()
    pending = [resource]
    while pending:
        new = pending.pop().needed_urns() - found
        found |= new
        pending += [states[urn] for urn in new if urn in states]
    return found


def _needed_with_children(
    resource: ResourceState, by_urn: dict[str, list[ResourceState]], children: dict[str, list[ResourceState]]
) -> set[str]:
    """Name what a resource needs; what depends on a component needs the children that it had by then, too."""
    urns = resource.needed_urns()
    pending = [
        urn for urn in urns - {resource.parent} if any(not component.custom for component in by_urn.get(urn, []))
    ]
    while pending:
        found = {child.urn for child in children.get(pending.pop(), [])} - urns
        urns |= found
        pending += found
    return urns
