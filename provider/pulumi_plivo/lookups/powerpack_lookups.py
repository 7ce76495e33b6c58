"""Look-ups of Powerpacks: https://plivo.com/docs/messaging/api/powerpack."""

from collections.abc import Collection

import pulumi

from pulumi_plivo.api import Powerpack
from pulumi_plivo.errors import PlivoError, counted, listed
from pulumi_plivo.lookups import arguments
from pulumi_plivo.lookups.asking import as_output, ask
from pulumi_plivo.lookups.results import FoundPowerpack, found_powerpack
from pulumi_plivo.lookups.whole_list import whole_list


def get_powerpack(name: str | None = None, uuid: str | None = None) -> FoundPowerpack:
    """Return a Powerpack of the account, with the uuid of its number pool.

    Args:
        name: Its name, exactly as it is at Plivo.
        uuid: Its uuid. One of the two is given.

    Raises pulumi.RunError, which ends the program: where the account has no such Powerpack, or several of the name.
    """
    given = arguments.Arguments("get_powerpack")
    if (name is None) == (uuid is None):
        raise given.refusal("it takes either name or uuid")
    if uuid is not None:
        wanted = given.needed("uuid", arguments.powerpack_uuid, uuid)
        return ask(
            f"Powerpack {wanted}",
            lambda client: found_powerpack(client.powerpacks.get(wanted)),
            absent="the account has no such Powerpack: correct uuid, or plivo:authId",
        )
    wanted = given.needed("name", arguments.text, name)
    return ask(
        f"Powerpack {wanted!r}",
        lambda client: found_powerpack(_named(wanted, whole_list(client.powerpacks.page_at, "Powerpack"))),
    )


def get_powerpack_output(
    name: pulumi.Input[str | None] | None = None, uuid: pulumi.Input[str | None] | None = None
) -> pulumi.Output[FoundPowerpack]:
    """Return what `get_powerpack` returns, for inputs."""
    return as_output(get_powerpack, name=name, uuid=uuid)


def list_powerpacks() -> list[FoundPowerpack]:
    """Return every Powerpack of the account, in Plivo's order.

    Raises pulumi.RunError, which ends the program.
    """
    return ask(
        "the account's Powerpacks",
        lambda client: [found_powerpack(each) for each in whole_list(client.powerpacks.page_at, "Powerpack")],
    )


def list_powerpacks_output() -> pulumi.Output[list[FoundPowerpack]]:
    """Return what `list_powerpacks` returns, as an output."""
    return as_output(list_powerpacks)


def _named(name: str, powerpacks: Collection[Powerpack]) -> Powerpack:
    same = [each for each in powerpacks if each.name == name]
    if len(same) == 1:
        return same[0]
    if same:
        uuids = listed([each.uuid for each in same])
        raise PlivoError(f"the account has {len(same)} of that name: give the uuid of one of them: {uuids}")
    names = [repr(each.name) for each in powerpacks if each.name is not None]
    there_are = f"{counted(len(names), 'Powerpack')}: {listed(names)}" if names else "no Powerpack at all"
    raise PlivoError(
        f"the account has none of that name, compared letter by letter; it has {there_are}; correct name, or"
        " plivo:authId"
    )
