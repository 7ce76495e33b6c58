"""Claims for tables, and such as Hypothesis makes up."""

from typing import Any

from hypothesis import strategies as st
from pulumi_plivo.plans.claim import Claim, member

POOL = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"
OTHER_POOL = "2c9d8e7f-6a5b-4c3d-8e1f-0a9b8c7d6e5f"
POOLS = st.sampled_from([POOL, OTHER_POOL, None])
DIGITS = st.from_regex(r"[0-9]{7,15}", fullmatch=True)
MEMBERS = DIGITS | st.from_regex(r"[0-9]{3,8}", fullmatch=True).map(lambda each: member(each, is_shortcode=True))
NAMES = st.builds(
    "{} {}".format,
    st.sampled_from(["PoolNumber", "PoolNumbers", "PoolTollFree", "PoolShortcode"]),
    st.text(min_size=1, max_size=20),
)
CLAIMS = st.builds(
    Claim,
    NAMES,
    POOLS,
    st.lists(MEMBERS, max_size=5, unique=True).map(tuple),
    unrent=st.sampled_from([True, False, None]),
    is_partial=st.booleans(),
    is_ignoring=st.booleans(),
    is_protected=st.booleans(),
    is_retained=st.booleans(),
    is_reading=st.booleans(),
    is_adopting=st.booleans(),
    is_aliased=st.booleans(),
    former=st.lists(st.text(max_size=20), max_size=2).map(tuple),
)
PROGRAMS = st.lists(CLAIMS, max_size=6, unique_by=lambda claim: claim.resource)


def single(name: str, *numbers: str, pool: str | None = POOL, **more: Any) -> Claim:
    """A claim of a single resource that unrents."""
    return Claim(f"PoolNumber {name}", pool, numbers, **{"unrent": True, **more})


def many(name: str, *numbers: str, pool: str | None = POOL, **more: Any) -> Claim:
    """A claim of a list that unrents."""
    return Claim(f"PoolNumbers {name}", pool, numbers, **{"unrent": True, **more})
