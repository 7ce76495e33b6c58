"""What a run did, for the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One thing that was done to one resource, or would be; `changed` names the properties that are the reason.

    `operation` is one of Pulumi's: create, update, replace, delete, delete-replaced, read, same; or failed or skipped.
    A refresh has update, delete and same.
    """

    urn: str
    name: str
    type: str
    operation: str
    changed: tuple[str, ...] = ()


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
    outputs: Mapping[str, object] = field(default_factory=dict)
