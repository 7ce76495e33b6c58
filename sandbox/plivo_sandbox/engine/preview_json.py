"""A preview for machines, in the form of `pulumi preview --json --show-sames --show-replacement-steps`."""

import json
from typing import Any

from plivo_sandbox.engine.deployment import FIELDS, ResourceState
from plivo_sandbox.engine.properties import UNKNOWN
from plivo_sandbox.engine.result import Result, Step
from plivo_sandbox.engine.screen import shown


def preview_json(result: Result) -> str:
    """Write what a preview has found; secrets are left out."""
    of_resources = {text: urn for urn, text in result.failures}
    diagnostics = [
        {
            **({"urn": of_resources[text]} if text in of_resources else {}),
            "message": f"{prefix}{text}\n",
            "severity": severity,
        }
        for texts, prefix, severity in (
            (result.warnings, "warning: ", "info#err"),
            (result.told, "", "info#err"),
            (result.errors, "error: ", "error"),
        )
        for text in texts
    ]
    document = {
        "config": dict(result.config),
        "steps": [_step(each) for each in result.steps if each.old or each.new],
        "diagnostics": diagnostics,
        "changeSummary": result.summary,
    }
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"


def _step(step: Step) -> dict[str, Any]:
    # What was refused to be deleted is shown by the CLI as its delete, beside the error.
    entry: dict[str, Any] = {"op": "delete" if step.operation == "failed" else step.operation, "urn": step.urn}
    for key, state in (("oldState", step.old), ("newState", step.new)):
        if state is not None:
            entry[key] = _state(state)
    return entry


def _state(state: ResourceState) -> dict[str, Any]:
    entry = {name: shown(getattr(state, attribute), UNKNOWN) for name, attribute in FIELDS.items()}
    return {name: value for name, value in entry.items() if value or name == "custom"}
