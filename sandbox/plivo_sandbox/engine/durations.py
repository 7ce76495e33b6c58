"""Durations as Go writes them, and so Pulumi's `custom_timeouts`: `5m`, `1h30m`, `1.5s`."""

import re
from decimal import Decimal

_SECONDS = {
    unit: Decimal(seconds)
    for unit, seconds in {
        "ns": "1e-9",
        "us": "1e-6",
        "µs": "1e-6",
        "μs": "1e-6",
        "ms": "1e-3",
        "s": "1",
        "m": "60",
        "h": "3600",
    }.items()
}
_PART = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)"
_WHOLE = re.compile(rf"[-+]?(0|(?:{_PART})+)")


def seconds_of(text: str) -> float:
    """Read a duration. Raises ValueError when it is none."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text} is no duration")
    seconds = float(sum(Decimal(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text)))
    return -seconds if text.startswith("-") else seconds
