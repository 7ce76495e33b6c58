from pathlib import Path

import click
import pytest
from plivo_sandbox.server.faults import ACTIONS, Action
from plivo_sandbox.server.quirks import QUIRKS, Quirk
from pulumi_plivo.cli.commands import group
from pulumi_plivo.cli.endings import Status

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "sandbox.md").read_text(encoding="utf-8")
CONTRADICTIONS, _, REST = PAGE.partition("### What the sandbox assumes")
ASSUMPTIONS = REST.partition("### Further assumptions")[0]


@pytest.mark.parametrize(("name", "quirk"), QUIRKS.items(), ids=QUIRKS)
def test_the_page_has_every_quirk_as_it_is(name: str, quirk: Quirk) -> None:
    values = ", ".join(f"`{value}`" for value in quirk.values)

    assert f"| `{name}` | {values} | {quirk.meaning} |\n" in (ASSUMPTIONS if quirk.assumed else CONTRADICTIONS)


@pytest.mark.parametrize(("name", "action"), ACTIONS.items(), ids=ACTIONS)
def test_the_page_has_every_fault_as_it_is(name: str, action: Action) -> None:
    written = f"{name}={action.argument}" if action.argument else name

    assert f"| `{written}` | {'yes' if action.committed else 'no'} | {action.meaning} |\n" in PAGE


def test_the_page_has_no_quirk_or_fault_that_does_not_exist() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]

    commands_and_admin_calls = [
        row for row in rows if row.startswith(("| `plivo-sandbox", "| `--", "| `GET ", "| `POST "))
    ]
    admin_deletes = [row for row in rows if row.startswith("| `DELETE ")]
    assert len(rows) - len(commands_and_admin_calls) - len(admin_deletes) == len(QUIRKS) + len(ACTIONS)


@pytest.mark.parametrize(("name", "command"), group.commands.items(), ids=group.commands)
def test_the_page_has_every_option_of_a_command_as_it_is(name: str, command: click.Command) -> None:
    page = (DOCS / "plivo-numbers.md").read_text(encoding="utf-8")
    section = page.partition(f"### `{name}`\n")[2].partition("\n##")[0]
    options = [each for each in command.params if isinstance(each, click.Option)]
    written = [row for row in section.splitlines() if row.startswith("| `--")]
    assert len(written) == len(options)
    for option in options:
        choices = "|".join(option.type.choices) if isinstance(option.type, click.Choice) else None
        value = "" if option.is_flag else f" {choices or option.metavar}"
        names = [f"`{each}{value}`".replace("|", "\\|") for each in (*option.opts[:1], *option.secondary_opts)]
        assert f"| {', '.join(names)} | {option.help} |" in written


def test_the_page_has_every_exit_status_of_the_command() -> None:
    page = (DOCS / "plivo-numbers.md").read_text(encoding="utf-8")
    section = page.partition("### Exit statuses\n")[2].partition("\n## ")[0]
    assert [int(row.split()[1]) for row in section.splitlines() if row[2:3].isdigit()] == sorted(Status)
