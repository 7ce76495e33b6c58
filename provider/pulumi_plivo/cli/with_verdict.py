"""`plivo-numbers preview` and `up`: Pulumi's own, which end with what is lost; `up` asks before it."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pulumi_plivo.cli.endings import Status
from pulumi_plivo.cli.preview_changes import Changes
from pulumi_plivo.cli.pulumi_command import carried_out, previewed, refuse_own
from pulumi_plivo.cli.report_forms import as_text
from pulumi_plivo.errors import tell

PASSED_ON = {"ignore_unknown_options": True}


@click.command(context_settings=PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- PULUMI'S ARGUMENTS]")
def preview(arguments: tuple[str, ...]) -> int:
    """Run `pulumi preview`, and end with which numbers it loses."""
    refuse_own(arguments)
    with TemporaryDirectory() as folder:
        succeeded, changes = previewed(arguments, Path(folder))
    _show(changes)
    return Status.FINE if succeeded else Status.PULUMI_FAILED


@click.command(context_settings=PASSED_ON)
@click.option("--yes", is_flag=True, help="Do not ask. What gives numbers back needs --allow-unrent as well.")
@click.option(
    "--allow-unrent",
    "allowed",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    help="With --yes: up to so many numbers may be given back for good. Default: 0.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- PULUMI'S ARGUMENTS]")
def up(*, yes: bool, allowed: int, arguments: tuple[str, ...]) -> int:
    """Run `pulumi preview`, say which numbers it loses, ask, and do what was planned, and nothing else."""
    refuse_own(arguments)
    with TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        succeeded, changes = previewed(arguments, Path(folder), plan=plan)
        _show(changes)
        if not succeeded:
            return Status.PULUMI_FAILED
        if refusal := _refusal(changes, yes=yes, allowed=allowed):
            tell(f"plivo-numbers: {refusal}; nothing was changed")
            return Status.NOT_ALLOWED
        return Status.FINE if carried_out(arguments, plan) else Status.PULUMI_FAILED


def _show(changes: Changes) -> None:
    verdict, _, rest = as_text(changes).partition("\n")
    click.echo(f"{rest}\n{verdict}")


def _refusal(changes: Changes, *, yes: bool, allowed: int) -> str | None:
    """Return why the run is not agreed to; None where it is."""
    worst = changes.worst
    if yes and changes.is_untold:
        return (
            "what would be given back can't be counted, so --allow-unrent can't agree to it; without --yes you are"
            " asked"
        )
    if yes:
        return f"{worst} would be given back for good, and --allow-unrent allows {allowed}" if worst > allowed else None
    if not _can_ask():
        return "nobody can be asked, as standard input is no terminal; --yes, with --allow-unrent, agrees beforehand"
    if worst:
        answer = click.prompt(f"To give back for good, type how many ({worst})", default="", show_default=False)
        return None if answer.strip() == str(worst) else "that is not how many"
    return None if click.confirm("Do it?") else "not agreed to"


def _can_ask() -> bool:
    return sys.stdin.isatty()
