"""The four commands on a stack, on the embedded engine."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from dataclasses import replace as replace_field
from pathlib import Path
from typing import TextIO

from plivo_sandbox.engine.cancellation import Cancellation
from plivo_sandbox.engine.default_provider import DefaultProvider
from plivo_sandbox.engine.deletions import delete_all
from plivo_sandbox.engine.execution import Executor
from plivo_sandbox.engine.hosts import PROCESSES, Hosts
from plivo_sandbox.engine.lock import locked
from plivo_sandbox.engine.passphrase import passphrase_from
from plivo_sandbox.engine.project import Project, StackConfig, load_config, load_project, read_stack_file
from plivo_sandbox.engine.properties import in_clear
from plivo_sandbox.engine.provider_plugin import ProviderPlugin
from plivo_sandbox.engine.refreshing import refresh_all
from plivo_sandbox.engine.registrations import Registrations
from plivo_sandbox.engine.result import Result, Step
from plivo_sandbox.engine.run import Run
from plivo_sandbox.engine.screen import Screen
from plivo_sandbox.engine.snapshot import Snapshot
from plivo_sandbox.engine.urns import StackName

__all__ = ["Result", "Step", "destroy", "preview", "refresh", "up"]


def up(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    replace: Sequence[str] = (),
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Bring the stack to what its program says.

    `state` is the file that holds the stack's state; `environment` is what the program and the provider see (default:
    this process's); `replace` names URNs to replace even if nothing has changed; `hosts` run the provider and the
    program (default: processes of their own).

    Raises:
        EngineError: the run could not begin. What goes wrong in it is in the result.
    """
    options = _Options(project_directory, stack, state, environment, output, frozenset(replace), with_diff, hosts)
    if _holds_protected(state):
        # Whether the program would have one of them deleted is known only at its end: find out before anything is done.
        foreseen = _with_program("preview", replace_field(options, is_quiet=True), is_preview=True)
        if not foreseen.succeeded:
            return _refused(options, foreseen)
    return _with_program("up", options, is_preview=False)


def preview(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    replace: Sequence[str] = (),
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Say what `up` would do, and change nothing; arguments and errors are those of `up`."""
    options = _Options(project_directory, stack, state, environment, output, frozenset(replace), with_diff, hosts)
    return _with_program("preview", options, is_preview=True)


def refresh(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Bring the state up to date with what exists; arguments and errors are those of `up`."""
    options = _Options(project_directory, stack, state, environment, output, frozenset(), with_diff, hosts)
    return _without_program("refresh", options, refresh_all)


def destroy(
    project_directory: Path,
    stack: str,
    *,
    state: Path,
    environment: Mapping[str, str] | None = None,
    output: TextIO | None = None,
    with_diff: bool = False,
    hosts: Hosts = PROCESSES,
) -> Result:
    """Delete everything that the stack owns; arguments and errors are those of `up`."""
    options = _Options(project_directory, stack, state, environment, output, frozenset(), with_diff, hosts)
    return _without_program("destroy", options, lambda run: delete_all(run, Executor(run), run.snapshot.resources()))


@dataclass(frozen=True)
class _Options:
    project_directory: Path
    stack: str
    state: Path
    environment: Mapping[str, str] | None
    output: TextIO | None
    replace: frozenset[str]
    with_diff: bool
    hosts: Hosts
    is_quiet: bool = False


def _holds_protected(state: Path) -> bool:
    return state.exists() and '"protect": true' in state.read_text(encoding="utf-8")


def _refused(options: _Options, foreseen: Result) -> Result:
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


@contextmanager
def _begun(operation: str, options: _Options, *, is_preview: bool) -> Iterator[tuple[Run, Project, StackConfig]]:
    """Lock the stack, load what there is and start the provider; at the end, show the summary."""
    started = time.monotonic()
    environment = dict(os.environ if options.environment is None else options.environment)
    passphrase = passphrase_from(environment)
    project = load_project(options.project_directory)
    settings = read_stack_file(project, options.stack)
    screen = Screen(
        operation, options.output, preview=is_preview, with_diff=options.with_diff, is_quiet=options.is_quiet
    )
    environment |= {"PULUMI_PROJECT": project.name, "PULUMI_STACK": options.stack}
    # What a preview reads is replaced as a whole, never changed: it need not wait.
    cancellation = Cancellation()
    with nullcontext() if is_preview else locked(options.state), cancellation.on_signals():
        host = options.hosts.start_plugin(project.working_directory, environment, screen.warn)
        plugin = ProviderPlugin(host)
        try:
            config = load_config(project, options.stack, settings, passphrase)
            salt = settings.get("encryptionsalt")
            snapshot = Snapshot.load(options.state, salt, passphrase, keep=not is_preview)
            name = StackName(project.name, options.stack)
            run = Run(name, snapshot, plugin, screen, is_preview, options.replace)
            cancellation.begin(run)
            yield run, project, config
            cancellation.finish()
        finally:
            plugin.end()
        screen.result.succeeded = not run.has_failed
        screen.finish(screen.result.outputs, time.monotonic() - started)
        screen.result.outputs = in_clear(dict(screen.result.outputs))


def _without_program(operation: str, options: _Options, work: Callable[[Run], None]) -> Result:
    with _begun(operation, options, is_preview=False) as (run, _, _):
        DefaultProvider(run).configure_from_state()
        work(run)
    return run.screen.result


def _with_program(operation: str, options: _Options, *, is_preview: bool) -> Result:
    with _begun(operation, options, is_preview=is_preview) as (run, project, config):
        executor = Executor(run)
        registrations = Registrations(run, config, executor, DefaultProvider(run))
        options.hosts.run_program(run, registrations, project, _program_environment(options, project, config))
        if not run.has_failed:
            registrations.provider.configure_from_state()
            delete_all(run, executor, run.snapshot.unsettled())
        run.screen.result.outputs = registrations.finish_outputs()
    return run.screen.result


def _program_environment(options: _Options, project: Project, config: StackConfig) -> dict[str, str]:
    environment = dict(os.environ if options.environment is None else options.environment)
    return environment | {
        "PULUMI_PROJECT": project.name,
        "PULUMI_STACK": options.stack,
        "PULUMI_CONFIG": json.dumps(dict(config.values)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(config.secret_keys)),
    }
