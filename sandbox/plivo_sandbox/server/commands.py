"""The commands `plivo-sandbox serve` and `plivo-sandbox seed`."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from plivo_sandbox.server.database import DatabaseError, database
from plivo_sandbox.server.faults import ACTIONS, FaultError
from plivo_sandbox.server.quirks import QUIRKS, QuirkError, parse_quirks
from plivo_sandbox.server.running import PortTakenError, RunningSandbox
from plivo_sandbox.server.seed import add_seed, read_seed, seed_when_new
from plivo_sandbox.server.seed_node import SeedError

DEFAULT_PORT = 8420

database_option = click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(".sandbox", "plivo.sqlite3"),
    show_default=True,
    help="File that holds the sandbox's state.",
)


def _names(texts: Callable[[], Any]) -> str:
    return ", ".join(sorted(texts()))


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0 picks a free one."
)
@database_option
@click.option("--rate-limit", is_flag=True, help="Answer 429 after 300 calls of an account in 5 seconds.")
@click.option("--quirk", "quirks", multiple=True, metavar="NAME=VALUE", help=f"One of: {_names(QUIRKS.keys)}.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="SPEC",
    help=f"METHOD PATH [nth=K] [times=N] ACTION; actions: {_names(ACTIONS.keys)}.",
)
def serve(port: int, db: Path, rate_limit: bool, quirks: tuple[str, ...], faults: tuple[str, ...]) -> None:
    """Run the local Plivo on 127.0.0.1 until Ctrl-C; a new database gets the shipped accounts, numbers and pools."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with database(db) as connection:
            seed_when_new(connection)
        sandbox = RunningSandbox(db, port=port, quirks=parse_quirks(quirks), faults=faults, rate_limit=rate_limit)
        with sandbox:
            click.echo(f"listening on {sandbox.base_url}")
            stop.wait()
    except (DatabaseError, FaultError, PortTakenError, QuirkError) as error:
        raise click.ClickException(str(error)) from error


@click.command()
@database_option
@click.argument("file", type=click.Path(path_type=Path))
def seed(db: Path, file: Path) -> None:
    """Add the accounts, rented numbers and Powerpacks of FILE (YAML); what is there already stays as it is."""
    try:
        content = read_seed(file)
        with database(db) as connection:
            add_seed(connection, content)
    except (DatabaseError, SeedError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{db} has what {file} holds")
