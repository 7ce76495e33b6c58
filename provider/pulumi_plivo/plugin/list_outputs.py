"""The outputs of a list after its numbers came and went: what it has, and what is not done yet."""

from collections.abc import Mapping
from typing import Any

from pulumi_plivo.api import PoolMember
from pulumi_plivo.errors import counted, listed
from pulumi_plivo.plans.number_list import ANY_SERVICE, named
from pulumi_plivo.plugin.arriving import Arrived, reasons
from pulumi_plivo.pools.giving_back import Ending
from pulumi_plivo.pools.membership import OutcomeUnknownError
from pulumi_plivo.pools.parallel_work import Progress
from pulumi_plivo.pools.relocation import Place

#: The inputs, which a state has too.
INPUTS = ("number_pool_uuid", "numbers", "service", "unrent", "adopt", "exclusive", "rent")


def list_outputs(
    props: Mapping[str, Any],
    olds: Mapping[str, Any],
    own: Mapping[str, Place],
    arrived: Arrived,
    removed: Progress[Ending],
) -> dict[str, Any]:
    """Return the outputs.

    Args:
        props: The inputs.
        olds: The outputs before, none for a list that is new.
        own: The numbers that it had, and still wants.
        arrived: What became of the numbers that it wants.
        removed: What became of those that it wants no more.
    """
    progress, doubtful = arrived.progress, in_doubt(arrived)
    members: dict[str, str] = {}
    for digits, service in named(props["numbers"], props.get("service")).items():
        live, old = progress.done.get(digits), own.get(digits)
        # What could only not be changed belongs to the resource too.
        if digits in progress.done or (old is not None and digits not in doubtful):
            members[digits] = (live and live.service) or (old and old.service) or service or "sms"
    kept = {digits: olds["numbers"][digits] for digits in removed.left}
    numbers = {**props["numbers"], **kept}
    is_done = progress.is_complete and removed.is_complete
    return {
        **{key: props[key] for key in INPUTS if key in props},
        # What may have been added belongs to it as well, but is no member: the next run looks for it.
        "numbers": {digits: numbers[digits] for digits in (*members, *doubtful, *kept)},
        "members": {**members, **{digits: olds["members"][digits] for digits in kept if digits in olds["members"]}},
        "adopted": len(arrived.adopted) + int(olds.get("adopted") or 0),
        "rented_by_stack": sorted({*arrived.rented, *(olds.get("rented_by_stack") or ())} & {*members, *kept}),
        "strangers": [],
        "unfinished": "" if is_done else unfinished(props, arrived, removed),
    }


def outputs_of_all(pool: str, known: Mapping[str, Any], everything: Mapping[str, PoolMember]) -> dict[str, Any]:
    """Return the outputs of a `get`, which reads all that a pool holds."""
    return {
        **{key: known[key] for key in INPUTS if known.get(key) is not None},
        "number_pool_uuid": pool,
        "numbers": dict.fromkeys(everything, ANY_SERVICE),
        "members": {digits: each.service or "sms" for digits, each in everything.items()},
        "adopted": 0,
        "rented_by_stack": [],
        "strangers": [],
        "unfinished": "",
    }


def unfinished(props: Mapping[str, Any], arrived: Arrived, removed: Progress[Ending]) -> str:
    """Say in one line what is not done."""
    progress, doubtful = arrived.progress, in_doubt(arrived)
    certain = [digits for digits in progress.left if digits not in doubtful]
    total = counted(len(props["numbers"]), "number")
    said = [f"pool {props['number_pool_uuid']}: {len(progress.done)} of {total} done"]
    said += [f"not done: {listed(certain)}"] if certain else []
    said += [f"perhaps done, perhaps not: {listed(doubtful)}"] if doubtful else []
    said += [f"not removed: {listed(removed.left)}"] if removed.left else []
    said += [each for each in (reasons(progress), reasons(removed)) if each]
    return "; ".join([*said, "the next `pulumi up` tries the rest again"])


def in_doubt(arrived: Arrived) -> list[str]:
    """Return the numbers of which it is not known whether they were added."""
    return [
        digits for digits, error in arrived.progress.failed.items() if isinstance(error.__cause__, OutcomeUnknownError)
    ]
