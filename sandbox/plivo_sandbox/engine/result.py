"""What a run did, for the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plivo_sandbox.engine.deployment import ResourceState


@dataclass(frozen=True)
class Step:
    """One thing that was done to one resource, or would be; `changed` names the properties that are the reason.

    `operation` is one of Pulumi's: create, update, replace, delete, delete-replaced, read, same; or failed or skipped.
    A refresh has update, delete and same. `old` and `new` are the resource before and after it, where there is one.
    """

    urn: str
    name: str
    type: str
    operation: str
    changed: tuple[str, ...] = ()
    old: ResourceState | None = field(default=None, compare=False, repr=False)
    new: ResourceState | None = field(default=None, compare=False, repr=False)


@dataclass
class Result:
    """The outcome of one command on one stack.

    A run is cancelled by Ctrl-C or SIGTERM; then it has not succeeded. `told` is what the provider said that is no
    warning.
    `summary` counts the steps by operation; the second half of a replacement (delete-replaced) is not counted.
    """

    operation: str
    succeeded: bool = False
    cancelled: bool = False
    summary: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    #: The stack's config, without its secrets.
    config: Mapping[str, str] = field(default_factory=dict)
    #: The resource of each error that is one's.
    failures: list[tuple[str, str]] = field(default_factory=list)
    outputs: Mapping[str, object] = field(default_factory=dict)
