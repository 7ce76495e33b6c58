"""The state of a stack without what is different in every run, so that two engines can be compared."""

from collections.abc import Mapping
from typing import Any

from plivo_sandbox.engine.passphrase import Crypter

#: Times that the account gives.
TIMES = ("added_on", "created_on")


def comparable(deployment: Mapping[str, Any], crypter: Crypter) -> dict[tuple[str, str, str], Any]:
    """Return each resource's properties by URN, id and name, with secrets in clear as the crypter reads them."""
    resources = deployment.get("resources", [])
    providers = {entry["id"] for entry in resources if entry["type"].startswith("pulumi:providers:")}
    comparable = []
    for entry in resources:
        kept = {
            key: value
            for key, value in entry.items()
            if key not in ("created", "modified", "sourcePosition", "stackTrace")
        }
        if kept.get("id") in providers:
            kept["id"] = "provider"
        if "provider" in kept:
            kept["provider"] = kept["provider"].rpartition("::")[0]
        # A refresh of the CLI leaves out the properties that depend on nothing.
        kept["propertyDependencies"] = {key: urns for key, urns in kept.get("propertyDependencies", {}).items() if urns}
        kept["dependencies"] = sorted(kept.get("dependencies", []))
        comparable.append(_in_clear(kept, crypter))
    lines = {(entry["urn"], entry.get("id", ""), key): value for entry in comparable for key, value in entry.items()}
    return dict(sorted(lines.items()))


def _in_clear(value: Any, crypter: Crypter) -> Any:
    if isinstance(value, dict):
        if "ciphertext" in value:
            return f"secret {crypter.decrypt(value['ciphertext'])}"
        return {key: "a time" if key in TIMES else _in_clear(item, crypter) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_clear(item, crypter) for item in value]
    # The engines write a large number each in its own way.
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
