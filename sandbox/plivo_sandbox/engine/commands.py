"""The commands `plivo-sandbox up`, `preview`, `refresh` and `destroy`."""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.handover import hand_to_cli, hand_to_embedded
from plivo_sandbox.engine.local_plivo import local_port, running_plivo, with_its_passphrase, with_its_token
from plivo_sandbox.engine.project import Project, find_project_root, load_project, read_stack_file
from plivo_sandbox.engine.pulumi_cli import CliStack, FoundCli, checkpoint_of, find_cli, install_cli
from plivo_sandbox.engine.verdict import tell_verdict
from plivo_sandbox.private_files import LinkError, make_folder, refuse_link

DATA_FOLDER = ".sandbox"
WITH_VERDICT = ("preview", "up")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--diff", "with_diff", is_flag=True, help="Show the old and new values of what changes."),
        click.option(
            "--engine",
            type=click.Choice(["auto", "pulumi", "embedded"]),
            default="auto",
            show_default=True,
            help="What runs the stack; auto is the pulumi CLI where there is one, else the embedded engine.",
        ),
        click.option("--target-dependents", is_flag=True, help="Act on what depends on the targets, too."),
        click.option("--target", multiple=True, metavar="URN", help="Act on this resource alone; can be repeated."),
        click.option("--parallel", type=click.IntRange(min=1), help="How many steps to do at a time."),
        click.option("--stack", default="dev", show_default=True, help="The stack to run."),
    ):
        command = option(command)
    return command


@click.command()
@_options
@click.option("--install-cli", is_flag=True, hidden=True)
def up(stack: str, engine: str, install_cli: bool, **how: Any) -> None:
    """Bring the stack to what its program says, on the local Plivo."""
    _run("up", stack, engine, how, may_install=install_cli)


@click.command()
@_options
@click.option("--json", "as_json", is_flag=True, help="Write the preview for machines, and all else to standard error.")
def preview(stack: str, engine: str, *, as_json: bool, **how: Any) -> None:
    """Show what up would do."""
    _run("preview", stack, engine, how, as_json=as_json)


@click.command()
@_options
def refresh(stack: str, engine: str, **how: Any) -> None:
    """Bring the stack's state up to date with the local Plivo."""
    _run("refresh", stack, engine, how)


@click.command()
@_options
def destroy(stack: str, engine: str, **how: Any) -> None:
    """Delete everything that the stack owns on the local Plivo."""
    _run("destroy", stack, engine, how)


def _run(
    operation: str,
    stack: str,
    engine: str,
    how: Mapping[str, Any],
    *,
    may_install: bool = False,
    as_json: bool = False,
) -> None:
    def tell(text: str) -> None:
        click.echo(text, err=as_json)

    try:
        project = load_project(find_project_root(Path.cwd()))
        settings = read_stack_file(project, stack)
        port = local_port(project, settings, stack)
        data = project.root / DATA_FOLDER
        state = data / "embedded" / project.name / f"{stack}.json"
        make_folder(data)
        refuse_link(data / "embedded", state.parent, data / "pulumi")
        cli = _choose(engine, data, tell, may_install=may_install)
        database = data / "plivo.sqlite3"
        with running_plivo(port, database, tell, with_shortcodes=operation == "up"):
            environment = with_its_token(project, settings, os.environ, database, tell)
            environment = with_its_passphrase(settings, environment, tell)
            if cli is not None:
                on_cli = CliStack(cli, project, stack, data / "pulumi", environment)
                succeeded = _run_on_cli(operation, on_cli, state, how, tell, as_json=as_json)
            else:
                _take_over(state, data / "pulumi", project, stack, tell)
                succeeded = _run_embedded(operation, project, stack, state, environment, how, as_json=as_json)
    except (EngineError, LinkError) as error:
        raise click.ClickException(str(error)) from error
    if not succeeded:
        sys.exit(1)


def _choose(engine: str, data: Path, tell: Callable[[str], None], *, may_install: bool) -> FoundCli | None:
    """Choose the engine, and say which and why; None is the embedded one."""
    if engine == "embedded":
        tell("engine: embedded, as asked")
        return None
    marker = data / "no-pulumi-cli"
    cli = find_cli()
    if cli is None and may_install:
        cli = install_cli(marker, lambda text: click.echo(text, err=True))
    if cli is not None:
        tell(f"engine: the pulumi CLI, {cli.path}, {cli.how}")
        return cli
    if engine == "pulumi":
        raise EngineError("there is no pulumi CLI on PATH: install it, or use --engine embedded")
    tried = " and Pulumi's installer could not get it" if marker.exists() else ""
    tell(f"engine: embedded, as there is no pulumi CLI on PATH{tried}")
    return None


def _run_on_cli(
    operation: str,
    on_cli: CliStack,
    state: Path,
    how: Mapping[str, Any],
    tell: Callable[[str], None],
    *,
    as_json: bool,
) -> bool:
    if not on_cli.create():
        return False
    if hand_to_cli(state, on_cli.checkpoint, on_cli.take):
        tell("the stack's state was with the embedded engine: the CLI has taken it over")
    if as_json or operation not in WITH_VERDICT:
        return on_cli.run(operation, as_json=as_json, **how)
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events"
        succeeded = on_cli.run(operation, events=events, **how)
        if events.exists() and _has_verdict(operation, succeeded=succeeded):
            tell_verdict(events.read_text(encoding="utf-8"), tell, is_done=operation == "up")
    return succeeded


def _has_verdict(operation: str, *, succeeded: bool) -> bool:
    """Whether a run ends with what it loses: what an `up` that failed has done, its own lines say."""
    return operation == "preview" or (operation == "up" and succeeded)


def _take_over(state: Path, backend: Path, project: Project, stack: str, tell: Callable[[str], None]) -> None:
    if hand_to_embedded(state, checkpoint_of(backend, project, stack)):
        tell("the stack's state was with the pulumi CLI: the embedded engine has taken it over")


def _run_embedded(
    operation: str,
    project: Project,
    stack: str,
    state: Path,
    environment: Mapping[str, str],
    how: Mapping[str, Any],
    *,
    as_json: bool,
) -> bool:
    # Not needed, and slow to import, when the CLI runs the stack.
    from plivo_sandbox.engine import operations
    from plivo_sandbox.engine.preview_json import preview_json

    run: Callable[..., Any] = getattr(operations, operation)
    output = sys.stderr if as_json else sys.stdout
    result = run(project.root, stack, state=state, environment=environment, output=output, **how)
    if as_json:
        click.echo(preview_json(result), nl=False)
    elif _has_verdict(operation, succeeded=result.succeeded):
        tell_verdict(preview_json(result), click.echo, is_done=operation == "up")
    return bool(result.succeeded)
