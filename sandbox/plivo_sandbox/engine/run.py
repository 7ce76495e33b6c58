"""What the parts of one run share."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.other_stacks import OtherStacks
from plivo_sandbox.engine.provider_plugin import ProviderPlugin
from plivo_sandbox.engine.screen import Screen
from plivo_sandbox.engine.snapshot import Snapshot
from plivo_sandbox.engine.targets import Targets
from plivo_sandbox.engine.urns import StackName


class StoppedError(Exception):
    """The run has been stopped: nothing is begun any more."""


@dataclass
class Run:
    """One command on one stack."""

    name: StackName
    snapshot: Snapshot
    plugin: ProviderPlugin
    screen: Screen
    preview: bool
    other_stacks: OtherStacks
    forced_replacements: frozenset[str] = frozenset()
    parallel: int | None = None
    targets: Targets = field(default_factory=Targets)
    # Where the engine's own service is.
    engine_address: str = ""
    # Where the program runs.
    directory: Path = Path()
    # URNs that failed.
    failed: set[str] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def steps_at_once(self) -> int:
        """How many steps are done at a time: no more than the plugin takes calls."""
        return min(self.parallel or self.plugin.parallel_calls, self.plugin.parallel_calls)

    @property
    def has_failed(self) -> bool:
        """Whether anything went wrong so far."""
        return bool(self.failed or self.screen.has_errors or self.stopped.is_set())

    def fail(self, urn: str, operation: str, reason: str, old: ResourceState | None = None) -> None:
        """Note that a step failed; the run goes on, if it is not stopped."""
        self.failed.add(urn)
        self.screen.failed(urn, operation, reason, old)

    def stop(self, reason: str = "") -> None:
        """Begin no further step; without a reason, it has been told."""
        if not self.stopped.is_set():
            self.stopped.set()
            if reason:
                self.screen.error(reason)

    def permit(self) -> None:
        """Let a step begin. Raises StoppedError when the run has been stopped."""
        if self.stopped.is_set():
            raise StoppedError


def report_missing_targets(run: Run, known: set[str]) -> None:
    """Report each target that is not among these."""
    for urn in run.targets.missing(known):
        run.screen.error(f"the target {urn} is not in the stack")
