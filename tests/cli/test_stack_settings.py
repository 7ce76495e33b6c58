"""Where the command takes its settings from."""

from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox

from tests.cli.conftest import Command
from tests.conftest import AUTH_ID, AUTH_TOKEN

PROJECT = "name: numbers\nruntime: python\n"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, command: Command) -> Command:
    """The command, without settings in its environment."""
    for name in ("PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN", "PLIVO_BASE_URL"):
        monkeypatch.delenv(name)
    return command


def config(sandbox: RunningSandbox, token: str = AUTH_TOKEN) -> str:
    """A stack's config with the account of the sandbox."""
    return (
        f"config:\n  plivo:authId: {AUTH_ID}\n  plivo:authToken: {token}\n  plivo:baseUrl: {sandbox.base_url}\n"
        "  plivo:maxRetries: 0\n  plivo:lookAhead: false\n  numbers:pools: []\n"
    )


@pytest.mark.parametrize("stack", ["dev", "organization/numbers/dev"])
@pytest.mark.parametrize("key", ["", "stackConfigDir: config\n", "config: config\n"])
def test_the_settings_of_a_stack_are_those_of_its_file_also_from_a_folder_below(
    bare: Command, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, key: str, stack: str
) -> None:
    Path("Pulumi.yaml").write_text(PROJECT + key)
    Path("config").mkdir()
    (Path("config") if key else Path()).joinpath("Pulumi.dev.yaml").write_text(config(sandbox))
    Path("below/it").mkdir(parents=True)
    monkeypatch.chdir("below/it")
    assert bare("list", "--stack", stack).status == 0


def test_the_projects_own_settings_are_those_of_all_its_stacks(bare: Command, sandbox: RunningSandbox) -> None:
    own = f"config:\n  plivo:authId: {AUTH_ID}\n  plivo:baseUrl: {{value: '{sandbox.base_url}'}}\n"
    Path("Pulumi.yaml").write_text(PROJECT + own)
    Path("Pulumi.dev.yaml").write_text(f"config:\n  plivo:authToken: {AUTH_TOKEN}\n")
    assert bare("list", "--stack", "dev").status == 0


def test_a_secret_token_is_left_to_the_environment(
    bare: Command, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("Pulumi.yaml").write_text(PROJECT)
    Path("Pulumi.dev.yaml").write_text(config(sandbox, "{secure: v1:abc}"))
    ended = bare("list", "--stack", "dev")
    assert (ended.status, ended.output) == (2, "")
    assert ended.error == (
        "plivo-numbers: plivo:authToken of stack dev is a secret, which only Pulumi's engine can read;"
        " set PLIVO_AUTH_TOKEN"
    )
    assert sandbox.calls == []
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", AUTH_TOKEN)
    ended = bare("list", "--stack", "dev")
    assert (ended.status, ended.errors) == (0, "")


def test_other_secret_settings_are_told_to_be_the_environments_or_their_default(
    bare: Command, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "{secure: v1:abc}"
    Path("Pulumi.yaml").write_text(PROJECT)
    text = (
        config(sandbox).replace(f"authId: {AUTH_ID}", f"authId: {secret}").replace("Retries: 0", f"Retries: {secret}")
    )
    Path("Pulumi.dev.yaml").write_text(text)
    monkeypatch.setenv("PLIVO_AUTH_ID", AUTH_ID)
    ended = bare("list", "--stack", "dev")
    assert ended.status == 0
    assert ended.errors.splitlines() == [
        "plivo:authId of stack dev is a secret, which only Pulumi's engine can read: PLIVO_AUTH_ID is taken",
        "plivo:maxRetries of stack dev is a secret, which only Pulumi's engine can read: its default is taken",
    ]


def test_without_settings_one_line_says_where_they_come_from(bare: Command, sandbox: RunningSandbox) -> None:
    ended = bare("list")
    assert ended.status == 2
    assert "no credentials for Plivo: set plivo:authId (or PLIVO_AUTH_ID) and plivo:authToken" in ended.error
    assert "(the settings are those of the environment alone; --stack NAME reads those of a stack)" in ended.error
    Path("Pulumi.yaml").write_text(PROJECT)
    Path("Pulumi.dev.yaml").write_text(config(sandbox).replace("plivo:maxRetries: 0", "plivo:maxretries: 0"))
    ended = bare("list", "--stack", "dev")
    assert ended.status == 2
    assert "did you mean plivo:maxRetries?" in ended.error
    assert "(the settings are those of Pulumi.dev.yaml and the environment)" in ended.error


@pytest.mark.parametrize(
    ("project", "file", "stack", "text"),
    [
        (None, "", "dev", "there is no Pulumi.yaml in this folder or above it; run it in the project's folder"),
        (PROJECT, None, "dev", "Pulumi.dev.yaml does not exist"),
        ("runtime: python\n", "", "dev", "Pulumi.yaml has no name"),
        (PROJECT, f"a: b: {AUTH_TOKEN}", "dev", "Pulumi.dev.yaml is no YAML that can be read"),
        (PROJECT, f"[{AUTH_TOKEN}]", "dev", "Pulumi.dev.yaml: it is no mapping where one should be"),
        (PROJECT, f"config: [{AUTH_TOKEN}]", "dev", "Pulumi.dev.yaml: it is no mapping where one should be"),
        (PROJECT, "", "../\x1b[31m", "it is not the name of a stack"),
    ],
)
def test_a_stack_that_can_not_be_read_is_one_line(
    bare: Command, project: str | None, file: str | None, stack: str, text: str
) -> None:
    if project is not None:
        Path("Pulumi.yaml").write_text(project)
    if file is not None:
        Path("Pulumi.dev.yaml").write_text(file)
    ended = bare("list", "--stack", stack)
    assert ended.status == 2
    assert text in ended.error
    assert "\x1b" not in ended.error
