"""Property values: what resources are made of, on the wire, in the state and in between.

A value is None, a bool, a number, a string, a list, a dict, or a `Secret` around one of these. A value that is
not known before something has been created is the string `UNKNOWN`, as Pulumi's protocol has it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
FLOAT_SIGNATURE = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the protocol, no password
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Properties = dict[str, Any]


@dataclass(frozen=True)
class Secret:
    """A value that is encrypted in the state and hidden on the screen."""

    value: Any


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """Read properties as they came over gRPC, which keeps no order: they are sorted."""
    return {key: _from_value(struct.fields[key]) for key in sorted(struct.fields)}


def _from_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "number_value":
        number = value.number_value
        # Beyond these a float holds no longer every whole number.
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        fields = from_struct(value.struct_value)
        return Secret(fields.get("value")) if fields.get(SIGNATURE) == SECRET_SIGNATURE else fields
    return None if kind in (None, "null_value") else getattr(value, kind)


def to_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write properties for gRPC; secrets keep their mark."""
    struct = struct_pb2.Struct()
    struct.update({key: _marked(value) for key, value in properties.items()})
    return struct


def _marked(value: Any) -> Any:
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_SIGNATURE, "value": _marked(value.value)}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    return value


def in_clear(value: Any) -> Any:
    """Return the value with every secret in it replaced by what it hides."""
    if isinstance(value, Secret):
        return in_clear(value.value)
    if isinstance(value, list):
        return [in_clear(item) for item in value]
    if isinstance(value, dict):
        return {key: in_clear(item) for key, item in value.items()}
    return value


def has_secret(value: Any) -> bool:
    """Whether there is a secret in the value, at any depth."""
    if isinstance(value, (list, dict)):
        return any(map(has_secret, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Secret)


def has_unknown(value: Any) -> bool:
    """Whether part of the value is not known yet."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, (list, dict)):
        return any(map(has_unknown, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and value == UNKNOWN


def are_equal(left: Any, right: Any) -> bool:
    """Whether two values are the same; unlike Python's `==`, `True` and `1` are not."""
    return _canonical(left) == _canonical(right)


def _canonical(value: Any) -> str:
    return json.dumps(_marked(value), sort_keys=True)


def keep_secret(values: Properties, like: Mapping[str, Any]) -> None:
    """Mark as secret, in place, what came back in clear under a key that was secret when it was sent."""
    for key, sent in like.items():
        if key not in values:
            continue
        value = values[key]
        if isinstance(value, dict) and isinstance(sent, dict):
            keep_secret(value, sent)
        elif not isinstance(value, Secret) and has_secret(sent):
            values[key] = Secret(value)


def changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the top-level properties that differ, in the order of the new ones; keys of the SDK's own are left out."""
    keys = [*new, *(key for key in old if key not in new)]
    return tuple(
        key
        for key in keys
        if not key.startswith("__") and not are_equal(in_clear(old.get(key)), in_clear(new.get(key)))
    )
