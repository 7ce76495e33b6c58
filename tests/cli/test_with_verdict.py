"""`plivo-numbers preview` and `up`: what is asked of the `pulumi` CLI, and what the user is asked."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Command
from tests.cli.recording import recorded
from tests.cli.test_report import EXPECTED, as_events

#: Notes its arguments, and copies the events that it is to have found, and a plan.
FAKE = """#!/bin/sh
echo "$@" >> "{folder}/asked"
echo "the engine's own lines"
while [ $# -gt 0 ]; do
  [ "$1" = --event-log ] && [ -f "{folder}/events" ] && cp "{folder}/events" "$2"
  [ "$1" = --save-plan ] && echo planned > "$2"
  [ "$1" = --plan ] && cat "$2" >> "{folder}/asked"
  shift
done
exit $(cat "{folder}/status")
"""
Pulumi = Callable[..., Path]


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pulumi:
    """Puts a CLI on PATH whose preview finds what was recorded; returns the file of what it was asked."""

    def install(events: str | None, status: int = 0) -> Path:
        folder = tmp_path / "cli"
        folder.mkdir()
        script = folder / "pulumi"
        script.write_text(FAKE.format(folder=folder))
        script.chmod(0o700)
        (folder / "status").write_text(str(status))
        if events is not None:
            (folder / "events").write_text(events)
        monkeypatch.setenv("PATH", str(folder), prepend=":")
        return folder / "asked"

    return install


def test_a_preview_passes_its_arguments_on_and_ends_with_the_verdict(command: Command, pulumi: Pulumi) -> None:
    asked = pulumi(as_events(recorded("delete")))
    ended = command("preview", "--", "--stack", "prod", "--diff")
    assert (ended.status, ended.errors) == (0, "")
    assert asked.read_text().startswith("preview --event-log ")
    assert asked.read_text().endswith(" --stack prod --diff\n")
    assert ended.output.splitlines()[-1] == EXPECTED["delete"][0]


def test_a_preview_that_failed_has_a_verdict_and_a_status_of_its_own(command: Command, pulumi: Pulumi) -> None:
    pulumi(as_events(recorded("protected")), status=255)
    ended = command("preview")
    assert (ended.status, ended.output.splitlines()[-1]) == (5, EXPECTED["protected"][0])


def test_a_preview_that_does_not_begin_is_no_verdict(command: Command, pulumi: Pulumi) -> None:
    pulumi(None, status=255)
    ended = command("preview")
    assert (ended.status, ended.output) == (2, "")
    assert ended.error == "plivo-numbers: `pulumi preview` did not begin; it says why above"


def test_events_that_are_cut_off_are_no_verdict(command: Command, pulumi: Pulumi) -> None:
    asked = pulumi(as_events(recorded("delete"))[:-60])
    ended = command("up", "--yes", "--allow-unrent", "9")
    assert ended.status == 2
    assert "what `pulumi preview` has found is no preview that can be read" in ended.error
    assert len(asked.read_text().splitlines()) == 1


def test_without_the_cli_one_line_says_so(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command("preview").error == "plivo-numbers: there is no pulumi CLI on PATH"


@pytest.mark.parametrize("own", ["--yes", "--json", "--save-plan=x", "-f"])
def test_what_the_command_says_itself_is_not_passed_on(command: Command, pulumi: Pulumi, own: str) -> None:
    asked = pulumi(as_events(recorded("delete")))
    ended = command("up", "--", own)
    assert (ended.status, asked.exists()) == (2, False)
    assert ended.error.endswith(f"{own} can't be passed on to pulumi: the command says that itself")


def test_what_can_not_be_counted_is_agreed_to_by_nobody_beforehand(command: Command, pulumi: Pulumi) -> None:
    asked = pulumi(as_events(recorded("secret")))
    ended = command("up", "--yes", "--allow-unrent", "9")
    assert (ended.status, [line.split()[0] for line in asked.read_text().splitlines()]) == (3, ["preview"])
    assert "what would be given back can't be counted, so --allow-unrent can't agree to it" in ended.error


@pytest.mark.parametrize(("name", "worst"), [("move", 0), ("delete", 1), ("destroy", 3), ("late", 2)])
def test_an_up_gives_back_no_more_than_was_allowed(command: Command, pulumi: Pulumi, name: str, worst: int) -> None:
    asked = pulumi(as_events(recorded(name)))
    if worst:
        ended = command("up", "--yes", "--allow-unrent", str(worst - 1))
        reason = f"{worst} would be given back for good, and --allow-unrent allows {worst - 1}; nothing was changed"
        assert (ended.status, ended.error) == (3, f"plivo-numbers: {reason}")
        assert [line.split()[0] for line in asked.read_text().splitlines()] == ["preview"]
        asked.unlink()
    assert command("up", "--yes", "--allow-unrent", str(worst), "--", "--stack", "prod").status == 0
    preview, up, planned = asked.read_text().splitlines()
    assert " --save-plan " in preview
    assert up.startswith("up --plan ")
    assert up.endswith(" --skip-preview --yes --stack prod")
    assert planned == "planned"


def test_an_up_whose_preview_failed_does_nothing(command: Command, pulumi: Pulumi) -> None:
    asked = pulumi(as_events(recorded("too-many")), status=255)
    assert command("up", "--yes", "--allow-unrent", "9").status == 5
    assert len(asked.read_text().splitlines()) == 1


def test_an_up_that_can_ask_nobody_does_nothing(command: Command, pulumi: Pulumi) -> None:
    asked = pulumi(as_events(recorded("move")))
    ended = command("up")
    assert ended.status == 3
    assert "nobody can be asked, as standard input is no terminal" in ended.error
    assert len(asked.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "typed", "status", "error"),
    [
        ("destroy", "3", 0, ""),
        ("destroy", "2", 3, "that is not how many"),
        ("destroy", "y", 3, "that is not how many"),
        ("destroy", "", 3, "that is not how many"),
        ("move", "y", 0, ""),
        ("move", "n", 3, "not agreed to"),
    ],
)
def test_an_up_on_a_terminal_needs_the_number_of_numbers(
    command: Command,
    pulumi: Pulumi,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    typed: str,
    status: int,
    error: str,
) -> None:
    asked = pulumi(as_events(recorded(name)))
    questions: list[str] = []

    def answer(text: str, **_: object) -> str:
        questions.append(text)
        return typed

    monkeypatch.setattr(click, "prompt", answer)
    monkeypatch.setattr(click, "confirm", lambda text: answer(text) == "y")
    monkeypatch.setattr("pulumi_plivo.cli.with_verdict._can_ask", lambda: True)
    ended = command("up")
    assert (ended.status, error in ended.errors) == (status, True)
    assert questions == ["To give back for good, type how many (3)" if name == "destroy" else "Do it?"]
    assert len(asked.read_text().splitlines()) == (3 if status == 0 else 1)
