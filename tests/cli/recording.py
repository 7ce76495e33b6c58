"""The previews of `tests/cli/previews`, recorded on the real engine: `python -m tests.cli.recording`, or `make record`.

Each is a stack of its own on a local Plivo: a program that is brought up, and another one, or none, that is previewed.
What differs from one recording to the next, or says where it was made, is left out.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plivo_sandbox.engine.properties import UNKNOWN
from plivo_sandbox.server.running import RunningSandbox

from tests.conftest import ACCOUNT, POOL, Account
from tests.e2e.stacks import CliStack

FOLDER = Path(__file__).parent / "previews"
#: What the CLI must be told to show all that a report can use.
FLAGS = ("--json", "--show-sames", "--show-replacement-steps")
DROPPED = frozenset(
    {"stackTrace", "sourcePosition", "propertyDependencies", "dependencies", "created", "modified", "provider"}
)
TOKEN = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/)[0-9a-f]{12}\b|127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[\d:.]+Z"
)
SINGLE = 'PoolNumber("a", number_pool_uuid=POOL, number=NUMBER, unrent=True)\n'
MANY = 'PoolNumbers("many", number_pool_uuid=POOL, numbers=["14155550102", "14155550103"], unrent=True)\n'
PACK = 'pack = Powerpack("pack", name="alarms", unrent_numbers=True)\n'


@dataclass(frozen=True)
class Recorded:
    """A preview that is recorded.

    Attributes:
        before: The program that is brought up first; none for an empty stack.
        after: The program that is previewed; none for a destroy.
        live: Numbers that somebody else puts into the pool in between.
        config: Settings of the stack in between.
    """

    before: str | None
    after: str | None
    live: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = FLAGS


PREVIEWS = {
    "create": Recorded(None, SINGLE + MANY + PACK),
    "update": Recorded(SINGLE, SINGLE.replace("unrent=True", 'service="mms"')),
    "replace": Recorded(SINGLE, SINGLE.replace("NUMBER,", "OTHER_NUMBER,")),
    "replace-in-short": Recorded(SINGLE, SINGLE.replace("NUMBER,", "OTHER_NUMBER,"), flags=("--json",)),
    "delete": Recorded(
        SINGLE + 'PoolNumber("b", number_pool_uuid=POOL, number=OTHER_NUMBER)\n'
        'PoolShortcode("code", number_pool_uuid=POOL, shortcode=SHORTCODE)\n',
        "",
    ),
    "adopt": Recorded(None, SINGLE.replace("unrent", "adopt"), live=("14155550100",)),
    "move": Recorded(
        SINGLE + MANY,
        'PoolNumbers("many", number_pool_uuid=OTHER_POOL, numbers=["14155550102", NUMBER], unrent=True)\n'
        'PoolNumber("c", number_pool_uuid=POOL, number="14155550103")\n',
    ),
    "protected": Recorded(SINGLE.replace("True)", "True, opts=ResourceOptions(protect=True))") + MANY, ""),
    "list-grown": Recorded(MANY, MANY.replace('03"', '03", "14155550104"')),
    "list-shrunk": Recorded(MANY, MANY.replace(', "14155550103"', "")),
    "list-shrunk-and-kept": Recorded(
        MANY.replace(", unrent=True", ""), MANY.replace(', "14155550103"', "").replace(", unrent=True", "")
    ),
    "powerpack-deleted": Recorded(
        PACK + 'PoolNumber("in-pack", number_pool_uuid=pack.number_pool_uuid, number="14155550105")\n', ""
    ),
    "powerpack-emptied": Recorded(
        PACK + 'PoolNumber("in-pack", number_pool_uuid=pack.number_pool_uuid, number="14155550105", unrent=True)\n', ""
    ),
    "rent": Recorded(
        None,
        'PoolNumber("new", number_pool_uuid=POOL, number=FOR_SALE, rent=True)\n',
        config={"plivo:allowRent": "true"},
    ),
    "secret": Recorded(SINGLE.replace("number=NUMBER", "number=pulumi.Output.secret(NUMBER)"), ""),
    "late": Recorded(
        MANY, PACK + MANY.replace('["14155550102", "14155550103"]', "pack.uuid.apply(lambda _: [NUMBER])")
    ),
    "program-failed": Recorded(MANY, MANY.replace(', "14155550103"', "") + 'raise RuntimeError("of the program")\n'),
    "too-many": Recorded(SINGLE, "", config={"plivo:maxUnrents": "0"}),
    "destroy": Recorded(SINGLE + MANY + 'PoolNumber("b", number_pool_uuid=POOL, number=OTHER_NUMBER)\n', None),
    "destroy-powerpack": Recorded(PACK, None),
    "destroy-protected": Recorded(SINGLE.replace("True)", "True, opts=ResourceOptions(protect=True))") + MANY, None),
}


def recorded(name: str) -> str:
    """Return what the CLI has printed."""
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def main() -> None:
    """Record those that are named, or all."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or PREVIEWS:
        with TemporaryDirectory() as folder:
            text = _record(PREVIEWS[name], Path(folder))
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def _record(preview: Recorded, folder: Path) -> str:
    with RunningSandbox(folder / "plivo.sqlite3") as sandbox:
        sandbox.seed(ACCOUNT)
        stack = CliStack(folder / "project", sandbox.base_url)
        if preview.before is not None:
            done = stack.up(preview.before)
            assert done.succeeded, done.shown
        for number in preview.live:
            Account(sandbox).add(POOL, number)
        stack.config.update(preview.config)
        if preview.after is not None:
            stack._write(preview.after)
        command = ["destroy", "--preview-only", "--json"] if preview.after is None else ["preview", *preview.flags]
        printed = subprocess.run(
            ["pulumi", *command, "--stack", "test", "--non-interactive"],
            cwd=stack.directory,
            env=stack.environment,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    return _scrubbed(printed, str(folder))


def _scrubbed(printed: str, folder: str) -> str:
    document = _lean(json.loads(printed))
    document["duration"] = 0
    text = json.dumps(document, indent=1, ensure_ascii=False).replace(folder, "/project")
    names: dict[str, str] = {}
    return "".join(_renamed(text, names)) + "\n"


def _renamed(text: str, names: dict[str, str]) -> Iterator[str]:
    """Yield a text in which what is new in every recording is numbered, alike where it is alike."""
    place = 0
    for found in TOKEN.finditer(text):
        yield text[place : found.start()]
        yield _name(found[0], names)
        place = found.end()
    yield text[place:]


def _name(token: str, names: dict[str, str]) -> str:
    if token in json.dumps(ACCOUNT) or token == UNKNOWN:
        return token
    if token.startswith("127."):
        return "127.0.0.1:8420"
    if "T" in token:
        return "2026-01-01T00:00:00Z"
    number = names.setdefault(token, str(len(names)))
    return f"{number:0>8}-0000-4000-8000-{number:0>12}" if "-" in token else f"{number:0>12}"


def _lean(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "of this package" if key == "__provider" else _lean(each)
            for key, each in value.items()
            if key not in DROPPED
        }
    return [_lean(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
