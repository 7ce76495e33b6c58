"""`plivo-numbers report`: which numbers a preview loses, for whoever reviews it."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from pulumi_plivo import inputs
from pulumi_plivo.cli.endings import Status, WrongUsageError
from pulumi_plivo.cli.preview_changes import Changes, Loss
from pulumi_plivo.cli.preview_document import read_preview
from pulumi_plivo.cli.preview_judgement import judged
from pulumi_plivo.cli.report_forms import as_json, as_markdown, as_text
from pulumi_plivo.cli.report_gate import reasons
from pulumi_plivo.errors import tell

FORMS: dict[str, Callable[[Changes], str]] = {"markdown": as_markdown, "text": as_text, "json": as_json}


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="markdown",
    show_default=True,
    help="`markdown`: for a pull request's comment or a job's summary; `text`: for a terminal; `json`: for programs.",
)
@click.option(
    "--fail-on",
    "stopped",
    metavar="unrent,rent,remove,powerpack-delete",
    help="End with 3, and a line a reason, where the preview would do one of these. Default: none.",
)
@click.option(
    "--allow",
    "allowed",
    metavar="NUMBER",
    multiple=True,
    help="A number whose loss was agreed to, for --fail-on; can be repeated, or have commas.",
)
@click.option("--done", is_flag=True, help="It was no preview, but an `up` or a destroy: say what it has done.")
@click.argument("source", metavar="FILE|-")
def report(*, form: str, stopped: str | None, allowed: tuple[str, ...], done: bool, source: str) -> int:
    """Say which numbers a preview loses: FILE is what `pulumi preview --json` prints, - is standard input."""
    losses, agreed = _losses(stopped), _numbers(allowed)
    changes = judged(read_preview(_content(source), "standard input" if source == "-" else source))
    changes.is_done = done
    click.echo(FORMS[form](changes), nl=False)
    why = list(reasons(changes, losses, agreed))
    for line in why:
        tell(f"plivo-numbers: {line}")
    return Status.NOT_ALLOWED if why else Status.FINE


def _losses(text: str | None) -> set[Loss]:
    known = {each.value: each for each in Loss}
    named = [each.strip() for each in (text or "").split(",") if each.strip()]
    if wrong := [each for each in named if each not in known]:
        raise WrongUsageError(f"--fail-on knows {', '.join(known)}, and not {', '.join(wrong)}")
    return {known[each] for each in named}


def _numbers(texts: tuple[str, ...]) -> set[str]:
    try:
        return {inputs.number(each) for text in texts for each in text.split(",") if each.strip()}
    except ValueError as error:
        raise WrongUsageError(f"--allow: {error}") from None


def _content(source: str) -> str:
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return content.decode()
    except OSError as error:
        raise WrongUsageError(f"can't read {source}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise WrongUsageError(f"can't read {source}: it is no text in UTF-8") from None
