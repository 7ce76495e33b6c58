"""The process that has imported the SDK, and forks one that runs a module for each request that it gets.

A request comes with the files of the new process: the socket on which the rest of it follows and the answer goes back,
then those that it shall have under numbers of its own. Between the two processes stands a third, as a shell does.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from collections.abc import Mapping
from typing import Any

#: All that the plugin, a program and the provider import.
IMPORTED = (
    "dill",
    "grpc",
    "pulumi.dynamic",
    "plivo_sandbox.engine.lifeline",
    "pulumi_plivo",
    "pulumi_plivo.ledger",
    "pulumi_plivo.api.client",
)
MOST_FILES = 16
#: Above all numbers of files that a process asks for.
HIGH = 900
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def main() -> None:
    """Serve the socket of this number until it is closed; in a forked process, run what was asked for."""
    for module in IMPORTED:
        importlib.import_module(module)
    # What was imported is garbage at no time: no process that is forked looks through it, and copies it.
    gc.freeze()
    requests = socket.socket(fileno=int(sys.argv[1]))
    while True:
        message, files, _, _ = socket.recv_fds(requests, 1, MOST_FILES)
        if not message:
            return
        if os.fork() == 0:
            requests.close()
            _keep(files)
            return
        for file in files:
            os.close(file)
        _reap()


def _reap() -> None:
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            return


def _keep(files: list[int]) -> None:
    """Start the process that was asked for, and tell its number and how it ended; return in that process alone."""
    answer = socket.socket(fileno=files[0])
    with answer.makefile("r", encoding="utf-8") as text:
        request: dict[str, Any] = json.loads(text.readline())
    if request["start_new_session"]:
        os.setsid()
    # What is sent to all processes of a group is for the new one, once it can take it.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    worker = os.fork()
    if worker == 0:
        answer.close()
        _become(request, files[1:])
        return
    answer.sendall(b"%d\n" % os.getpid())
    for file in files[1:]:
        os.close(file)
    for file in (0, 1, 2):
        os.close(file)
    _, status = os.waitpid(worker, 0)
    answer.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(request: Mapping[str, Any], files: list[int]) -> None:
    """Take over the files, the folder and the environment of the new process, and run its module."""
    for place, file in enumerate(files):
        os.dup2(file, HIGH + place)
        os.close(file)
    for place, number in enumerate(request["files"]):
        os.dup2(HIGH + place, number, inheritable=True)
        os.close(HIGH + place)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.path[:1] = [request["cwd"], *filter(None, request["env"].get("PYTHONPATH", "").split(os.pathsep))]
    module, *arguments = request["arguments"]
    sys.argv = [module, *arguments]
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
