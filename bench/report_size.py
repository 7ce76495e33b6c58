"""How long `plivo-numbers report` takes for a large preview, and how much memory: `python -m bench.report_size`."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.machine import kind_of_machine

N = 10_000
TYPE = "pulumi-python:dynamic/plivo:"
POOL = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"
#: What the CLI writes into each state beside what a report reads.
TRACE = [
    {"sourcePosition": f"project:///.venv/lib/python3.11/site-packages/pulumi/runtime/stack.py#{line}"}
    for line in range(13)
]
#: The command, which tells its own peak: what the system tells of a child has the parent's memory in it.
COMMAND = """
import re, sys
from pathlib import Path
from pulumi_plivo.cli.entry import main
main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


def _state(class_: str, name: str, **values: Any) -> dict[str, Any]:
    inputs = {"__provider": "gASVNgAAAAAAAACMGHB1bHVtaV9wbGl2by5w", "number_pool_uuid": POOL, "unrent": True, **values}
    return {
        "urn": f"urn:pulumi:prod::numbers::{TYPE}{class_}::{name}",
        "custom": True,
        "id": name,
        "type": f"{TYPE}{class_}",
        "inputs": inputs,
        "outputs": {**inputs, "details": {"adopted": False, "country_iso2": "US", "added_on": "2026-11-25T16:42:10Z"}},
        "parent": "urn:pulumi:prod::numbers::pulumi:pulumi:Stack::numbers-prod",
        "dependencies": [f"urn:pulumi:prod::numbers::{TYPE}Ledger::plivo"],
        "propertyDependencies": {key: [] for key in inputs},
        "sourcePosition": "project:///__main__.py#20",
        "stackTrace": TRACE,
    }


def _preview(steps: list[dict[str, Any]], lost: list[str]) -> str:
    root = {"op": "same", "urn": "urn:pulumi:prod::numbers::pulumi:pulumi:Stack::numbers-prod"}
    ledger = {"op": "update", "urn": "plivo", "newState": {"type": f"{TYPE}Ledger"}}
    line = f"warning: {len(lost)} numbers will be given back to Plivo for good: {', '.join(lost)}\n\n"
    diagnostics = [{"message": line, "severity": "info#err"}]
    return json.dumps({"config": {}, "steps": [root, ledger, *steps], "diagnostics": diagnostics}, indent=4)


def _previews() -> dict[str, str]:
    numbers = [str(14_155_000_000 + place) for place in range(N)]
    lists = [dict.fromkeys(numbers, ""), dict.fromkeys(numbers[N // 2 :], "")]
    step = {"op": "replace", "urn": f"urn:pulumi:prod::numbers::{TYPE}PoolNumbers::many"}
    old, new = (_state("PoolNumbers", "many", numbers=each) for each in lists)
    return {
        f"{N} steps": _preview(
            [
                {
                    "op": "replace",
                    "urn": old["urn"],
                    "oldState": old,
                    "newState": _state("PoolNumber", each, number="1" + each[1:]),
                }
                for each in numbers
                for old in [_state("PoolNumber", each, number=f"2{each[1:]}")]
            ],
            [f"2{each[1:]}" for each in numbers],
        ),
        f"a list of {N} numbers that halves": _preview([{**step, "oldState": old, "newState": new}], numbers[: N // 2]),
    }


def main() -> None:
    """Measure each form of each preview."""
    print(kind_of_machine())
    for name, text in _previews().items():
        with TemporaryDirectory() as folder:
            path = Path(folder) / "preview.json"
            path.write_text(text)
            for form in ("markdown", "text", "json"):
                started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
                command = [sys.executable, "-c", COMMAND, "report", "--format", form, str(path)]
                ended = subprocess.run(command, check=True, capture_output=True, text=True)
                seconds = time.monotonic() - started
                used = resource.getrusage(resource.RUSAGE_CHILDREN)
                processor = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
                memory = int(ended.stderr) // 1024
                print(
                    f"{name} ({len(text) // 1_000_000} MB), {form}: {seconds:.2f} s"
                    f" ({processor:.2f} s busy), {memory} MB;"
                    f" {len(ended.stdout) // 1000} kB: {ended.stdout.splitlines()[0]}"
                )


if __name__ == "__main__":
    main()
