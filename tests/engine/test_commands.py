"""`plivo-sandbox up` and the other commands, as a user types them."""

import http.server
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pulumi.automation
import pytest
from plivo_sandbox.engine.pulumi_cli import INSTALLER
from plivo_sandbox.server.running import RunningSandbox

from tests.engine.terminal import CTRL_C, Terminal
from tests.engine.toy_stack import ToyStack

ROOT = Path(__file__).parents[2]
MINE = "MASANDBOX00000000001"
AB = 'a = Toy("a"); Toy("b", opts=ResourceOptions(depends_on=[a]))'
NEEDS_PLIVO = """
import os, urllib.request
with urllib.request.urlopen(pulumi.Config("plivo").require("baseUrl").replace("/v1", "/_sandbox/state")) as answer:
    pulumi.export("accounts", list(__import__("json").load(answer)["accounts"]))
pulumi.export("token", os.environ.get("PLIVO_AUTH_TOKEN", "none"))
"""
COUNTS = re.compile(r"^\w+: \d+ \w+", re.MULTILINE)
PROGRAMS = Path(__file__).parent / "programs"
WATCHING = """
import os, sys
with open(os.environ["SEEN"], "a") as seen:
    print("PLIVO_AUTH_TOKEN" in os.environ, sys.orig_argv[-1], sep=": ", file=seen)
"""
FAKE_CLI = """#!/bin/sh
echo "fake $*"
echo "backend $PULUMI_BACKEND_URL, passphrase $PULUMI_CONFIG_PASSPHRASE"
echo "more: true" >> program/../Pulumi.dev.yaml
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        free: int = listener.getsockname()[1]
        return free


@pytest.fixture
def local(stack: ToyStack, port: int, tmp_path: Path) -> ToyStack:
    """A stack that points at a local Plivo, on a machine without the CLI."""
    stack.config["plivo:baseUrl"] = f"http://127.0.0.1:{port}/v1"
    stack.environment |= {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path / "home")}
    (tmp_path / "bin").mkdir()
    return stack


@pytest.fixture
def something_else(port: int) -> Iterator[None]:
    """A web server that is no sandbox."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield
        server.shutdown()


def plivo_sandbox(stack: ToyStack, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from plivo_sandbox.cli import main; main()", *arguments]
    return subprocess.run(
        command, cwd=stack.directory / "program", env=stack.environment, capture_output=True, text=True, check=False
    )


def install_fake_cli(directory: Path, more: str = "") -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pulumi").write_text(FAKE_CLI + more)
    (directory / "pulumi").chmod(stat.S_IRWXU)


def test_the_four_commands_run_a_stack_and_keep_its_state(local: ToyStack) -> None:
    local.declare(AB)

    def lines(*arguments: str) -> list[str]:
        done = plivo_sandbox(local, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert lines("preview")[0] == "engine: embedded, as there is no pulumi CLI on PATH"
    assert local.live == set()
    assert lines("up", "--engine", "embedded")[0] == "engine: embedded, as asked"
    assert local.live == {"a", "b"}
    counts, *_, verdict = lines("up")[-4:]
    assert counts.startswith("up: 3 unchanged; ")
    assert verdict == "Nothing was given back"
    assert lines("refresh")[-1].startswith("refresh: 3 unchanged; ")
    local.declare('Toy("a", size=1)')
    assert "      size: 1" in lines("preview", "--diff")
    assert lines("destroy")[-1].startswith("destroy: 3 deleted; ")
    assert local.live == set()
    assert (local.directory / ".sandbox" / "embedded" / "toys" / "dev.json").is_file()


def test_the_shipped_dev_stack_can_be_destroyed_and_brought_up_again(local: ToyStack, port: int) -> None:
    shutil.copy(ROOT / "Pulumi.yaml", local.directory)
    shutil.copytree(ROOT / "stacks", local.directory / "stacks")
    config = local.directory / "stacks" / "Pulumi.dev.yaml"
    config.write_text(config.read_text().replace(":8420/", f":{port}/"))
    local.environment["PULUMI_CONFIG_PASSPHRASE"] = "sandbox"

    outcomes = [plivo_sandbox(local, operation) for operation in ("up", "up", "destroy", "up")]

    assert [done.returncode for done in outcomes] == [0, 0, 0, 0], outcomes[-1].stdout
    created, unchanged, destroyed, again = (COUNTS.findall(done.stdout)[-1] for done in outcomes)
    count = int(created.split()[1])
    assert count > 1
    assert created == again == f"up: {count} created"
    assert (unchanged, destroyed) == (f"up: {count} unchanged", f"destroy: {count} deleted")


@pytest.fixture(params=["embedded", "cli"])
def engine(request: pytest.FixtureRequest, local: ToyStack) -> str:
    """Each of the engines; the CLI only where there is one."""
    if request.param == "cli":
        if shutil.which("pulumi") is None:
            pytest.skip("the pulumi CLI is not on PATH")
        local.environment |= {"PATH": os.environ["PATH"], "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true"}
    return str(request.param)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("engine", "name"),
    [
        ("embedded", "PULUMI_CONFIG_PASSPHRASE"),
        ("embedded", "PULUMI_CONFIG_PASSPHRASE_FILE"),
        ("cli", "PULUMI_CONFIG_PASSPHRASE"),
    ],
    indirect=["engine"],
)
def test_the_shipped_stack_file_opens_whatever_passphrase_the_shell_has_for_others(
    local: ToyStack, port: int, name: str
) -> None:
    local.declare('pulumi.export("length", pulumi.Config("plivo").require_secret("authToken").apply(len))')
    shipped = (ROOT / "stacks" / "Pulumi.dev.yaml").read_text()
    local.write("Pulumi.dev.yaml", shipped.replace(":8420/", f":{port}/"))
    del local.environment["PULUMI_CONFIG_PASSPHRASE"]
    local.environment[name] = "of another stack, or a file that is not there"

    done = plivo_sandbox(local, "up")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{name} of this shell is not used" in done.stdout


@pytest.mark.parametrize(
    ("engine", "number"), [("embedded", None), ("cli", None), ("cli", signal.SIGTERM)], indirect=["engine"]
)
def test_a_cancelled_command_waits_for_its_engine_and_keeps_the_local_plivo_until_then(
    local: ToyStack, engine: str, port: int, number: signal.Signals | None
) -> None:
    local.declare(AB)
    local.pause("create-a")
    command = [sys.executable, "-c", "from plivo_sandbox.cli import main; main()", "up"]

    with Terminal(command, local.directory, local.environment) as terminal, socket.socket() as client:
        local.wait_for("create-a")
        if number is None:
            terminal.press(CTRL_C)
        else:
            terminal.process.send_signal(number)
        terminal.wait_for("cancelling")
        client.connect(("127.0.0.1", port))
        local.go_on("create-a")

    assert terminal.process.returncode == 1
    assert local.live == {"a"}
    # The CLI shows where it has interrupted its own launcher of the program.
    assert "plivo_sandbox" not in terminal.shown
    assert "Aborted" not in terminal.shown
    assert engine == "cli" or "Traceback" not in terminal.shown
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


def test_a_failure_is_the_exit_status(local: ToyStack) -> None:
    local.make("fail-create-a")
    local.declare(AB)

    done = plivo_sandbox(local, "up")

    assert done.returncode == 1
    assert "up failed: 1 created, 1 failed; " in done.stdout


def test_the_local_plivo_runs_with_the_shipped_seed_while_the_command_does(local: ToyStack, port: int) -> None:
    local.declare(NEEDS_PLIVO)

    done = plivo_sandbox(local, "up")

    assert 'accounts = ["MASANDBOX00000000001"' in done.stdout
    assert (local.directory / ".sandbox" / "plivo.sqlite3").is_file()
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0


def test_a_sandbox_that_already_listens_is_used(local: ToyStack, port: int, tmp_path: Path) -> None:
    local.declare(NEEDS_PLIVO)

    with RunningSandbox(tmp_path / "other.sqlite3", port=port):
        done = plivo_sandbox(local, "up")

    assert f"using the plivo-sandbox that already listens on port {port}" in done.stdout
    assert "accounts = []" in done.stdout


@pytest.mark.usefixtures("something_else")
def test_a_port_that_something_else_has_is_one_clear_error(local: ToyStack, port: int) -> None:
    local.declare(AB)

    done = plivo_sandbox(local, "up")

    assert done.returncode == 1
    assert done.stderr == (
        f"Error: port {port} is taken by something that is no plivo-sandbox: end it, or change plivo:baseUrl\n"
    )


@pytest.mark.parametrize(
    "base_url",
    [None, "https://api.plivo.com/v1", "http://plivo.example/v1", "http://127.0.0.1/v1", "http://[::1]:1/v1"],
)
def test_a_stack_that_is_not_on_a_local_plivo_is_refused(local: ToyStack, base_url: str | None) -> None:
    del local.config["plivo:baseUrl"]
    local.config |= {"plivo:baseUrl": base_url} if base_url else {}
    local.declare(AB)

    done = plivo_sandbox(local, "destroy")

    assert done.returncode == 1
    why = f"(plivo:baseUrl is {base_url or 'not set'})"
    assert done.stderr == f"Error: stack dev is not on a local Plivo {why}: use pulumi itself for it\n"


def test_a_stack_that_does_not_exist_is_named(local: ToyStack) -> None:
    local.declare(AB)

    assert "there is no stack nope" in plivo_sandbox(local, "up", "--stack", "nope").stderr


@pytest.mark.parametrize(
    ("config", "shell", "token", "why"),
    [
        ({"plivo:authId": MINE, "plivo:authToken": "x"}, {}, "", "stack config has plivo:authToken"),
        ({"plivo:authId": MINE}, {}, "sandbox", "the stack's account has a token of its own"),
        ({}, {"PLIVO_AUTH_ID": MINE}, "sandbox", "the stack's account has a token of its own"),
        ({}, {}, "", "the stack has no plivo:authId"),
    ],
)
def test_a_token_of_the_shell_never_reaches_what_listens_on_the_port(
    local: ToyStack, port: int, tmp_path: Path, config: dict[str, str], shell: dict[str, str], token: str, why: str
) -> None:
    install_fake_cli(tmp_path / "bin", 'echo "token: $PLIVO_AUTH_TOKEN"')
    local.environment |= {"PLIVO_AUTH_TOKEN": "of-a-real-account", **shell}
    local.config |= config
    local.declare(AB)

    with RunningSandbox(tmp_path / "other.sqlite3", port=port):
        done = plivo_sandbox(local, "up")

    assert f"\ntoken: {token}\n" in done.stdout
    assert f"PLIVO_AUTH_TOKEN of this shell is not used: {why}" in done.stdout


def test_on_the_embedded_engine_the_program_has_the_token_of_the_local_plivo(local: ToyStack) -> None:
    local.environment["PLIVO_AUTH_TOKEN"] = "of-a-real-account"
    local.config["plivo:authId"] = MINE
    local.declare(NEEDS_PLIVO)

    assert 'token    = "sandbox"' in plivo_sandbox(local, "up").stdout


@pytest.mark.parametrize("operation", ["up", "destroy"])
def test_where_only_the_shell_has_a_token_the_command_is_refused(local: ToyStack, operation: str) -> None:
    local.environment |= {"PLIVO_AUTH_TOKEN": "of-a-real-account"}
    local.config["plivo:authId"] = "MAREALACCOUNT0000001"
    local.declare(AB)

    done = plivo_sandbox(local, operation)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: PLIVO_AUTH_TOKEN of this shell is not sent to a local Plivo, and ")
    assert done.stderr.endswith("set plivo:authToken to the token that the local Plivo knows\n")
    assert "of-a-real-account" not in done.stdout + done.stderr
    assert local.calls() == []


def test_the_cli_on_path_is_used_with_a_state_of_the_project(local: ToyStack, tmp_path: Path) -> None:
    del local.environment["PULUMI_CONFIG_PASSPHRASE"]
    install_fake_cli(tmp_path / "bin")
    local.declare(AB)
    config = (local.directory / "Pulumi.dev.yaml").read_bytes()

    done = plivo_sandbox(local, "up", "--diff", "--parallel", "1", "--target", "urn:a", "--target", "urn:b")

    assert re.sub(r"(?<=--event-log )\S+", "EVENTS", done.stdout).splitlines() == [
        f"engine: the pulumi CLI, {tmp_path / 'bin' / 'pulumi'}, found on PATH",
        "fake up --yes --skip-preview --stack dev --diff --parallel 1 --target urn:a --target urn:b"
        " --event-log EVENTS --non-interactive",
        f"backend file://{local.directory}/.sandbox/pulumi, passphrase sandbox",
    ]
    assert (local.directory / "Pulumi.dev.yaml").read_bytes() == config


def test_the_cli_previews_what_could_delete_a_protected_resource(local: ToyStack, tmp_path: Path) -> None:
    install_fake_cli(tmp_path / "bin")
    local.declare(AB)
    checkpoint = local.directory / ".sandbox" / "pulumi" / ".pulumi" / "stacks" / "toys" / "dev.json"
    checkpoint.parent.mkdir(parents=True)

    def commands(state: str) -> list[str]:
        checkpoint.write_text(state)
        shown = "".join(plivo_sandbox(local, operation).stdout for operation in ("up", "refresh", "destroy"))
        return [line.partition(" --stack")[0] for line in shown.splitlines() if line.startswith("fake ")]

    assert commands("{}") == [f"fake {each} --yes --skip-preview" for each in ("up", "refresh", "destroy")]
    assert commands('{"resources": [{"protect": true}]}') == [
        "fake up --yes",
        "fake refresh --yes --skip-preview",
        "fake destroy --yes",
    ]


def test_the_cli_that_the_sdk_has_installed_is_used(local: ToyStack, tmp_path: Path) -> None:
    version = __import__("importlib.metadata").metadata.version("pulumi")
    install_fake_cli(tmp_path / "home" / ".pulumi" / "versions" / version / "bin")
    local.declare(AB)

    assert "installed by the SDK earlier" in plivo_sandbox(local, "preview").stdout


def test_asking_for_a_cli_that_is_not_there_is_an_error(local: ToyStack) -> None:
    local.declare(AB)

    done = plivo_sandbox(local, "up", "--engine", "pulumi")

    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no pulumi CLI on PATH" in done.stderr


def test_the_installer_that_is_named_is_the_one_that_the_sdk_runs() -> None:
    assert f'"{INSTALLER}"' in Path(pulumi.automation.__file__).with_name("_cmd.py").read_text()


@pytest.mark.parametrize(("setting", "asked"), [([], True), (["INSTALL_CLI=yes"], True), (["INSTALL_CLI=no"], False)])
def test_make_up_lets_the_installer_try_unless_it_is_told_not_to(setting: list[str], asked: bool) -> None:
    # A `make` around the tests would hand its own settings on.
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "INSTALL_CLI")}
    command = ["make", "-n", "up", *setting]
    shown = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    assert "plivo-sandbox up --stack dev" in shown
    assert ("--install-cli" in shown) == asked


def test_the_installer_is_tried_once_and_then_the_embedded_engine_runs(local: ToyStack, tmp_path: Path) -> None:
    # Nothing listens there: the download fails at once. What stays on this machine needs no proxy.
    local.environment |= dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
    local.environment |= {"PLIVO_AUTH_TOKEN": "of-a-real-account", "PYTHONPATH": f"{tmp_path}:{PROGRAMS}"}
    # Each Python writes down what it was started for, and whether it can see the token.
    (tmp_path / "sitecustomize.py").write_text(WATCHING)
    local.environment["SEEN"] = str(tmp_path / "seen")
    local.declare(AB)

    first, second = plivo_sandbox(local, "up", "--install-cli"), plivo_sandbox(local, "up", "--install-cli")

    assert first.stderr.startswith("there is no pulumi CLI: trying Pulumi's own installer, for 60 seconds at most; it ")
    assert f"fetches {INSTALLER}, runs it and installs into {tmp_path}/home/.pulumi/versions/" in first.stderr
    assert first.stderr.count("\n") == 1
    assert [line for line in (tmp_path / "seen").read_text().splitlines() if "PulumiCommand.install" in line] == [
        "False: import pulumi.automation; pulumi.automation.PulumiCommand.install()"
    ]
    assert second.stderr == ""
    for done in (first, second):
        assert done.returncode == 0
        assert done.stdout.splitlines()[0] == (
            "engine: embedded, as there is no pulumi CLI on PATH and Pulumi's installer could not get it"
        )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the pulumi CLI is not on PATH")
def test_a_stack_goes_on_when_the_other_engine_takes_over(local: ToyStack) -> None:
    with_cli = os.environ["PATH"]
    without_cli = local.environment["PATH"]
    local.environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    local.declare(AB)
    plivo_sandbox(local, "up")

    local.environment["PATH"] = with_cli
    on_cli = plivo_sandbox(local, "up")
    again = plivo_sandbox(local, "up")

    assert "the CLI has taken it over" in on_cli.stdout
    assert "taken it over" not in again.stdout
    assert "3 unchanged" in on_cli.stdout

    local.environment["PATH"] = without_cli
    back = plivo_sandbox(local, "destroy")

    assert "the embedded engine has taken it over" in back.stdout
    assert local.live == set()


def test_a_terminal_gets_colours_unless_they_are_not_wanted(local: ToyStack) -> None:
    local.declare(AB)

    def on_a_terminal(**environment: str) -> str:
        leader, follower = os.openpty()
        command = [sys.executable, "-c", "from plivo_sandbox.cli import main; main()", "preview"]
        with subprocess.Popen(
            command, cwd=local.directory, env={**local.environment, **environment}, stdout=follower
        ) as process:
            os.close(follower)
            shown = b""
            # The end of a terminal is an error on Linux, and no bytes elsewhere.
            try:
                while part := os.read(leader, 4096):
                    shown += part
            except OSError:
                pass
            process.wait()
        os.close(leader)
        return shown.decode()

    assert "\x1b[32m+  create   Toy a" in on_a_terminal()
    assert "\x1b" not in on_a_terminal(NO_COLOR="1")


def test_a_preview_for_machines_is_all_of_standard_output_and_any_other_ends_with_the_verdict(local: ToyStack) -> None:
    local.declare(AB)
    for_machines = plivo_sandbox(local, "preview", "--engine", "embedded", "--json")
    document = json.loads(for_machines.stdout)
    assert [each["op"] for each in document["steps"]] == ["create"] * 3
    assert "engine: embedded, as asked" in for_machines.stderr
    shown = plivo_sandbox(local, "preview", "--engine", "embedded").stdout
    assert shown.splitlines()[-1] == "Nothing is given back"
