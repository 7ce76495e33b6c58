"""What the ledger keeps of earlier programs: since when the stack claims a number, and where it claimed it before."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pulumi_plivo.plans.claim import UNKNOWN_POOL, Claim

#: Earlier places that are remembered of one number.
MOST_PLACES = 3


@dataclass(frozen=True)
class Held:
    """A place where a resource of an earlier program claimed a number; None for a pool that was not known."""

    resource: str
    pool: str | None


@dataclass(frozen=True)
class History:
    """What earlier programs claimed.

    Attributes:
        since: When the stack began to claim each number without a break, in seconds since 1970; 0 for what it adopts.
        earlier: Where it claimed a number before it changed its owner or its pool, the latest first.
        gaps: From when to when the stack did not claim a number that it had claimed before; without an end as yet: inf.
    """

    since: Mapping[str, float] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)
    gaps: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def is_ours(self, digits: str, added_on: str | None) -> bool:
        """Whether an entry of a pool was put there while the stack claimed the number: by this stack."""
        since, gap, added = self.since.get(digits), self.gaps.get(digits), seconds_of(added_on)
        if since is None or added is None:
            return since == 0 and gap is None
        return added >= _as_told(since, added) and (gap is None or not gap[0] < added < _as_told(gap[1], added))

    def followed_by(self, before: Iterable[Claim], now: Iterable[Claim], at: float) -> "History":
        """Return the history once the claims `before` have given way to those of `now`, at that time."""
        old = _places(before)
        new = _places(now)
        adopted = {digits for claim in now if claim.is_adopting for digits in claim.members}
        since = {digits: 0.0 if digits in adopted else self.since.get(digits, at) for digits in new}
        gaps = {
            digits: (gap[0], min(gap[1], at)) for digits, gap in self.gaps.items() if digits in new.keys() - adopted
        }
        earlier: dict[str, tuple[Held, ...]] = {}
        for digits, place in old.items():
            if new.get(digits) != place:
                # What nobody claims any more is remembered until the claims change again: its delete may have failed.
                earlier[digits] = (place, *(each for each in self.earlier.get(digits, ()) if each != place))
                since.setdefault(digits, self.since.get(digits, at))
            if digits not in new:
                gaps[digits] = (self.gaps.get(digits, (at, math.inf))[0], math.inf)
        for digits, places in self.earlier.items():
            if digits in new:
                earlier.setdefault(digits, places)
        return History(since, {digits: places[:MOST_PLACES] for digits, places in earlier.items()}, gaps)

    def written(self) -> dict[str, Any]:
        """Return the history as the ledger keeps it: numbers by time and by place, for few lines."""
        earlier: dict[str, dict[str, str]] = {}
        for rank in range(MOST_PLACES):
            groups: dict[str, dict[str, list[str]]] = {}
            for digits, places in self.earlier.items():
                for place in places[rank : rank + 1]:
                    pool = groups.setdefault(place.pool or UNKNOWN_POOL, {})
                    pool.setdefault(place.resource, []).append(digits)
            if groups:
                earlier[str(rank)] = {
                    f"{pool}\n{resource}": " ".join(numbers)
                    for pool, resources in groups.items()
                    for resource, numbers in resources.items()
                }
        since = _numbers_by({digits: repr(at) for digits, at in self.since.items()})
        gaps = _numbers_by({digits: f"{start!r} {end!r}" for digits, (start, end) in self.gaps.items()})
        return {"since": since, "earlier": earlier, **({"gaps": gaps} if gaps else {})}


def _numbers_by(times: Mapping[str, str]) -> dict[str, str]:
    """Return the numbers of each time."""
    numbers: dict[str, list[str]] = {}
    for digits, time in times.items():
        numbers.setdefault(time, []).append(digits)
    return {time: " ".join(some) for time, some in numbers.items()}


def read_history(value: object) -> History:
    """Return the history that `written` made; an empty one of anything else."""
    if not isinstance(value, Mapping):
        return History()
    since = {digits: float(at) for at, numbers in (value.get("since") or {}).items() for digits in numbers.split()}
    earlier: dict[str, tuple[Held, ...]] = {}
    for _, groups in sorted((value.get("earlier") or {}).items()):
        for place, numbers in groups.items():
            pool, _, resource = place.partition("\n")
            held = Held(resource, None if pool == UNKNOWN_POOL else pool)
            for digits in numbers.split():
                earlier[digits] = (*earlier.get(digits, ()), held)
    gaps: dict[str, tuple[float, float]] = {}
    for span, numbers in (value.get("gaps") or {}).items():
        start, _, end = span.partition(" ")
        gaps |= dict.fromkeys(numbers.split(), (float(start), float(end)))
    return History(since, earlier, gaps)


def seconds_of(added_on: str | None) -> float | None:
    """Return the seconds since 1970 of Plivo's time, such as `2020-09-24T10:24:23.3Z`; None where it tells none."""
    text = (added_on or "").strip().removesuffix("Z").removesuffix("z")
    whole, _, fraction = text.partition(".")
    try:
        seconds = datetime.fromisoformat(f"{whole}+00:00").timestamp()
        return seconds + (float(f"0.{fraction}") if fraction else 0.0)
    except ValueError:
        return None


def _as_told(at: float, added: float) -> float:
    """Return a time as Plivo would tell it, which it may do in whole seconds."""
    return float(math.floor(at)) if added.is_integer() and at < math.inf else at


def _places(claims: Iterable[Claim]) -> dict[str, Held]:
    return {
        digits: Held(claim.resource, claim.pool) for claim in claims if not claim.is_reading for digits in claim.members
    }
