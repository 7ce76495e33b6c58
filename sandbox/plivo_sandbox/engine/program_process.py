"""Running the user's program in a process of its own, with the engine as its monitor."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping

from plivo_sandbox.engine.child_process import Child
from plivo_sandbox.engine.lifeline import Lifeline
from plivo_sandbox.engine.monitor import MonitorServer
from plivo_sandbox.engine.program_status import TOLD
from plivo_sandbox.engine.project import Project
from plivo_sandbox.engine.registrations import Registrations
from plivo_sandbox.engine.run import Run


def run_in_a_process(run: Run, registrations: Registrations, project: Project, environment: Mapping[str, str]) -> None:
    """Run the program until it ends or the run is stopped, and all that it registered has been dealt with."""
    with MonitorServer(run, registrations) as server:
        _run_child(run, project, environment, server.address)
        registrations.wait()


def _run_child(run: Run, project: Project, environment: Mapping[str, str], address: str) -> None:
    settings = {
        "address": address,
        "engine": run.engine_address,
        "project": run.name.project,
        "stack": run.name.stack,
        "root": str(project.root),
        "program": project.program,
        "preview": run.preview,
    }
    # With the CLI, a program whose engine was killed ends at its next request.
    lifeline = Lifeline()
    module = ["-m", "plivo_sandbox.engine.program", str(lifeline.read_end), json.dumps(settings)]
    child = Child(
        [sys.executable, "-u", *module],
        project.working_directory,
        environment,
        on_output=run.screen.info,
        on_error=run.screen.info,
        pass_fds=[lifeline.read_end],
    )
    lifeline.hand_over()
    try:
        status = _wait(child.process, run.stopped)
    finally:
        child.end(signal.SIGTERM)
        lifeline.cut()
    if status:
        run.stop("" if status == TOLD else f"the program ended with status {status}")


def _wait(process: "subprocess.Popen[str]", stopped: threading.Event) -> int | None:
    """Wait for the program; return its status, or None when the run was stopped before."""
    while not stopped.is_set():
        try:
            return process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    return None
