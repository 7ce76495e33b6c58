"""What the user sees of a run: a line a resource as it happens, then diagnostics, outputs and a summary."""

import json
import os
import threading
from collections.abc import Mapping
from typing import Any, TextIO

from plivo_sandbox.engine.deployment import ResourceState
from plivo_sandbox.engine.paths import covers
from plivo_sandbox.engine.properties import UNKNOWN, Properties, Secret
from plivo_sandbox.engine.result import Result, Step
from plivo_sandbox.engine.urns import label_of, name_of, type_of

# The sign, the word in the past, the word in a preview and the colour of each operation.
WORDS = {
    "create": ("+ ", "created", "to create", "32"),
    "update": ("~ ", "updated", "to update", "33"),
    "replace": ("+-", "replaced", "to replace", "35"),
    "delete": ("- ", "deleted", "to delete", "31"),
    "delete-replaced": ("--", "", "", "31"),
    "read": ("> ", "read", "to read", "36"),
    "same": ("  ", "unchanged", "unchanged", ""),
    "failed": ("! ", "failed", "failed", "31"),
    "skipped": ("  ", "skipped", "skipped", "33"),
}


def has_colours(output: TextIO) -> bool:
    """Whether to colour: only on a terminal, and not where NO_COLOR is set."""
    return output.isatty() and not os.environ.get("NO_COLOR")


class Screen:
    """Collects the result of a run and shows it, when there is an `output`; threads may use it together.

    A quiet one shows notices alone.
    """

    def __init__(
        self, operation: str, output: TextIO | None, *, preview: bool, with_diff: bool, is_quiet: bool = False
    ) -> None:
        self.result = Result(operation)
        self._output = output
        self._preview = preview
        self._with_diff = with_diff
        self._is_quiet = is_quiet
        self.has_errors = False
        self._colours = output is not None and has_colours(output)
        self._lock = threading.Lock()

    def step(
        self,
        urn: str,
        operation: str,
        *,
        changed: tuple[str, ...] = (),
        seconds: float | None = None,
        old: ResourceState | None = None,
        new: ResourceState | None = None,
    ) -> None:
        """Show what was done; what is unchanged is only counted, and what `hide_diffs` names has no values."""
        with self._lock:
            self.result.steps.append(Step(urn, name_of(urn), type_of(urn), operation, changed, old, new))
            if operation != "delete-replaced":
                self.result.summary[operation] = self.result.summary.get(operation, 0) + 1
            if operation == "same":
                return
            sign, _, _, colour = WORDS[operation]
            word = "delete (replaced)" if operation == "delete-replaced" else operation
            time = "" if seconds is None or self._preview else f" ({seconds:.1f}s)"
            names = f" [{', '.join(changed)}]" if changed else ""
            self._print(f"{sign} {word:<8} {label_of(urn)}{time}{names}", colour)
            if self._with_diff:
                hidden = new.hide_diffs if new else []
                self._print_difference(changed, old.inputs if old else {}, new.inputs if new else {}, hidden)

    def failed(self, urn: str, operation: str, reason: str, old: ResourceState | None = None) -> None:
        """Show that a step failed; `old` is the resource that was refused to be deleted."""
        self._not_done(urn, "failed", f"! {operation} failed: {label_of(urn)}: {reason}", "31", old)
        with self._lock:
            self.has_errors = True
            self.result.errors.append(f"{label_of(urn)}: {operation} failed: {reason}")
            self.result.failures.append((urn, self.result.errors[-1]))

    def skipped(self, urn: str, reason: str) -> None:
        """Show that a resource was left as it is because of another one."""
        self._not_done(urn, "skipped", f"  skipped  {label_of(urn)}: {reason}", "33")

    def _not_done(self, urn: str, operation: str, line: str, colour: str, old: ResourceState | None = None) -> None:
        with self._lock:
            self.result.steps.append(Step(urn, name_of(urn), type_of(urn), operation, old=old))
            self.result.summary[operation] = self.result.summary.get(operation, 0) + 1
            self._print(line, colour)

    def error(self, text: str, urn: str = "") -> None:
        """Show what went wrong outside of a step."""
        self.has_errors = True
        self._note("error", text, urn, "31", self.result.errors)

    def logged_error(self, text: str, urn: str) -> None:
        """Show an error that the program has logged: as with the CLI, the run has not failed for it."""
        self._note("error", text, urn, "31", self.result.errors)

    def warn(self, text: str, urn: str = "") -> None:
        """Show a warning of the program or the provider."""
        self._note("warning", text, urn, "33", self.result.warnings)

    def tell(self, line: str) -> None:
        """Show a line of the provider: only what begins so is a warning."""
        text = line.removeprefix("warning: ")
        if text != line:
            self.warn(text)
            return
        with self._lock:
            self.result.told.append(line)
            self._print(f"   {line}")

    def info(self, text: str, urn: str = "") -> None:
        """Show a message of the program."""
        self._note("info", text, urn, "", None)

    def notice(self, text: str) -> None:
        """Show what the user must get to know at once, on a quiet screen too."""
        with self._lock:
            self._write(f"   {text}")

    def _note(self, kind: str, text: str, urn: str, colour: str, kept: list[str] | None) -> None:
        about = f"{label_of(urn)}: " if urn else ""
        with self._lock:
            if kept is not None:
                kept.append(about + text)
            self._print(f"   {kind}: {about}{text}", colour)

    def finish(self, outputs: Mapping[str, Any], seconds: float) -> None:
        """Show the stack's outputs, the summary and the duration."""
        with self._lock:
            if outputs:
                self._print("Outputs:")
            width = max(map(len, outputs), default=0)
            for key, value in outputs.items():
                self._print(f"    {key:<{width}} = {as_text(value)}")
            column = 2 if self._preview else 1
            counts = [
                f"{self.result.summary[name]} {words[column]}"
                for name, words in WORDS.items()
                if name in self.result.summary
            ]
            outcome = "" if self.result.succeeded else " cancelled" if self.result.cancelled else " failed"
            self._print(f"{self.result.operation}{outcome}: {', '.join(counts) or 'nothing was done'}; {seconds:.1f}s")

    def _print_difference(self, changed: tuple[str, ...], old: Properties, new: Properties, hidden: list[str]) -> None:
        for key in changed:
            if covers(hidden, key):
                self._print(f"      {key}: [hidden]")
            elif key in old and key in new:
                self._print(f"      {key}: {as_text(old[key])} => {as_text(new[key])}")
            elif key in new:
                self._print(f"      {key}: {as_text(new[key])}")
            elif key in old:
                self._print(f"      {key}: {as_text(old[key])} => (none)")

    def _print(self, line: str, colour: str = "") -> None:
        if not self._is_quiet:
            self._write(line, colour)

    def _write(self, line: str, colour: str = "") -> None:
        if self._output is None:
            return
        self._output.write(f"\x1b[{colour}m{line}\x1b[0m\n" if colour and self._colours else line + "\n")
        self._output.flush()


def as_text(value: Any) -> str:
    """Return a value as the screen shows it: secrets are hidden."""
    return (
        json.dumps(shown(value), ensure_ascii=False)
        .replace('"[secret]"', "[secret]")
        .replace('"[unknown]"', "[unknown]")
    )


def shown(value: Any, unknown: str = "[unknown]") -> Any:
    """Return a value with what is secret or unknown replaced by a mark."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, str) and value == UNKNOWN:
        return unknown
    if isinstance(value, list):
        return [shown(item, unknown) for item in value]
    if isinstance(value, dict):
        return {key: shown(item, unknown) for key, item in value.items()}
    return value
