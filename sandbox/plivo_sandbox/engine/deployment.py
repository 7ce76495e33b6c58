"""Pulumi's deployment format, version 3: what `pulumi stack export` writes and `pulumi stack import` takes."""

import functools
import hashlib
import importlib.metadata
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from plivo_sandbox.engine.errors import EngineError, UnsupportedError
from plivo_sandbox.engine.passphrase import Crypter
from plivo_sandbox.engine.properties import FLOAT_SIGNATURE, SECRET_SIGNATURE, SIGNATURE, Properties, Secret

FORMAT_VERSION = 3

# Each would change what a step has to do.
UNSUPPORTED_FIELDS = ("deletedWith", "initErrors", "replaceWith", "resourceHooks", "taint", "viewOf")


def now() -> str:
    """Return the time as the state writes it."""
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


@dataclass(eq=False)
class ResourceState:
    """One resource of the state. Two of them can have one URN: all but one wait to be deleted."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    provider: str = ""
    delete: bool = False
    pending_replacement: bool = False
    external: bool = False
    protect: bool = False
    retain_on_delete: bool = False
    additional_secret_outputs: list[str] = field(default_factory=list)
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    hide_diffs: list[str] = field(default_factory=list)
    created: str = ""
    modified: str = ""

    def needed_urns(self) -> set[str]:
        """Name what must outlive this resource: parent, dependencies and provider."""
        needed = {self.parent, self.provider.rpartition("::")[0], *self.dependencies}
        return needed.union(*self.property_dependencies.values()) - {""}


# The order in which the CLI writes them.
FIELDS = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "external": "external",
    "dependencies": "dependencies",
    "provider": "provider",
    "propertyDependencies": "property_dependencies",
    "pendingReplacement": "pending_replacement",
    "additionalSecretOutputs": "additional_secret_outputs",
    "customTimeouts": "custom_timeouts",
    "retainOnDelete": "retain_on_delete",
    "created": "created",
    "modified": "modified",
    "ignoreChanges": "ignore_changes",
    "hideDiff": "hide_diffs",
    "replaceOnChanges": "replace_on_changes",
}


def encode_resource(resource: ResourceState, crypter: Crypter) -> dict[str, Any]:
    """Return the resource as the format has it, its secrets encrypted."""
    entry = {name: getattr(resource, attribute) for name, attribute in FIELDS.items()}
    for name in ("inputs", "outputs"):
        entry[name] = _encrypted(entry[name], crypter)
    return {name: value for name, value in entry.items() if value or name == "custom"}


def decode_resource(entry: Mapping[str, Any], crypter: Crypter) -> ResourceState:
    """Read one resource of a state.

    Raises:
        UnsupportedError: it has something that the embedded engine does not know how to treat.
    """
    for name in UNSUPPORTED_FIELDS:
        if entry.get(name):
            raise UnsupportedError(f"{entry['urn']} has {name} in the state")
    known = {attribute: entry[name] for name, attribute in FIELDS.items() if name in entry}
    for name in ("inputs", "outputs"):
        known[name] = _decrypted(known.get(name, {}), crypter)
    return ResourceState(**known)


def _encrypted(value: Any, crypter: Crypter) -> Any:
    if isinstance(value, Secret):
        plaintext = json.dumps(_unwrapped(value.value), separators=(",", ":"), ensure_ascii=False)
        return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": crypter.encrypt(plaintext)}
    if isinstance(value, list):
        return [_encrypted(item, crypter) for item in value]
    if isinstance(value, dict):
        return {key: _encrypted(item, crypter) for key, item in value.items()}
    return _number(value)


def _unwrapped(value: Any) -> Any:
    # Inside a ciphertext, a further secret is written in clear: the outer one covers it.
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_SIGNATURE, "plaintext": json.dumps(_unwrapped(value.value))}
    if isinstance(value, list):
        return [_unwrapped(item) for item in value]
    if isinstance(value, dict):
        return {key: _unwrapped(item) for key, item in value.items()}
    return _number(value)


def _number(value: Any) -> Any:
    # JSON has no infinite number, and none that is not a number.
    if isinstance(value, float) and not math.isfinite(value):
        return {SIGNATURE: FLOAT_SIGNATURE, "value": struct.pack(">d", value).hex()}
    return value


def _decrypted(value: Any, crypter: Crypter) -> Any:
    if isinstance(value, list):
        return [_decrypted(item, crypter) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET_SIGNATURE:
        plaintext = value["plaintext"] if "plaintext" in value else crypter.decrypt(value["ciphertext"])
        return Secret(_decrypted(json.loads(plaintext), crypter))
    if value.get(SIGNATURE) == FLOAT_SIGNATURE:
        return struct.unpack(">d", bytes.fromhex(value["value"]))[0]
    return {key: _decrypted(item, crypter) for key, item in value.items()}


@functools.cache
def _sdk_version() -> str:
    return "v" + importlib.metadata.version("pulumi")


def header(crypter: Crypter) -> dict[str, Any]:
    """Return everything of a deployment but its resources."""
    version = _sdk_version()
    magic = hashlib.sha256(version.encode()).hexdigest()
    return {
        "manifest": {"time": now(), "magic": magic, "version": version},
        "secrets_providers": {"type": "passphrase", "state": {"salt": crypter.salt}},
        "metadata": {},
    }


def holds_protected(file: Path) -> bool:
    """Whether the state in a file, of either engine, has a protected resource."""
    return file.exists() and '"protect": true' in file.read_text(encoding="utf-8")


def read_deployment(text: str, where: str) -> Mapping[str, Any]:
    """Check that a text is a deployment which this engine knows, and return the deployment in it.

    Raises:
        EngineError: it is not; `where` is named.
    """
    try:
        document = json.loads(text)
        deployment, version = document["deployment"], document["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{where} is no Pulumi state: restore it from a copy, or remove it to start anew") from error
    if version != FORMAT_VERSION or not isinstance(deployment, dict):
        raise UnsupportedError(f"{where} has version {version} of the state format, not {FORMAT_VERSION}")
    provider = deployment.get("secrets_providers", {"type": "passphrase"})
    if provider.get("type") != "passphrase":
        raise UnsupportedError(f"{where} has its secrets encrypted by {provider.get('type')}")
    if deployment.get("snippets") or deployment.get("extensions"):
        raise UnsupportedError(f"{where} has snippets or extensions")
    return deployment
