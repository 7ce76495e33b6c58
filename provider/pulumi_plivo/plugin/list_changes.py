"""What a preview says of a list that is in the state: which numbers come and go, and which may be missing."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_plivo.errors import tell
from pulumi_plivo.inputs import known_pool
from pulumi_plivo.plans.summary import summary
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted


def tell_of_changes(
    olds: Mapping[str, Any],
    news: Mapping[str, Any],
    wanted: Mapping[str, str],
    dropped: Sequence[str],
    strangers: Sequence[str],
) -> None:
    """Say in one line what changes of the numbers of a list, if anything does."""
    pool = str(olds["number_pool_uuid"])
    owners = {digits: held_and_wanted.wanted(digits, pool) for digits in dropped}
    gives_back = olds.get("unrent") is True and news.get("unrent") is True and not held_and_wanted.doubtful
    text = summary(
        old_pool=pool,
        pool=known_pool(news.get("number_pool_uuid")),
        old=olds["numbers"],
        new=wanted,
        actual=olds.get("members") or {},
        taken_over=[digits for digits in wanted if digits not in olds["numbers"] and _is_of_another(digits)],
        gives_back=[digits for digits in dropped if gives_back and owners[digits] is None],
        handed_over={digits: each.resource for digits, each in owners.items() if each is not None},
        strangers=strangers,
    )
    if text:
        tell(text)


def perhaps_missing(olds: Mapping[str, Any], wanted: Mapping[str, str]) -> list[str]:
    """Return the numbers that an `up` looks for again: those that were not done, and those that were dropped before."""
    actual = olds.get("members") or {}
    return [
        digits
        for digits in wanted
        if (digits in olds["numbers"] and held_and_wanted.is_back_again(digits))
        or (olds.get("unfinished") and digits not in actual)
    ]


def _is_of_another(digits: str) -> bool:
    had = held_and_wanted.had(digits)
    return had is not None and had != held_and_wanted.owner([digits])
