"""Timestamps as Plivo writes them."""

from datetime import datetime, timezone

from plivo_sandbox.server.quirks import Quirks


def now() -> str:
    """Return this moment as it is stored: RFC 3339, UTC, microseconds."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")


def as_written(stored: str, quirks: Quirks) -> str:
    """Return a stored moment in the form that the quirk `timestamp-fraction` asks for."""
    seconds, fraction = stored.split(".")
    form = quirks["timestamp-fraction"]
    if form == "nanoseconds":
        return f"{seconds}.{fraction}000Z"
    fraction = fraction.rstrip("0") if form == "trimmed" else ""
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"
