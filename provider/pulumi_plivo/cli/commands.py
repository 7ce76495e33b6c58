"""The commands of `plivo-numbers`, and the exit status that each ends with."""

import contextlib
import os
import sys
from collections.abc import Sequence

import click

from pulumi_plivo.cli.adopt import adopt
from pulumi_plivo.cli.check import check
from pulumi_plivo.cli.endings import NotAskedError, Status
from pulumi_plivo.cli.environment import environment
from pulumi_plivo.cli.listing import list_
from pulumi_plivo.cli.report import report
from pulumi_plivo.cli.with_verdict import preview, up
from pulumi_plivo.errors import PlivoError, ProviderBugError, reported, tell


@click.group(name="plivo-numbers", no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pulumi-plivo")
def group() -> None:
    """Look at an account's number pools, and bring them into a Pulumi stack.

    Nothing is changed at Plivo, but by `up`, which asks. The settings are the provider's: PLIVO_AUTH_ID and
    PLIVO_AUTH_TOKEN, or a stack's.
    """


group.add_command(adopt)
group.add_command(environment)
group.add_command(list_)
group.add_command(check)
group.add_command(report)
group.add_command(preview)
group.add_command(up)


def run(arguments: Sequence[str] | None) -> int:
    """Run a command and return its exit status. Whatever goes wrong is told in one line, but for a bug."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A name may have characters that the terminal's encoding lacks.
            stream.reconfigure(errors="replace")
    try:
        return _status(arguments)
    except ProviderBugError as error:
        tell(f"plivo-numbers: {error}")
        return Status.BUG


@reported
def _status(arguments: Sequence[str] | None) -> int:
    try:
        # `main` of click would end with 1, which is a finding here, where nobody reads the output any more.
        with group.make_context("plivo-numbers", list(sys.argv[1:] if arguments is None else arguments)) as context:
            status = group.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        tell(f"plivo-numbers: {_one_line(error.format_message())}; plivo-numbers --help says more")
        return Status.USAGE
    except PlivoError as error:
        tell(f"plivo-numbers: {_one_line(str(error))}")
        return Status.NOT_ASKED if isinstance(error, NotAskedError) else Status.USAGE
    except KeyboardInterrupt:
        tell("plivo-numbers: interrupted; nothing was changed")
        return Status.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. What is left in the buffer must not fail at the end of the process.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.NOBODY_READS
    return status if isinstance(status, int) else Status.FINE


def _one_line(text: str) -> str:
    return " ".join(text.split())
