"""The record of the calls that the sandbox received."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Call:
    """One request: the path as it was sent, and the status of its answer, None when none was sent."""

    method: str
    path: str
    query: str
    body: bytes
    status: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what the admin call shows."""
        return {**vars(self), "body": self.body.decode(errors="replace")}
