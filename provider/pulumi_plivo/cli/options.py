"""Options that several commands have."""

import click

stack_option = click.option(
    "--stack",
    metavar="NAME",
    help="Take the settings of this stack of the project in this folder. Default: those of the environment.",
)
