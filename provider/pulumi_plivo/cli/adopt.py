"""`plivo-numbers adopt`: the way into a stack for pools that exist."""

import click

from pulumi_plivo.cli.adoption import Adoption, adoption
from pulumi_plivo.cli.as_config import as_config
from pulumi_plivo.cli.as_program import as_program
from pulumi_plivo.cli.endings import WrongUsageError
from pulumi_plivo.cli.live_pools import read_pools, read_powerpacks
from pulumi_plivo.cli.options import stack_option
from pulumi_plivo.cli.powerpack_choice import chosen, names, pool_of, there_are
from pulumi_plivo.cli.stack_settings import client_of, project_name
from pulumi_plivo.errors import counted, tell, warn


@click.command()
@click.option("--powerpack", metavar="NAME|UUID", help="The Powerpack: its name, its uuid or its pool's.")
@click.option("--all", "is_all", is_flag=True, help="All Powerpacks of the account.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["config", "python"]),
    default="config",
    show_default=True,
    help="`config`: the pools of a stack's config, as `stacks/` reads them; `python`: a complete program.",
)
@click.option(
    "--unrent/--no-unrent",
    default=False,
    help="Whether numbers that leave the program later are given back to Plivo, for good. Default: they stay rented.",
)
@stack_option
def adopt(powerpack: str | None, is_all: bool, form: str, unrent: bool, stack: str | None) -> None:
    """Write what takes live pools over: a stack's config, or a program."""
    if powerpack and is_all:
        raise WrongUsageError("--powerpack and --all can't be used together")
    client = client_of(stack)
    powerpacks = read_powerpacks(client)
    if not powerpack and not is_all:
        raise WrongUsageError(f"name a Powerpack with --powerpack, or take --all; {there_are(powerpacks)}")
    wanted = powerpacks if powerpack is None else [chosen(powerpacks, powerpack)]
    pools, _ = read_pools(client, [pool_of(each) for each in wanted])
    found = adoption(wanted, pools, names(powerpacks), unrent=unrent)
    click.echo(as_config(found.pools, project_name()) if form == "config" else as_program(found.pools), nl=False)
    _tell(found, form, unrent=unrent)


def warn_of_left_out(found: Adoption) -> None:
    """Say what can't be in a program."""
    for line in found.left_out:
        warn(f"left out: {line}")


def _tell(found: Adoption, form: str, *, unrent: bool) -> None:
    warn_of_left_out(found)
    if unrent:
        warn("with unrent a number that leaves the program is given back to Plivo for good")
    counts = [
        counted(sum(len(pool.numbers) for pool in found.pools), "number"),
        counted(sum(len(pool.toll_frees) for pool in found.pools), "toll-free number"),
        counted(sum(len(pool.shortcodes) for pool in found.pools), "shortcode"),
    ]
    place = "below `config:` in Pulumi.STACK.yaml" if form == "config" else "to __main__.py"
    tell(
        f"{', '.join(counts)}: add it {place}; `pulumi preview` shows what it comes to, and `pulumi up` takes them over"
        " without a change at Plivo"
    )
