"""Earlier names of a resource, by its own aliases and by those of its parent."""

from plivo_sandbox.engine.goals import Alias, Goal
from plivo_sandbox.engine.urns import STACK_TYPE, StackName, name_of, qualified_type, type_of


class Aliases:
    """Which old name has become which resource of this run."""

    def __init__(self, name: StackName) -> None:
        self._name = name
        # From the name that a resource has now to the one it had, and the other way round.
        self._earlier: dict[str, str] = {}
        self._claimed: dict[str, str] = {}

    def is_claimed(self, urn: str) -> bool:
        """Whether a resource of this run was found under this earlier name."""
        return urn in self._claimed

    def claim(self, earlier: str, urn: str) -> None:
        """Note that the resource had that name."""
        self._earlier[urn] = earlier
        self._claimed[earlier] = urn

    def of(self, goal: Goal) -> list[str]:
        """Return the URNs that a resource may have had, the likeliest first."""
        own = [self._urn(alias, goal) for alias in goal.aliases]
        earlier_parent = self._earlier.get(goal.parent)
        if earlier_parent is None:
            return own
        inherited = [(goal.type, goal.name), *((type_of(urn), name_of(urn)) for urn in own)]
        return [*own, *(self._child(*child, goal.parent, earlier_parent) for child in inherited)]

    def _urn(self, alias: Alias, goal: Goal) -> str:
        if alias.urn:
            return alias.urn
        parent = self._earlier.get(alias.parent, alias.parent) if alias.parent else goal.parent
        if alias.no_parent or (parent and qualified_type(parent) == STACK_TYPE):
            parent = ""
        stack = StackName(alias.project or self._name.project, alias.stack or self._name.stack)
        return stack.urn(alias.type or goal.type, alias.name or goal.name, parent)

    def _child(self, type_: str, name: str, parent: str, earlier_parent: str) -> str:
        # A child that has its parent's name in front is taken to have followed the renaming.
        parent_name = name_of(parent)
        if name.startswith(parent_name):
            name = name_of(earlier_parent) + name[len(parent_name) :]
        return self._name.urn(type_, name, earlier_parent)
