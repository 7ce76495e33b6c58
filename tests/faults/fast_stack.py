"""A stack of pool members on the embedded engine, with every command in this process."""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from plivo_sandbox.engine import operations
from plivo_sandbox.engine.passphrase import Crypter
from plivo_sandbox.engine.result import Result
from plivo_sandbox.engine.urns import StackName

from tests.faults.one_process import Declared, one_process

PASSPHRASE = "correct horse"
NAME = StackName("pools", "dev")
#: Deriving a key takes a third of a second: all stacks share one.
CRYPTER = Crypter.with_new_salt(PASSPHRASE)


class FastStack:
    """One stack: its config, its state file, and the commands on it."""

    def __init__(self, directory: Path, config: Mapping[str, str]) -> None:
        self.state = directory / "state" / "dev.json"
        self._directory = directory
        (directory / "program").mkdir(parents=True)
        (directory / "program" / "__main__.py").touch()
        (directory / "Pulumi.yaml").write_text(f"name: {NAME.project}\nruntime: python\nmain: program\n")
        secured = {**config, "plivo:authToken": {"secure": CRYPTER.encrypt(config["plivo:authToken"])}}
        settings = {"encryptionsalt": CRYPTER.salt, "config": secured}
        (directory / f"Pulumi.{NAME.stack}.yaml").write_text(yaml.safe_dump(settings))

    def run(self, operation: str, program: Iterable[Declared] = (), replace: Collection[Declared] = ()) -> Result:
        """Run `up`, `preview`, `refresh` or `destroy`; a refresh and a destroy run no program."""
        options = {"replace": [NAME.urn(each.type, each.name) for each in replace]} if replace else {}
        result: Result = getattr(operations, operation)(
            self._directory,
            NAME.stack,
            state=self.state,
            environment={"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE},
            hosts=one_process(program),
            **options,
        )
        return result

    @property
    def owned(self) -> list[dict[str, Any]]:
        """The members in the state file, with those that wait to be deleted."""
        if not self.state.exists():
            return []
        entries = json.loads(self.state.read_text())["deployment"].get("resources", [])
        return [entry for entry in entries if entry["type"].startswith("pulumi-python:")]

    def forget(self) -> None:
        """Lose the state: a new stack begins."""
        self.state.unlink(missing_ok=True)
