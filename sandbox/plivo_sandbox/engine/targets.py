"""The resources that a run is limited to, as `--target` of the CLI does it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from plivo_sandbox.engine.deployment import ResourceState


@dataclass
class Targets:
    """URNs to act on, or none to act on everything; `with_dependents` adds what depends on them.

    Attributes:
        left_out: What the program declares, is not there yet, and is not created as it is no target.
    """

    urns: set[str] = field(default_factory=set)
    with_dependents: bool = False
    left_out: set[str] = field(default_factory=set)

    def include(self, urn: str, needed: set[str]) -> bool:
        """Whether to act on a resource that needs these."""
        if self.urns and self.with_dependents and needed & self.urns:
            self.urns.add(urn)
        return not self.urns or urn in self.urns

    def missing(self, known: Iterable[str]) -> list[str]:
        """Name the targets that are nowhere."""
        return sorted(self.urns.difference(known))

    def among(self, condemned: list[ResourceState], resources: list[ResourceState]) -> list[ResourceState]:
        """Return those that would be deleted: the targets, and what depends on them or is their child."""
        if not self.urns:
            return condemned
        affected = set(self.urns)
        for resource in resources:
            if resource.needed_urns() & affected:
                affected.add(resource.urn)
        return [resource for resource in condemned if resource.urn in affected]

    def unasked(self, condemned: list[ResourceState]) -> list[ResourceState]:
        """Return those that nobody has asked to delete."""
        if not self.urns or self.with_dependents:
            return []
        return [resource for resource in condemned if resource.urn not in self.urns]
