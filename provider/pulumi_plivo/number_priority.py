"""From which kind of number a Powerpack sends first, as programs write it and look-ups return it."""

from collections.abc import Sequence
from typing import TypedDict, cast

from pulumi_plivo.api import models


class Priority(TypedDict, total=False):
    """The kinds of number from which messages are sent, the first choice first: `shortcode`, `tollfree`, `longcode`."""

    priority1: str
    priority2: str
    priority3: str


class NumberPriority(TypedDict):
    """The priority for messages of one service (`SMS` or `MMS`) to one country (`US` or `CA`)."""

    country_iso: str
    service_type: str
    priority: Priority


def as_programs_write(told: Sequence[models.NumberPriority]) -> list[NumberPriority]:
    """Return what an answer of Plivo's tells, without the choices that it leaves open."""
    return [
        {"country_iso": each.country_iso, "service_type": each.service_type, "priority": _priority(each.senders)}
        for each in told
    ]


def _priority(senders: Sequence[str | None]) -> Priority:
    named = {key: sender for key, sender in zip(models.PRIORITIES, senders, strict=False) if sender is not None}
    return cast(Priority, named)
