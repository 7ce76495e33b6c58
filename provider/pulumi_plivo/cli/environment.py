"""`plivo-numbers environment`: the file of a new stack, on the account that the environment names."""

import click

from pulumi_plivo.api import DEFAULT_BASE_URL
from pulumi_plivo.cli.adopt import warn_of_left_out
from pulumi_plivo.cli.adoption import adoption
from pulumi_plivo.cli.as_config import as_config
from pulumi_plivo.cli.endings import WrongUsageError
from pulumi_plivo.cli.live_pools import read_pools, read_powerpacks
from pulumi_plivo.cli.powerpack_choice import chosen, names, pool_of
from pulumi_plivo.cli.stack_settings import client_of, project_name, stack_file
from pulumi_plivo.errors import tell


@click.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--powerpack",
    "powerpacks",
    metavar="NAME|UUID",
    multiple=True,
    help="A Powerpack that the stack takes over; can be repeated. Default: all of the account.",
)
def environment(name: str, powerpacks: tuple[str, ...]) -> None:
    """Write Pulumi.NAME.yaml of a new stack: its account, and the pools that this has. What is there is never changed.

    The account is that of PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN.
    """
    path = stack_file(name)
    if path.exists():
        raise WrongUsageError(f"{path} is there already, and stays as it is")
    client = client_of(None)
    there = read_powerpacks(client)
    named = {each.uuid: each for each in (chosen(there, one) for one in powerpacks)}
    wanted = list(named.values()) if powerpacks else there
    pools, _ = read_pools(client, [pool_of(each) for each in wanted])
    found = adoption(wanted, pools, names(there), unrent=False)
    lines = [
        f"# The token of {name} is a secret: `pulumi config set --secret plivo:authToken --stack {name}`, or"
        " PLIVO_AUTH_TOKEN in CI.",
        "config:",
        f"  plivo:authId: {client.auth_id}",
        *([f"  plivo:baseUrl: {client.base_url}"] if client.base_url != DEFAULT_BASE_URL else []),
    ]
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n" + as_config(found.pools, project_name()))
    except OSError as error:
        raise WrongUsageError(f"can't write {path}: {error.strerror or error}") from None
    warn_of_left_out(found)
    tell(
        f"{path} is written, for account {client.auth_id}: read it, then run `pulumi stack init {name}`,"
        f" `pulumi config set --secret plivo:authToken --stack {name}` and `pulumi preview --stack {name}`"
    )
