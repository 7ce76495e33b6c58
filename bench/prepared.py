"""Stacks that own their numbers already, so that each operation is measured from the same start."""

import json
import shutil
from pathlib import Path
from typing import Any

from pulumi_plivo.plans.claim import digest

from bench.conditions import BARE_EMBEDDED, MANY_EMBEDDED, SINGLE_EMBEDDED, Conditions
from bench.local_plivo import give_all_one_date, phone_numbers, seed_account, serving
from bench.stack import EmbeddedStack, new_stack


class PreparationError(Exception):
    """The stack that everything starts from could not be brought up."""


class Prepared:
    """Prepares each form and number once, and keeps it in a folder."""

    def __init__(self, directory: Path, port: int) -> None:
        self._directory = directory
        self._port = port

    def database_and_state(self, form: str, n: int, *, paced: bool = False) -> tuple[Path, Path]:
        """Return the sandbox's database, and the state of a stack that owns `n` numbers as `form` has them.

        A refresh and a destroy take the config out of the state, so that it tells whether they are `paced`.
        """
        directory = self._directory / f"{form}-{n}-{'paced' if paced else 'not-paced'}"
        database, state = directory / "plivo.sqlite3", directory / "state.json"
        if not state.exists():
            shutil.rmtree(directory, ignore_errors=True)
            if form == "PoolNumbers":
                self._bring_up(MANY_EMBEDDED, directory, n, declared=n, paced=paced)
            else:
                first = SINGLE_EMBEDDED if form == "PoolNumber" else BARE_EMBEDDED
                self._bring_up(first, directory, n, declared=1, paced=paced)
                # A thousand resources take an engine half a minute: the first one's entry serves for all.
                numbers = phone_numbers(n)
                seed_account(database, [], numbers)
                give_all_one_date(database)
                _multiply(directory / "stack" / "state" / "stack.json", numbers)
            (directory / "stack" / "state" / "stack.json").rename(state)
        return database, state

    def _bring_up(self, contender: str, directory: Path, n: int, *, declared: int, paced: bool) -> None:
        database = directory / "plivo.sqlite3"
        seed_account(database, phone_numbers(n))
        with serving(database, self._port, Conditions(n, 0, rate_limit=False)) as plivo:
            stack = new_stack(contender, directory / "stack", plivo.base_url, paced=paced)
            stack.declare(phone_numbers(declared))
            measured = stack.run("add")
        if measured.status or not isinstance(stack, EmbeddedStack):
            raise PreparationError(f"{contender}, {n:,} numbers, could not be brought up:\n{measured.output[-2000:]}")


def _multiply(state: Path, numbers: list[str]) -> None:
    """Let the state of a stack with the first number say the same of all numbers."""
    document = json.loads(state.read_text(encoding="utf-8"))
    resources = document["deployment"]["resources"]
    *others, template = (json.dumps(each) for each in sorted(resources, key=lambda each: numbers[0] in each["urn"]))
    copies = (template.replace(numbers[0], number) for number in numbers)
    document["deployment"]["resources"] = [json.loads(text) for text in (*others, *copies)]
    for resource in document["deployment"]["resources"]:
        if resource["type"].endswith("plivo:Ledger"):
            _claim_all(resource, numbers)
    state.write_text(json.dumps(document), encoding="utf-8")


def _claim_all(ledger: dict[str, Any], numbers: list[str]) -> None:
    """Let a ledger that claims the first number claim all of them."""
    claims = ledger["inputs"]["claims"]
    for pool, resources in claims["pools"].items():
        claims["pools"][pool] = {
            name.replace(numbers[0], number): members.replace(numbers[0], number)
            for name, members in resources.items()
            for number in numbers
        }
    ledger["outputs"]["digest"] = digest(claims)
