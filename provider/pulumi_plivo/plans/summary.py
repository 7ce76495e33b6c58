"""What a change of many numbers comes to, in one line for the preview."""

from collections.abc import Collection, Iterator, Mapping

from pulumi_plivo.errors import listed


def summary(
    *,
    old_pool: str,
    pool: str | None,
    old: Mapping[str, str],
    new: Mapping[str, str],
    actual: Mapping[str, str],
    taken_over: Collection[str],
    gives_back: Collection[str],
    handed_over: Mapping[str, str],
    strangers: Collection[str],
) -> str:
    """Say what a change does; nothing when it touches no number.

    Args:
        old_pool: The pool of the state.
        pool: The pool of the program; None while it is not known.
        old: The state's numbers with the service that the program named.
        new: The program's.
        actual: The services that the numbers have.
        taken_over: What comes from another resource of the stack.
        gives_back: What leaves the list and is given back.
        handed_over: What leaves the list for another resource, with that resource.
        strangers: Other numbers of the pool that the state knows, and that leave it.
    """
    parts = "; ".join(_parts(old_pool, pool, old, new, actual, taken_over, gives_back, handed_over, strangers))
    return f"numbers of pool {pool or 'that is not known yet'}: {parts}" if parts else ""


def _parts(
    old_pool: str,
    pool: str | None,
    old: Mapping[str, str],
    new: Mapping[str, str],
    actual: Mapping[str, str],
    taken_over: Collection[str],
    gives_back: Collection[str],
    handed_over: Mapping[str, str],
    strangers: Collection[str],
) -> Iterator[str]:
    stay = [digits for digits in new if digits in old]
    dropped = [digits for digits in old if digits not in new]
    where = f" from pool {old_pool}" if pool != old_pool else ""
    for verb, some in (
        ("to add", [digits for digits in new if digits not in old and digits not in taken_over]),
        ("to take over from another resource", list(taken_over)),
        (f"to move from pool {old_pool}", stay if where else []),
        (
            "to change to another service",
            [] if where else [digits for digits in stay if new[digits] not in ("", actual.get(digits, new[digits]))],
        ),
        (f"to give back for good{where}", [digits for digits in dropped if digits in gives_back]),
        ("to hand over to another resource", [digits for digits in dropped if digits in handed_over]),
        (
            f"to remove{where}",
            [digits for digits in dropped if digits not in gives_back and digits not in handed_over],
        ),
        ("of others to remove, as exclusive=True says, still rented", list(strangers)),
    ):
        if some:
            yield f"{len(some)} {verb}: {listed(sorted(some))}"
