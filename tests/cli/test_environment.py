"""`plivo-numbers environment`: a new stack's file, which is never written over another."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from plivo_sandbox.server.running import RunningSandbox

from tests.cli.conftest import Command
from tests.conftest import AUTH_ID, AUTH_TOKEN, NUMBER, OTHER_POOL, POOL, SHORTCODE, Account
from tests.e2e.conftest import needs_cli

PROJECT = "name: plivo-numbers\nruntime: python\nstackConfigDir: stacks\n"


def test_the_file_has_the_account_and_its_pools_and_no_token(
    command: Command, sandbox: RunningSandbox, account: Account
) -> None:
    account.add(POOL, NUMBER)
    Path("Pulumi.yaml").write_text(PROJECT)
    Path("stacks").mkdir()
    ended = command("environment", "qa")
    text = Path("stacks/Pulumi.qa.yaml").read_text()
    config = yaml.safe_load(text)["config"]
    assert (ended.status, ended.output) == (0, "")
    assert config["plivo:authId"] == AUTH_ID
    assert config["plivo:baseUrl"] == sandbox.base_url
    assert {pool["name"]: pool["number_pool_uuid"] for pool in config["plivo-numbers:pools"]} == {
        "otp": POOL,
        "alerts": OTHER_POOL,
    }
    assert config["plivo-numbers:pools"][1]["numbers"] == [NUMBER]
    assert config["plivo-numbers:pools"][1]["shortcodes"] == [SHORTCODE]
    assert AUTH_TOKEN not in text
    assert text.startswith("# The token of qa is a secret: `pulumi config set --secret plivo:authToken --stack qa`")
    assert ended.error == (
        f"{Path.cwd()}/stacks/Pulumi.qa.yaml is written, for account {AUTH_ID}: read it, then run"
        " `pulumi stack init qa`, `pulumi config set --secret plivo:authToken --stack qa`"
        " and `pulumi preview --stack qa`"
    )


def test_powerpacks_can_be_named(command: Command) -> None:
    Path("Pulumi.yaml").write_text(PROJECT.replace("stackConfigDir: stacks\n", ""))
    assert command("environment", "qa", "--powerpack", "otp", "--powerpack", POOL).status == 0
    (pool,) = yaml.safe_load(Path("Pulumi.qa.yaml").read_text())["config"]["plivo-numbers:pools"]
    assert pool["name"] == "otp"


def test_a_file_that_is_there_is_never_changed_and_nobody_is_asked(command: Command, sandbox: RunningSandbox) -> None:
    Path("Pulumi.yaml").write_text(PROJECT)
    Path("stacks").mkdir()
    file = Path("stacks/Pulumi.qa.yaml")
    file.write_text("config: {}\n")
    ended = command("environment", "qa")
    assert ended.status == 2
    assert ended.error.endswith("/stacks/Pulumi.qa.yaml is there already, and stays as it is")
    assert file.read_text() == "config: {}\n"
    assert sandbox.calls == []


def test_nothing_is_written_where_the_account_can_not_be_read_or_has_no_such_powerpack(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("Pulumi.yaml").write_text(PROJECT)
    Path("stacks").mkdir()
    assert command("environment", "qa", "--powerpack", "nope").status == 2
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", "of-yesterday")
    assert command("environment", "qa").status != 0
    assert list(Path("stacks").iterdir()) == []


def test_a_folder_without_a_project_or_that_can_not_be_written_is_named(command: Command) -> None:
    assert "there is no Pulumi.yaml in this folder or above it" in command("environment", "qa").error
    Path("Pulumi.yaml").write_text(PROJECT)
    ended = command("environment", "qa")
    assert ended.error.startswith("plivo-numbers: can't write ")
    assert ended.error.endswith("/stacks/Pulumi.qa.yaml: No such file or directory")
    assert command("environment", "../qa\n").status == 2


@needs_cli
@pytest.mark.slow
def test_the_file_is_a_stacks_that_the_cli_takes_over_without_a_write(
    command: Command, sandbox: RunningSandbox, account: Account, tmp_path: Path
) -> None:
    account.add(POOL, NUMBER)
    stacks = Path(__file__).parents[2] / "stacks"
    Path("Pulumi.yaml").write_text(PROJECT + f"main: {stacks}\n")
    Path("stacks").mkdir()
    assert command("environment", "qa").status == 0
    (tmp_path / "backend").mkdir()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    sandbox.calls.clear()
    for arguments in (["stack", "init", "qa"], ["up", "--stack", "qa", "--yes"]):
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"], env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert {call.method for call in sandbox.calls} == {"GET"}
    assert account.numbers() == {NUMBER: "sms"}
    assert f"plivo:authId: {AUTH_ID}" in Path("stacks/Pulumi.qa.yaml").read_text()
