"""The four commands on a stack, on the embedded engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as replace_field
from pathlib import Path
from typing import TextIO

from plivo_sandbox.engine.beginning import Options, begun
from plivo_sandbox.engine.default_provider import DefaultProvider
from plivo_sandbox.engine.deletions import delete_targets, refuse_protected
from plivo_sandbox.engine.deployment import holds_protected
from plivo_sandbox.engine.execution import Executor
from plivo_sandbox.engine.hosts import PROCESSES, Hosts
from plivo_sandbox.engine.refreshing import refresh_all
from plivo_sandbox.engine.registrations import Registrations
from plivo_sandbox.engine.result import Result, Step
from plivo_sandbox.engine.run import Run, report_missing_targets
from plivo_sandbox.engine.screen import Screen

__all__ = ["Result", "Step", "destroy", "preview", "refresh", "up"]


def up(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    replace: Sequence[str] = (),
    skip_preview: bool = False,
    target: Sequence[str] = (),
    target_dependents: bool = False,
    parallel: int | None = None,
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Bring the stack to what its program says.

    `state` is the file that holds the stack's state; `environment` is what the program and the provider see (default:
    this process's); `replace` names URNs to replace even if nothing has changed; `target` names the URNs to act on
    (default: all), with `target_dependents` also what depends on them; `parallel` is how many steps are done at a time
    (default: as many as the plugin takes); `hosts` run the provider and the program (default: processes of their own).
    A stack with protected resources is previewed first, and left alone when that fails; with `skip_preview` the run
    does whatever it can beside them, as the CLI's does.

    Raises:
        EngineError: the run could not begin. What goes wrong in it is in the result.
    """
    targets = (frozenset(target), target_dependents)
    options = Options(
        project_directory, stack, state, environment, output, with_diff, hosts, parallel, targets, frozenset(replace)
    )
    if not skip_preview and holds_protected(state):
        # Whether the program would have one of them deleted is known only at its end: find out before anything is done.
        foreseen = _with_program("preview", replace_field(options, is_preview=True, is_quiet=True))
        if not foreseen.succeeded:
            return _refused(options, foreseen)
    return _with_program("up", options)


def preview(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    replace: Sequence[str] = (),
    target: Sequence[str] = (),
    target_dependents: bool = False,
    parallel: int | None = None,
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Say what `up` would do, and change nothing; arguments and errors are those of `up`."""
    targets = (frozenset(target), target_dependents)
    options = Options(
        project_directory,
        stack,
        state,
        environment,
        output,
        with_diff,
        hosts,
        parallel,
        targets,
        frozenset(replace),
        is_preview=True,
    )
    return _with_program("preview", options)


def refresh(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    target: Sequence[str] = (),
    target_dependents: bool = False,
    parallel: int | None = None,
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Bring the state up to date with what exists; arguments and errors are those of `up`."""
    targets = (frozenset(target), target_dependents)
    options = Options(project_directory, stack, state, environment, output, with_diff, hosts, parallel, targets)
    return _without_program("refresh", options, refresh_all)


def destroy(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    skip_preview: bool = False,
    target: Sequence[str] = (),
    target_dependents: bool = False,
    parallel: int | None = None,
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Delete everything that the stack owns; arguments and errors are those of `up`."""
    targets = (frozenset(target), target_dependents)
    options = Options(project_directory, stack, state, environment, output, with_diff, hosts, parallel, targets)

    def delete(run: Run) -> None:
        condemned = run.snapshot.resources()
        if skip_preview or not refuse_protected(run, run.targets.among(condemned, condemned)):
            delete_targets(run, Executor(run), condemned)

    return _without_program("destroy", options, delete)


def _refused(options: Options, foreseen: Result) -> Result:
    """Report what a preview has found, as the outcome of an `up` that was not begun."""
    screen = Screen("up", options.output, preview=False, with_diff=False)
    for warning in foreseen.warnings:
        screen.warn(warning)
    for error in foreseen.errors:
        screen.error(error)
    if foreseen.cancelled:
        screen.result.cancelled = True
        screen.error("nothing was begun")
    else:
        screen.error("nothing was begun: the stack holds protected resources, and its preview failed")
    return screen.result


def _without_program(operation: str, options: Options, work: Callable[[Run], None]) -> Result:
    with begun(operation, options) as (run, _, _):
        DefaultProvider(run).configure_from_state()
        report_missing_targets(run, {resource.urn for resource in run.snapshot.base})
        if not run.has_failed:
            work(run)
    return run.screen.result


def _with_program(operation: str, options: Options) -> Result:
    with begun(operation, options) as (run, project, config):
        executor = Executor(run)
        registrations = Registrations(run, config, executor, DefaultProvider(run))
        options.hosts.run_program(run, registrations, project, options.program_environment(project, config))
        if not run.has_failed:
            registrations.refuse_missing_targets()
        if not run.has_failed:
            registrations.provider.configure_from_state()
            delete_targets(run, executor, run.snapshot.unsettled())
        run.screen.result.outputs = registrations.finish_outputs()
    return run.screen.result
