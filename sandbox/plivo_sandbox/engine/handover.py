"""A stack goes on with its state when the other engine takes over."""

import json
from collections.abc import Callable
from pathlib import Path

from plivo_sandbox.engine.deployment import FORMAT_VERSION
from plivo_sandbox.engine.lock import locked
from plivo_sandbox.private_files import read_private, replace_private

# What has been handed over is kept under another name, which neither engine reads.
MOVED = ".moved"


def hand_to_cli(state: Path, checkpoint: Path, take: Callable[[Path], bool]) -> bool:
    """Give the CLI what the embedded engine holds, unless the CLI has a state of its own; say whether it was given.

    `state` is the embedded engine's file, `checkpoint` the CLI's; `take` lets the CLI import a file, and says whether
    that worked.

    Raises:
        LinkError: a link is in the place of one of the files.
    """
    if not _has_resources(state, "deployment") or _has_resources(checkpoint, "checkpoint", "latest"):
        return False
    with locked(state):
        taken = take(state)
        if taken:
            state.replace(state.with_name(state.name + MOVED))
    return taken


def hand_to_embedded(state: Path, checkpoint: Path) -> bool:
    """Give the embedded engine what the CLI holds, unless it has a state of its own; say whether it was given.

    Raises:
        LinkError: a link is in the place of one of the files.
    """
    if _has_resources(state, "deployment") or not _has_resources(checkpoint, "checkpoint", "latest"):
        return False
    with locked(state):
        deployment = json.loads(checkpoint.read_text(encoding="utf-8"))["checkpoint"]["latest"]
        text = json.dumps({"version": FORMAT_VERSION, "deployment": deployment}, ensure_ascii=False)
        replace_private(state, text)
        checkpoint.replace(checkpoint.with_name(checkpoint.name + MOVED))
    return True


def _has_resources(file: Path, *keys: str) -> bool:
    try:
        content = json.loads(read_private(file) or "null")
    except ValueError:
        # What cannot be read is reported by the engine that it belongs to.
        return False
    for key in (*keys, "resources"):
        content = content.get(key) if isinstance(content, dict) else None
    return bool(content)
