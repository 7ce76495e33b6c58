from pathlib import Path

import pytest
from plivo_sandbox.server.faults import ACTIONS, Action
from plivo_sandbox.server.quirks import QUIRKS, Quirk

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
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
