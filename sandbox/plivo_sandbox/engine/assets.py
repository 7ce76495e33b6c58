"""Assets: texts and files as values, which the state keeps with the hash of what is in them."""

import hashlib
from pathlib import Path
from typing import Any

from plivo_sandbox.engine.errors import UnsupportedError
from plivo_sandbox.engine.properties import SIGNATURE, Secret

_ASSET = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"


def with_hashes(value: Any, directory: Path) -> Any:
    """Return the value with the hash of each asset in it; files are looked up from `directory`.

    Raises:
        UnsupportedError: there is an archive in it, or an asset that is elsewhere.
        OSError: a file cannot be read.
    """
    if isinstance(value, Secret):
        return Secret(with_hashes(value.value, directory))
    if isinstance(value, list):
        return [with_hashes(item, directory) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == _ARCHIVE:
        raise UnsupportedError("an archive as a value")
    if value.get(SIGNATURE) == _ASSET:
        return {**value, "hash": hashlib.sha256(_content(value, directory)).hexdigest()}
    return {key: with_hashes(item, directory) for key, item in value.items()}


def _content(asset: dict[str, Any], directory: Path) -> bytes:
    if asset.get("uri"):
        raise UnsupportedError(f"an asset at {asset['uri']}")
    if asset.get("path"):
        return Path(directory, asset["path"]).read_bytes()
    return str(asset.get("text", "")).encode()
