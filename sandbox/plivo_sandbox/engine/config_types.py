"""The config that a project's `Pulumi.yaml` declares: types, which the stack's values must have, and defaults."""

import json
import re
from collections.abc import Mapping
from typing import Any

from plivo_sandbox.engine.errors import EngineError

_ATTRIBUTES = {"type", "description", "items", "default", "value", "secret"}
_TYPES = ("string", "integer", "boolean", "object", "array")
# What Go takes for a whole number in a text.
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")


def declarations(config: Mapping[str, Any], project: str, where: str) -> dict[str, Mapping[str, Any]]:
    """Return what is declared by key, each in its long form, with its `default` or `value` if it has one.

    Raises:
        EngineError: the CLI would refuse one, too; `where` is named.
    """
    declared = {}
    for name, given in config.items():
        key = str(name)
        is_own = ":" not in key or key.startswith(f"{project}:")
        declaration = _long_form(given, is_own)
        reason = _reason_against(declaration, is_own)
        if reason:
            raise EngineError(f"{where}: config {key} {reason}")
        declared[key] = declaration
    return declared


def refuse_other_type(key: str, declaration: Mapping[str, Any], text: str, *, has_parts: bool) -> None:
    """Refuse a value of the stack that has another type than was declared; `has_parts` says that the text is JSON.

    Raises:
        EngineError: it has; the value is not told, as it may be secret.
    """
    if "type" not in declaration:
        return
    value = json.loads(text) if has_parts else text
    if not _is(value, declaration):
        raise EngineError(f"the stack's value for {key} must be of type {_type_name(declaration)}")


def _long_form(given: Any, is_own: bool) -> Any:
    if isinstance(given, (str, int, list)):
        return {"default" if is_own else "value": given}
    return given


def _reason_against(declaration: Any, is_own: bool) -> str:
    if not isinstance(declaration, dict):
        return "must be a text, a whole number, true, false, a list, or a mapping with type, default or value"
    unknown = sorted(map(str, set(declaration) - _ATTRIBUTES))
    if unknown:
        return f"has {', '.join(unknown)}, which is no attribute of a config declaration"
    has_default, has_value = declaration.get("default") is not None, declaration.get("value") is not None
    if has_default and has_value:
        return "has both a default and a value"
    if not is_own:
        is_bare = "type" not in declaration and not has_default and has_value
        return (
            ""
            if is_bare
            else "is of another namespace than the project's: it must have a value, no type and no default"
        )
    if "type" not in declaration:
        return ""
    if not _is_known(declaration):
        return f"has no type of {', '.join(_TYPES)}, the last one with items"
    if has_default and not _is(declaration["default"], declaration):
        return f"has a default that is not of type {_type_name(declaration)}"
    return ""


def _is_known(declaration: Any) -> bool:
    if not isinstance(declaration, dict) or declaration.get("type") not in _TYPES:
        return False
    return declaration["type"] != "array" or _is_known(declaration.get("items"))


def _type_name(declaration: Mapping[str, Any]) -> str:
    if "items" in declaration:
        return f"array<{_type_name(declaration['items'])}>"
    return str(declaration["type"])


def _is(value: Any, declaration: Mapping[str, Any]) -> bool:
    match declaration["type"]:
        case "string":
            return isinstance(value, str)
        case "integer":
            if isinstance(value, str):
                return bool(_INTEGER.match(value))
            return not isinstance(value, bool) and isinstance(value, (int, float)) and value == int(value)
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false")
        case "object":
            return isinstance(value, dict)
    return isinstance(value, list) and all(_is(item, declaration["items"]) for item in value)
