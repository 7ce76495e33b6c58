"""Beginning and ending one command on one stack."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from plivo_sandbox.engine import signals
from plivo_sandbox.engine.cancellation import Cancellation
from plivo_sandbox.engine.engine_server import EngineServer
from plivo_sandbox.engine.hosts import Hosts
from plivo_sandbox.engine.lock import locked
from plivo_sandbox.engine.other_stacks import OtherStacks
from plivo_sandbox.engine.passphrase import passphrase_from
from plivo_sandbox.engine.project import Project, StackConfig, load_config, load_project, read_stack_file
from plivo_sandbox.engine.properties import in_clear
from plivo_sandbox.engine.provider_plugin import ProviderPlugin
from plivo_sandbox.engine.run import Run
from plivo_sandbox.engine.screen import Screen
from plivo_sandbox.engine.snapshot import Snapshot
from plivo_sandbox.engine.targets import Targets
from plivo_sandbox.engine.urns import StackName


@dataclass(frozen=True)
class Options:
    """What a command is to do on which stack, and how; `operations` says what each is."""

    project_directory: Path
    stack: str
    state: Path
    environment: Mapping[str, str] | None
    output: TextIO | None
    with_diff: bool
    hosts: Hosts
    parallel: int | None
    targets: tuple[frozenset[str], bool]
    replace: frozenset[str] = frozenset()
    is_preview: bool = False
    is_quiet: bool = False

    def program_environment(self, project: Project, config: StackConfig) -> dict[str, str]:
        """Return what the program sees."""
        return self.surroundings() | {
            "PULUMI_PROJECT": project.name,
            "PULUMI_STACK": self.stack,
            "PULUMI_CONFIG": json.dumps(dict(config.values)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(sorted(config.secret_keys)),
        }

    def surroundings(self) -> dict[str, str]:
        """Return the environment that was given, or this process's."""
        return dict(os.environ if self.environment is None else self.environment)


@contextmanager
def begun(operation: str, options: Options) -> Iterator[tuple[Run, Project, StackConfig]]:
    """Lock the stack, load what there is and start the provider; at the end, show the summary."""
    started = time.monotonic()
    environment = options.surroundings()
    passphrase = passphrase_from(environment)
    project = load_project(options.project_directory)
    settings = read_stack_file(project, options.stack)
    screen = Screen(
        operation, options.output, preview=options.is_preview, with_diff=options.with_diff, is_quiet=options.is_quiet
    )
    environment |= {"PULUMI_PROJECT": project.name, "PULUMI_STACK": options.stack}
    cancellation = Cancellation()
    # What a preview reads is replaced as a whole, never changed: it need not wait.
    lock = nullcontext() if options.is_preview else locked(options.state)
    with lock, signals.taken(cancellation.take), EngineServer() as server:
        host = options.hosts.start_plugin(project.working_directory, environment, screen.tell, server.address)
        plugin = ProviderPlugin(host)
        try:
            config = load_config(project, options.stack, settings, passphrase)
            screen.result.config = {
                key: "[secret]" if key in config.secret_keys else value for key, value in config.values.items()
            }
            salt = settings.get("encryptionsalt")
            snapshot = Snapshot.load(options.state, salt, passphrase, keep=not options.is_preview)
            name = StackName(project.name, options.stack)
            urns, with_dependents = options.targets
            targets = Targets(set(urns), with_dependents)
            run = Run(
                name,
                snapshot,
                plugin,
                screen,
                options.is_preview,
                OtherStacks(options.state, name, passphrase),
                options.replace,
                options.parallel,
                targets,
                server.address,
                project.working_directory,
            )
            server.engine.attend(run)
            cancellation.begin(run)
            yield run, project, config
            cancellation.finish()
        finally:
            plugin.end()
        screen.result.succeeded = not run.has_failed
        screen.finish(screen.result.outputs, time.monotonic() - started)
        screen.result.outputs = in_clear(dict(screen.result.outputs))
