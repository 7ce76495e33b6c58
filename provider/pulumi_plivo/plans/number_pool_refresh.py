"""Number Pool Refresh: Plivo's older documents say that a Powerpack may replace a number by itself."""

from collections.abc import Collection, Iterable

#: What to do where a member of a pool vanished, and another one came.
ADVICE = (
    "Plivo may replace a number that delivers badly by itself (Number Pool Refresh): what vanished may have been"
    " replaced by the stranger; if so, and no other stack has it, write it into the program in the other's place, with"
    " adopt=True"
)


def strangers(members: Iterable[str], *known: Collection[str]) -> list[str]:
    """Return the members of a pool that the stack does not know."""
    return [digits for digits in members if not any(digits in some for some in known)]
