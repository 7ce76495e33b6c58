"""What a delete does with a Powerpack, whose number pool goes with it, and by whom it is kept."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pulumi_plivo.account import client_for
from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.errors import PlivoError, answered, called, counted, listed, tell, warn
from pulumi_plivo.plans.claim import POWERPACKS, powerpack_member
from pulumi_plivo.plans.departure import Departure, Knowledge, departure
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.plivo_provider import OWNER
from pulumi_plivo.pool_view.reads import in_parallel
from pulumi_plivo.pools.membership import Membership
from pulumi_plivo.pools.parallel_work import THREADS
from pulumi_plivo.pools.powerpack_changes import RENTED, deleted, members_in
from pulumi_plivo.settings import Settings

if TYPE_CHECKING:
    from pulumi_plivo.api import Client


def delete_powerpack(settings: Settings, uuid: str, props: Mapping[str, Any]) -> None:
    """Delete a Powerpack. Raises PlivoError; what speaks against it is told before any call changes something."""
    name, pool = str(props["name"]), props.get("number_pool_uuid")
    step = _step(settings, uuid, props)
    if step is Departure.STAY:
        wanted = held_and_wanted.wanted(powerpack_member(name), POWERPACKS)
        tell(f"Powerpack {name}: stays with {wanted.resource if wanted else 'another resource'}, which the program has")
        return
    _refuse(name, step)
    if pool:
        _refuse_members(name, held_and_wanted.claimants(pool))
    client, gives_back = client_for(settings), step is Departure.GIVE_BACK
    try:
        if not pool:
            pool = client.powerpacks.get(uuid).number_pool_uuid
            _refuse_members(name, held_and_wanted.claimants(str(pool)))
        numbers = members_in(client, str(pool), *RENTED) if pool else []
        shortcodes = members_in(client, str(pool), MemberKind.SHORTCODE) if pool else []
    except ApiError as error:
        raise PlivoError(
            f"could not look up what Powerpack {name} has in pool {pool}: {answered(error)}; it was not deleted"
        ) from error
    if gives_back and not pool:
        raise PlivoError(
            f"Powerpack {name} stays: unrent_numbers=True would give back what is in its pool, and Plivo does not name"
            " that; nothing was sent; run `pulumi up` with unrent_numbers=False first"
        )
    if gives_back:
        _refuse_numbers(settings, name, numbers)
    if not deleted(client, uuid, name, unrent_numbers=gives_back):
        warn(f"Powerpack {name} was deleted before, by other hands; see Plivo's console for what became of its numbers")
        return
    if shortcodes:
        warn(
            f"Powerpack {name} is deleted, and {called('shortcode', shortcodes)} left with its pool; only Plivo's"
            " support can put it into another"
        )
    _tell_of(client, name, numbers, gives_back=gives_back)


def _step(settings: Settings, uuid: str, props: Mapping[str, Any]) -> Departure:
    member = powerpack_member(str(props["name"]))
    wanted, knowledge = held_and_wanted.wanted(member, POWERPACKS), held_and_wanted.knowledge
    # Names move, and a uuid does not: who wants this name may have another Powerpack by now.
    is_wanted = held_and_wanted.has_powerpack(uuid) or (
        wanted is not None and not held_and_wanted.has_another_of(member)
    )
    newest_unrent = held_and_wanted.newest_unrent(member, props.get(OWNER))
    return departure(
        unrents=props.get("unrent_numbers") is True,
        knowledge=knowledge,
        awaits_creation=held_and_wanted.awaits_creation,
        is_wanted=is_wanted,
        wanted_in=POWERPACKS,
        pool=POWERPACKS,
        newest_unrent=None if knowledge is Knowledge.NOTHING else newest_unrent,
        allows_unrent=settings.allow_unrent,
    )


def _refuse(name: str, step: Departure) -> None:
    if step is Departure.TOO_EARLY:
        raise PlivoError(
            f"Powerpack {name} stays: it would be deleted before its replacement is there; nothing was sent; drop"
            " delete_before_replace (also where a transformation brings it)"
        )
    if step is Departure.NOT_KNOWN:
        doubtful = held_and_wanted.doubtful
        why = f"{listed(doubtful)} may want numbers of its pool" if doubtful else "not all of the program was checked"
        raise PlivoError(
            f"Powerpack {name} stays: {why}; nothing was sent, and the state keeps it; run `pulumi up` without --target"
            " and --exclude, or `pulumi destroy` without --run-program"
        )
    if step is Departure.FORBIDDEN:
        raise PlivoError(
            f"Powerpack {name} stays: unrent_numbers=True would give its numbers back for good, and plivo:allowUnrent"
            " (or PLIVO_ALLOW_UNRENT) forbids it; nothing was sent; allow it, or run `pulumi up` with"
            " unrent_numbers=False first"
        )


def _refuse_members(name: str, claimants: Sequence[str]) -> None:
    """Make sure that the program has nothing in the pool. Raises PlivoError; nothing was changed yet."""
    if claimants:
        raise PlivoError(
            f"Powerpack {name} stays: {listed(claimants)} {'has' if len(claimants) == 1 else 'have'} numbers in its"
            " pool by the program; nothing was sent, and the state keeps it; declare the Powerpack again, or take its"
            " members out of the program too"
        )


def _refuse_numbers(settings: Settings, name: str, numbers: Sequence[str]) -> None:
    """Make sure that each number may be given back with the Powerpack. Raises PlivoError; nothing was sent yet."""
    if wanted := [each for each in numbers if held_and_wanted.wanted(each, "") is not None]:
        raise PlivoError(
            f"Powerpack {name} stays: unrent_numbers=True would give back {called('number', wanted)}, which the program"
            " has in another pool; nothing was sent; run `pulumi up` with unrent_numbers=False first"
        )
    is_destroy = held_and_wanted.knowledge is Knowledge.NOTHING
    unnamed = [] if is_destroy else [each for each in numbers if not held_and_wanted.is_named(each)]
    if unnamed:
        raise PlivoError(
            f"Powerpack {name} stays: {called('number', unnamed)} came into its pool after the run had looked, and"
            " would be given back; nothing was sent; run `pulumi up` again, which names all"
        )
    left = held_and_wanted.may_give_back(len(numbers), settings.max_unrents) if numbers else 0
    if len(numbers) > left:
        raise PlivoError(
            f"Powerpack {name} stays: {counted(len(numbers), 'number')} would be given back to Plivo for good, and this"
            f" run may give back {left} (of {settings.max_unrents} by plivo:maxUnrents); nothing was sent; to allow it,"
            f" set PLIVO_MAX_UNRENTS={settings.max_unrents - left + len(numbers)} for this run, and plivo:maxUnrents if"
            " the stack sets it"
        )


def _tell_of(client: "Client", name: str, numbers: Sequence[str], *, gives_back: bool) -> None:
    """Say what became of the numbers of a Powerpack that is gone: nothing here may fail any more."""
    if not numbers:
        return
    if not gives_back:
        warn(
            f"Powerpack {name} is deleted; still rented, which costs money: {called('number', numbers)}; give back at"
            " Plivo if not needed"
        )
        return

    membership = Membership(client, MemberKind.NUMBER)

    def ask(digits: str) -> bool | None:
        try:
            return membership.is_rented(digits)
        except ApiError:
            return None

    rented = dict(zip(numbers, in_parallel(ask, numbers, THREADS), strict=True))
    for is_rented, text in (
        (False, "given back to Plivo for good, with Powerpack {name}"),
        (True, "Powerpack {name} is gone, but Plivo did not unrent: still rented, and costs money; give back at Plivo"),
        (None, "Powerpack {name} is gone; whether Plivo unrented could not be looked up: see Plivo's console"),
    ):
        if named := [digits for digits, each in rented.items() if each is is_rented]:
            # What is gone for good is named in full: nothing else will name it again.
            shown = ", ".join(named) if is_rented is False else listed(named)
            warn(f"number{'s' if len(named) > 1 else ''} {shown}: {text.format(name=name)}")
