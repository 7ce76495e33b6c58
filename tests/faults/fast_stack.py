"""A stack of pool members on the embedded engine, with every command in this process."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from plivo_sandbox.engine import beginning, operations
from plivo_sandbox.engine.deployment import decode_resource
from plivo_sandbox.engine.engine_server import Engine
from plivo_sandbox.engine.hosts import Hosts
from plivo_sandbox.engine.passphrase import Crypter
from plivo_sandbox.engine.properties import in_clear
from plivo_sandbox.engine.result import Result
from plivo_sandbox.engine.urns import StackName

from tests.faults.declaring import LEDGER, Declared, declaring
from tests.faults.one_process import Plugin
from tests.faults.schedule import InThisThread, Schedule
from tests.faults.troubles import Misfortune, Trouble, at_every_try

PASSPHRASE = "correct horse"
NAME = StackName("pools", "dev")
#: Deriving a key takes a third of a second: all stacks share one.
CRYPTER = Crypter.with_new_salt(PASSPHRASE)


class UnheardServer:
    """The engine's own service where nobody is in another process who could call it."""

    address = ""

    def __init__(self) -> None:
        self.engine = Engine()

    def __enter__(self) -> "UnheardServer":
        return self

    def __exit__(self, *_: object) -> None:
        pass


class FastStack:
    """One stack: its config, its state file, and the commands on it."""

    def __init__(self, directory: Path, config: Mapping[str, str]) -> None:
        self.state = directory / "state" / "dev.json"
        #: What the plugin of the last command has printed, also if that died.
        self.printed: list[str] = []
        self._directory = directory
        self._config = {**config, "plivo:authToken": {"secure": CRYPTER.encrypt(config["plivo:authToken"])}}
        self._project_with(())

    def run(
        self,
        operation: str,
        program: Iterable[Declared] = (),
        *,
        replace: Collection[str] = (),
        targets: Collection[str] = (),
        trouble: Trouble = None,
        order: int | None = None,
        skip_preview: bool = False,
        settings: tuple[tuple[str, str], ...] = (),
    ) -> Result:
        """Run `up`, `preview`, `refresh` or `destroy`; a refresh and a destroy run no program.

        `replace` and `targets` are names; those that neither the program nor the state has are dropped. With an `order`
        three resources are worked on at a time, their calls in that order. `settings` are config for this run. Raises
        EngineDiedError when the trouble is the engine's death; the faults among the troubles are the caller's to set.
        """
        program = list(program)
        directory = self._project_with(settings)
        known = {entry["urn"] for entry in self._entries} | {NAME.urn(each.type, each.name) for each in program}
        options: dict[str, Any] = {"skip_preview": True} if skip_preview else {}
        for option, names in (("replace", replace), ("target", targets)):
            if urns := [urn for urn in sorted(known) if urn.rpartition("::")[2] in names]:
                options[option] = urns
        misfortune = Misfortune(trouble)
        self.printed = []

        def start_plugin(at: Path, environment: Mapping[str, str], on_line: Callable[[str], None], _: str) -> Plugin:
            def note(line: str) -> None:
                self.printed.append(line)
                on_line(line)

            return Plugin(at, environment, note)

        with ExitStack() as inside, pytest.MonkeyPatch.context() as patch:
            patch.setattr(beginning, "EngineServer", UnheardServer)
            if order is None:
                inside.enter_context(at_every_try(misfortune.before, misfortune.after))
                executor: Callable[[], Executor] = InThisThread
            else:
                schedule = Schedule(order)
                inside.enter_context(schedule.in_force())

                def before() -> None:
                    schedule.pass_on()
                    misfortune.before()

                def after() -> None:
                    misfortune.after()
                    schedule.pass_on()
                    misfortune.check()

                inside.enter_context(at_every_try(before, after))
                executor = schedule.executor
            result: Result = getattr(operations, operation)(
                directory,
                NAME.stack,
                state=self.state,
                environment={"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE},
                hosts=Hosts(start_plugin, declaring(program, executor)),
                **options,
            )
        return result

    def _project_with(self, settings: tuple[tuple[str, str], ...]) -> Path:
        """Return the folder of a project with these settings; what a run reads there is never changed."""
        directory = self._directory.joinpath(*(f"{key}={value}".replace(":", "-") for key, value in settings))
        if not (directory / "program").exists():
            (directory / "program").mkdir(parents=True)
            (directory / "program" / "__main__.py").touch()
            (directory / "Pulumi.yaml").write_text(f"name: {NAME.project}\nruntime: python\nmain: program\n")
            written = {"encryptionsalt": CRYPTER.salt, "config": {**self._config, **dict(settings)}}
            (directory / f"Pulumi.{NAME.stack}.yaml").write_text(yaml.safe_dump(written))
        return directory

    @property
    def owned(self) -> list[dict[str, Any]]:
        """The members in the state file, with those that wait to be deleted."""
        return [entry for entry in self._entries if entry["type"] != LEDGER]

    @property
    def ledger(self) -> dict[str, Any] | None:
        """The ledger in the state file, with its outputs in clear."""
        entry = next((entry for entry in self._entries if entry["type"] == LEDGER), None)
        return entry and {**entry, "outputs": in_clear(decode_resource(entry, CRYPTER).outputs)}

    @property
    def _entries(self) -> list[dict[str, Any]]:
        if not self.state.exists():
            return []
        entries = json.loads(self.state.read_text())["deployment"].get("resources", [])
        return [entry for entry in entries if entry["type"].startswith("pulumi-python:")]

    def unprotect(self) -> None:
        """Do what `pulumi state unprotect --all` does."""
        document = json.loads(self.state.read_text())
        for entry in document["deployment"]["resources"]:
            entry.pop("protect", None)
        self.state.write_text(json.dumps(document))

    def forget(self) -> None:
        """Lose the state: a new stack begins."""
        self.state.unlink(missing_ok=True)
