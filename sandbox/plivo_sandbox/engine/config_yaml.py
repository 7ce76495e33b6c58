"""YAML as the CLI reads it: what Python's YAML takes for another value than Go's is read as Go does it."""

import math
import re
from datetime import date, datetime, timezone
from typing import Any

import yaml

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_BASES = {"0b": 2, "0o": 8, "0x": 16}


class _Loader(yaml.SafeLoader):
    """Resolves plain scalars as Go's YAML does: `yes`, `on` and `12:30` are strings, `0o17` and `1e3` numbers."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


def _whole(pattern: "re.Pattern[str]") -> "re.Pattern[str]":
    return re.compile(rf"(?:{pattern.pattern})\Z")


for _tag, _pattern in (("null", _NULL), ("bool", _BOOLEAN), ("int", _INTEGER), ("float", _FLOAT)):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _whole(_pattern), None)
for _first, _resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items():
    for _tag, _pattern in _resolvers:
        if _tag.rpartition(":")[2] in ("timestamp", "merge"):
            _Loader.add_implicit_resolver(_tag, _pattern, [_first])


def _integer(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    text = str(loader.construct_scalar(node)).replace("_", "")
    digits = text.lstrip("+-")
    base = _BASES.get(digits[:2], 8 if digits.startswith("0") and len(digits) > 1 else 10)
    number = int(digits[2:] if digits[:2] in _BASES else digits, base)
    number = -number if text.startswith("-") else number
    # What does not fit into 64 bits is a floating-point number.
    return number if -(2**63) <= number < 2**64 else float(number)


def _float(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> float | str:
    text = str(loader.construct_scalar(node))
    number = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text if math.isinf(number) and "inf" not in text.lower() else number


def _moment(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    moment = loader.construct_yaml_timestamp(node)
    if not isinstance(moment, datetime):
        assert isinstance(moment, date)  # noqa: S101 - for the type checker
        moment = datetime(moment.year, moment.month, moment.day)
    moment = moment.astimezone(timezone.utc) if moment.tzinfo else moment
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} +0000 UTC"


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _moment)


def read_yaml(text: str) -> Any:
    """Read a document. Raises yaml.YAMLError."""
    return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
