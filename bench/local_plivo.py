"""The Plivo that everybody is measured against: the sandbox, in a process of its own, with a pool of many numbers."""

import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from plivo_sandbox.server import pool_entries
from plivo_sandbox.server.database import database
from plivo_sandbox.server.seed import add_seed

from bench.conditions import Conditions

AUTH_ID, AUTH_TOKEN = "MABENCHACCOUNT000001", "token-of-the-account"
POWERPACK = "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e"
POOL = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"


def phone_numbers(n: int, *, first: int = 0) -> list[str]:
    """Return `n` phone numbers; those from another `first` on are others."""
    return [f"1415{index:07d}" for index in range(first, first + n)]


def seed_account(path: Path, rented: Sequence[str], members: Sequence[str] = ()) -> None:
    """Let the account rent the numbers, and have the members in its pool; what is there already stays."""
    powerpack = {"name": "bench", "uuid": POWERPACK, "number_pool_uuid": POOL, "numbers": list(members)}
    account = {
        "auth_id": AUTH_ID,
        "auth_token": AUTH_TOKEN,
        "numbers": [{"number": number} for number in rented],
        "powerpacks": [powerpack],
    }
    with database(path) as connection:
        add_seed(connection, {"accounts": [account]})


def members_of_the_pool(path: Path) -> set[str]:
    """Return the numbers that are in the pool."""
    with database(path) as connection:
        return {entry["number"] for entry in pool_entries.of_pool(connection, POOL, (pool_entries.NUMBER,))}


def take_out(path: Path, numbers: Sequence[str]) -> None:
    """Take numbers out of the pool, as another hand would."""
    with database(path) as connection:
        for number in numbers:
            entry = pool_entries.find(connection, POOL, number, (pool_entries.NUMBER,))
            if entry is not None:
                pool_entries.remove(connection, entry)


def give_all_one_date(path: Path) -> None:
    """Let every member have been added when the first one was."""
    with database(path) as connection:
        connection.execute("UPDATE pool_entries SET added_on = (SELECT MIN(added_on) FROM pool_entries)")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True)
class Received:
    """The calls that the sandbox received: all of them, and how many it refused with 429."""

    calls: int
    refused: int


class LocalPlivo:
    """A sandbox that is up."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def received(self) -> Received:
        """Count the calls since the start."""
        origin = self.base_url.removesuffix("/v1")
        with requests.Session() as session:
            session.trust_env = False
            calls: list[dict[str, Any]] = session.get(f"{origin}/_sandbox/calls", timeout=60).json()
        return Received(len(calls), Counter(call["status"] for call in calls)[429])


@contextmanager
def serving(path: Path, port: int, conditions: Conditions) -> Iterator[LocalPlivo]:
    """Run the sandbox on the database; its count of calls and its rate limit begin anew."""
    program = Path(sys.executable).with_name("plivo-sandbox")
    command = [str(program), "serve", "--port", str(port), "--db", str(path)]
    if conditions.latency:
        command += ["--fault", f"* * delay={conditions.latency / 1000}"]
    if conditions.rate_limit:
        command.append("--rate-limit")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line.startswith("listening on "):
                msg = "the sandbox did not start; what it says is above"
                raise RuntimeError(msg)
            yield LocalPlivo(line.split()[-1])
        finally:
            process.terminate()
