"""How the command begins and ends: exit statuses, one line, and a bar on a terminal only."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from plivo_sandbox.server.running import RunningSandbox
from pulumi_plivo.api.powerpack_calls import Powerpacks
from pulumi_plivo.cli.endings import Status
from pytest_mock import MockerFixture

from tests.cli.conftest import Command, exported, resource
from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, POOL, Account
from tests.engine.terminal import Terminal

ROOT = Path(__file__).parents[2]
PROCESS = [sys.executable, "-m", "pulumi_plivo.cli"]


def test_the_package_installs_the_command() -> None:
    assert 'plivo-numbers = "pulumi_plivo.cli.entry:main"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("package", ["click", "rich"])
def test_without_its_extra_the_command_ends_in_one_line_that_says_what_to_install(tmp_path: Path, package: str) -> None:
    hidden = tmp_path / package
    hidden.mkdir()
    (hidden / "__init__.py").write_text(f"raise ModuleNotFoundError('gone', name={package!r})\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    ended = subprocess.run([*PROCESS, "list"], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"plivo-numbers: {package} is not installed; run: pip install 'pulumi-plivo[cli]'\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "Missing command"),
        (["adopt", "--format", "x"], "config"),
        (["lst"], "No such command"),
        (["list", "x"], "x"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_status_2(command: Command, arguments: list[str], text: str) -> None:
    ended = command(*arguments)
    assert (ended.status, ended.output) == (2, "")
    assert text in ended.error
    assert ended.error.startswith("plivo-numbers: ")
    assert ended.error.endswith("; plivo-numbers --help says more")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_are_no_error(command: Command, option: str) -> None:
    assert command(option).status == 0


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ("GET */Powerpack/ status=500 times=9", f"the Powerpacks of account {AUTH_ID}"),
        ("GET */Tollfree/ status=403 times=9", f"the members of pool {POOL} (Tollfree)"),
    ],
)
def test_a_call_that_fails_is_one_line_and_status_4(
    command: Command, sandbox: RunningSandbox, fault: str, what: str
) -> None:
    Path("Pulumi.yaml").write_text("name: numbers\n")
    Path("Pulumi.dev.yaml").write_text("config:\n  plivo:maxRetries: 0\n")
    sandbox.add_fault(fault)
    ended = command("adopt", "--powerpack", "otp", "--stack", "dev")
    assert (ended.status, ended.output) == (4, "")
    assert ended.error.startswith(f"plivo-numbers: could not read {what}: Plivo answered ")


def test_a_token_that_plivo_does_not_take_is_one_line_and_status_4(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", "another-token")
    ended = command("list")
    assert ended.status == 4
    assert "Plivo answered 401" in ended.error
    assert "another-token" not in ended.error


@pytest.mark.parametrize("what", ["the numbers of account", "number 14155550100 of account"])
def test_what_could_not_be_read_of_the_account_is_named(command: Command, sandbox: RunningSandbox, what: str) -> None:
    sandbox.add_fault(f"GET */Account/{AUTH_ID}/Number/* status=403 times=99")
    state = exported(resource("PoolNumber", "a", POOL, NUMBER))
    ended = command("list") if "numbers" in what else command("check", "--state", "-", stdin=state)
    assert ended.status == 4
    assert f"could not read {what} {AUTH_ID}: " in ended.error


def test_an_interrupt_is_one_line_and_no_finding(command: Command, mocker: MockerFixture) -> None:
    mocker.patch.object(Powerpacks, "all", side_effect=KeyboardInterrupt)
    ended = command("list")
    assert (ended.status, ended.error) == (130, "plivo-numbers: interrupted; nothing was changed")


def test_a_bug_is_no_finding_either_and_asks_for_a_report(command: Command, mocker: MockerFixture) -> None:
    mocker.patch.object(Powerpacks, "all", side_effect=ZeroDivisionError)
    ended = command("list")
    assert ended.status == Status.BUG
    assert "this is a bug in pulumi-plivo" in ended.errors


def environment(sandbox: RunningSandbox) -> dict[str, str]:
    """The environment of a process of its own."""
    return {
        **os.environ,
        "PLIVO_AUTH_ID": AUTH_ID,
        "PLIVO_AUTH_TOKEN": AUTH_TOKEN,
        "PLIVO_BASE_URL": sandbox.base_url,
        "TERM": "xterm",
        "COLUMNS": "120",
    }


def test_a_bar_is_shown_on_a_terminal_and_no_color_of_a_name(
    sandbox: RunningSandbox, tmp_path: Path, account: Account
) -> None:
    with Terminal([*PROCESS, "list"], tmp_path, environment(sandbox)) as terminal:
        terminal.wait_for("rented and in no pool, ")
    assert "reading lists" in terminal.shown
    ended = subprocess.run([*PROCESS, "list"], env=environment(sandbox), capture_output=True, text=True, check=True)
    assert ended.stderr == ""
    assert not re.search(r"\x1b", ended.stdout)
    assert account.numbers() == {}


def test_a_reader_that_has_seen_enough_is_no_error(sandbox: RunningSandbox) -> None:
    with subprocess.Popen(
        [*PROCESS, "list", "--json"], env=environment(sandbox), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == Status.NOBODY_READS


def test_a_name_that_the_terminals_encoding_lacks_is_no_error(sandbox: RunningSandbox) -> None:
    sandbox.seed({"accounts": [{"auth_id": AUTH_ID, "auth_token": AUTH_TOKEN, "powerpacks": [{"name": "日本"}]}]})
    ascii_only = environment(sandbox) | {"PYTHONIOENCODING": "ascii"}
    ended = subprocess.run([*PROCESS, "list"], env=ascii_only, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "?? (Powerpack " in ended.stdout
