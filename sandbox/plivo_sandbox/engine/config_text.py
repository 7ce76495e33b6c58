"""The text of a config value: a program and its provider get every value as one, as the CLI writes it."""

import json
import math
import re
from decimal import Decimal
from typing import Any

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def as_text(value: Any) -> str:
    """Return a value of the stack's config: null is the empty text, and what has parts is JSON.

    Raises:
        ValueError: a number in it is infinite, or none.
    """
    if isinstance(value, str):
        return value
    return "" if value is None else as_json(value)


def as_json(value: Any) -> str:
    """Return JSON as Go writes it: keys in order, no spaces. Raises ValueError as `as_text` does."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        parts = sorted((key if isinstance(key, str) else as_json(key), item) for key, item in value.items())
        return "{" + ",".join(f"{as_json(key)}:{as_json(item)}" for key, item in parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_json, value)) + "]"
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: _ESCAPED[found[0]], text)


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"JSON has no number {value}")
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    digits, _, power = repr(value).partition("e")
    return f"{digits.removesuffix('.0')}e{int(power):+d}"
