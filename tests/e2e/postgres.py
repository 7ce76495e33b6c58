"""A Postgres server of its own for tests, on this machine alone, where Debian's package or another one is there."""

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: Where Debian's package has them, which are not on PATH.
DEBIANS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
#: Postgres refuses to run as root.
OTHERS = ("postgres", "nobody")


@contextmanager
def running() -> Iterator[Callable[[], str]]:
    """Run a server and yield what makes a new database and returns its URL; skip, saying why, where none can be run."""
    path = os.pathsep.join([*map(str, DEBIANS), os.environ["PATH"]])
    if not (shutil.which("initdb", path=path) and shutil.which("pg_ctl", path=path)):
        pytest.skip("there is no Postgres: initdb and pg_ctl are neither on PATH nor where Debian has them")
    user = _user()
    # A folder of the tests' own is not open to another user.
    with tempfile.TemporaryDirectory(prefix="pulumi-state-") as folder:
        if user:
            shutil.chown(folder, user)
        data, port = f"{folder}/data", _free_port()

        def call(*command: str) -> None:
            done = subprocess.run(
                command,
                cwd=folder,
                env={"PATH": path, "LC_ALL": "C"},
                user=user,
                stdin=subprocess.DEVNULL,
                # The server would keep a pipe open.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            assert done.returncode == 0, command

        call("initdb", "--pgdata", data, "--username", "pulumi", "--auth", "trust", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        call("pg_ctl", "--pgdata", data, "--options", options, "--wait", "start")
        count = itertools.count()

        def new_database() -> str:
            name = f"state{next(count)}"
            call("createdb", "--host", "127.0.0.1", "--port", str(port), "--username", "pulumi", name)
            return f"postgres://pulumi@127.0.0.1:{port}/{name}?sslmode=disable"

        try:
            yield new_database
        finally:
            call("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop")


def _user() -> str | None:
    """Return the user that the server runs as, None for this one."""
    if os.geteuid() != 0:
        return None
    for name in OTHERS:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("Postgres does not run as root, and there is no other user")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
