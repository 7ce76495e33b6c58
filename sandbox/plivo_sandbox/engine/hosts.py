"""Who runs the two sides that an engine sits between: the provider's plugin and the user's program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from plivo_sandbox.engine.plugin_process import PluginProcess
from plivo_sandbox.engine.program_process import run_in_a_process
from plivo_sandbox.engine.project import Project
from plivo_sandbox.engine.provider_plugin import PluginHost
from plivo_sandbox.engine.registrations import Registrations
from plivo_sandbox.engine.run import Run

#: Starts the plugin of one run: the working directory, the environment, what to do with each line that it prints, and
#: where the engine's own service is.
StartPlugin: TypeAlias = Callable[[Path, Mapping[str, str], Callable[[str], None], str], PluginHost]

#: Runs the program of one run, and returns when everything that it registered has been dealt with.
RunProgram: TypeAlias = Callable[[Run, Registrations, Project, Mapping[str, str]], None]


@dataclass(frozen=True)
class Hosts:
    """The two sides of a run; by default each is a process of its own, as with the CLI."""

    start_plugin: StartPlugin = PluginProcess
    run_program: RunProgram = run_in_a_process


PROCESSES = Hosts()
