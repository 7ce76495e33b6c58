"""Changes of Powerpacks that end in a known state: after a lost answer the account is asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pulumi_plivo.api import ApiError, MemberKind, PoolMember, Powerpack
from pulumi_plivo.errors import PlivoError, answered
from pulumi_plivo.number_priority import as_programs_write
from pulumi_plivo.plans.powerpack_settings import NO_APPLICATION, changed, to_send
from pulumi_plivo.pools.membership import found

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

#: What can be given back.
RENTED = (MemberKind.NUMBER, MemberKind.TOLL_FREE)


def settings_of(live: Powerpack) -> dict[str, Any]:
    """Return a Powerpack's name and settings in the form that inputs and states have; None for what is not told."""
    kind = live.application_type
    return {
        "name": live.name,
        "sticky_sender": live.sticky_sender,
        "local_connect": live.local_connect,
        "application_type": kind and kind.lower(),
        "application_id": NO_APPLICATION if live.application_id == "" else live.application_id,
        "number_priority": live.number_priority and as_programs_write(live.number_priority),
    }


def made(client: "Client", wanted: Mapping[str, Any]) -> Powerpack:
    """Create a Powerpack whose name was free just before. Raises PlivoError, which says how things stand."""
    name = wanted["name"]
    try:
        live = client.powerpacks.create(to_send(wanted, {}))
    except ApiError as error:
        if not error.is_answer_lost:
            raise PlivoError(f"could not create Powerpack {name}: {answered(error)}; nothing was changed") from error
        try:
            after = client.powerpacks.named(name)
        except ApiError as look_up:
            raise PlivoError(
                f"tried to create Powerpack {name}: {answered(error)}, and its name could not be looked up afterwards;"
                " the next `pulumi up` looks again; should it ask for adopt=True, the Powerpack is there"
            ) from look_up
        if after is None:
            raise PlivoError(
                f"could not create Powerpack {name}: {answered(error)}; the account had none of this name when it was"
                " looked up afterwards; should the call arrive late after all, the next `pulumi up` asks for adopt=True"
            ) from error
        live = after
    return live if live.number_pool_uuid else _with_pool(client, live)


def _with_pool(client: "Client", made: Powerpack) -> Powerpack:
    """Ask once more for a Powerpack of which the answer did not name the pool."""
    try:
        return client.powerpacks.get(made.uuid)
    except ApiError:
        # It was made: that must reach the state, whatever else is not known.
        return made


def changed_to(client: "Client", live: Powerpack, wanted: Mapping[str, Any]) -> Powerpack:
    """Change what differs from what is wanted, and send all settings. Raises PlivoError."""
    before = settings_of(live)
    if not changed(wanted, before):
        return live
    name = f"Powerpack {live.name or live.uuid}"
    try:
        return client.powerpacks.update(live.uuid, to_send(wanted, before))
    except ApiError as error:
        failure = error
    if failure.is_answer_lost:
        try:
            after = client.powerpacks.get(live.uuid)
        except ApiError as look_up:
            raise PlivoError(
                f"tried to change {', '.join(changed(wanted, before))} of {name}: {answered(failure)}, and it could not"
                " be looked up afterwards; the state keeps what was; the next `pulumi up` tries again"
            ) from look_up
        if not changed(wanted, settings_of(after)):
            return after
    raise PlivoError(
        f"could not change {', '.join(changed(wanted, before))} of {name}: {answered(failure)}; the state keeps what it"
        " has"
    ) from failure


def deleted(client: "Client", uuid: str, name: str, *, unrent_numbers: bool) -> bool:
    """Delete a Powerpack; return whether it was there. Raises PlivoError when it is, or may be, there still."""
    try:
        client.powerpacks.delete(uuid, unrent_numbers=unrent_numbers)
    except ApiError as error:
        failure = error
    else:
        return True
    if failure.is_not_found and failure.attempts == 1:
        return False
    if failure.is_not_found or failure.is_answer_lost or failure.attempts > 1:
        try:
            if found(lambda: client.powerpacks.get(uuid)) is None:
                return True
        except ApiError as look_up:
            raise PlivoError(
                f"tried to delete Powerpack {name}: {answered(failure)}, and it could not be looked up afterwards; the"
                " state keeps it; the next `pulumi up` or `pulumi destroy` tries again"
            ) from look_up
    raise PlivoError(f"could not delete Powerpack {name}: {answered(failure)}; the state keeps it") from failure


def members_in(client: "Client", number_pool_uuid: str, *kinds: MemberKind) -> list[str]:
    """Return the members of a pool as they are now, none where there is no such pool. Raises ApiError.

    The look that a run shares may be 30 seconds old, which is too old for what goes with its pool.
    """

    def read(kind: MemberKind) -> list[PoolMember]:
        return found(lambda: list(client.pool_members.all(kind, number_pool_uuid))) or []

    return sorted({each.digits for kind in kinds for each in read(kind)})
