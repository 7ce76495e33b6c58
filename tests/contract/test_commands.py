import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import yaml
from plivo_sandbox.server.running import RunningSandbox

PROGRAM = str(Path(sys.executable).with_name("plivo-sandbox"))
ACCOUNT = ("MASANDBOX00000000001", "sandbox")


@contextmanager
def serving(directory: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `plivo-sandbox serve` on a free port in the directory; the base url is what its first line says."""
    command = [PROGRAM, "serve", "--port", "0", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=directory, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            assert line.startswith("listening on http://127.0.0.1:")
            assert line.endswith("/v1\n")
            yield process, line.split()[-1]
        finally:
            process.terminate()


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], cwd=directory, capture_output=True, text=True, timeout=60)


def powerpacks(base_url: str) -> requests.Response:
    return requests.get(f"{base_url}/Account/{ACCOUNT[0]}/Powerpack/", auth=ACCOUNT, timeout=10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_from_the_shipped_seed_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, base_url):
        assert [entry["name"] for entry in powerpacks(base_url).json()["objects"]] == ["otp", "alerts"]

        process.send_signal(number)
        output, errors = process.communicate(timeout=10)

    assert (process.returncode, output, errors) == (0, "", "")
    assert (tmp_path / ".sandbox" / "plivo.sqlite3").exists()


def test_serve_takes_quirks_faults_and_the_rate_limit(tmp_path: Path) -> None:
    options = [
        "--quirk",
        "error-shape=text",
        "--fault",
        "GET */teapot/ status=418",
        "--rate-limit",
        "--db",
        "x.sqlite3",
    ]
    with serving(tmp_path, *options) as (_, base_url):
        assert requests.get(base_url, timeout=10).text == "not found"
        assert requests.get(f"{base_url}/teapot/", timeout=10).status_code == 418
        assert {powerpacks(base_url).status_code for _ in range(301)} == {200, 429}
    assert (tmp_path / "x.sqlite3").exists()


def test_serve_does_not_seed_a_database_that_has_accounts(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "x.sqlite3") as sandbox:
        sandbox.seed({"accounts": [{"auth_id": "MA" + "0" * 18, "auth_token": "x"}]})

    with serving(tmp_path, "--db", "x.sqlite3") as (_, base_url):
        assert powerpacks(base_url).status_code == 401


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--quirk", "nonsense=1"], "Error: no quirk is named 'nonsense'"),
        (["--quirk", "nonsense"], "Error: a quirk is written NAME=VALUE"),
        (["--fault", "GET *"], "Error: bad fault 'GET *': it needs"),
        (["--db", "/dev/null/x"], "Error: cannot open the sandbox database /dev/null/x"),
    ],
)
def test_a_wrong_option_of_serve_is_a_one_line_error(tmp_path: Path, options: list[str], complaint: str) -> None:
    result = run(tmp_path, "serve", "--port", "0", *options)

    assert result.returncode == 1
    assert result.stderr.startswith(complaint)
    assert result.stderr.count("\n") == 1


def test_a_taken_port_is_a_one_line_error(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "x.sqlite3") as sandbox:
        port = sandbox.base_url.split(":")[2].removesuffix("/v1")
        result = run(tmp_path, "serve", "--port", port)

    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: cannot listen on 127.0.0.1:{port}")
    assert result.stderr.count("\n") == 1


def test_seed_adds_to_a_running_sandbox_and_again_is_harmless(tmp_path: Path) -> None:
    owner = {"auth_id": ACCOUNT[0], "auth_token": ACCOUNT[1], "powerpacks": [{"name": "third"}]}
    (tmp_path / "seed.yaml").write_text(yaml.safe_dump({"accounts": [owner]}))

    with serving(tmp_path) as (_, base_url):
        results = [run(tmp_path, "seed", "seed.yaml") for _ in range(2)]
        names = [entry["name"] for entry in powerpacks(base_url).json()["objects"]]

    assert [result.returncode for result in results] == [0, 0]
    assert names == ["otp", "alerts", "third"]


def test_a_wrong_seed_file_is_a_one_line_error_with_the_keys_path(tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text("accounts: [{auth_id: MA1, auth_token: x}]")

    result = run(tmp_path, "seed", "seed.yaml")

    assert result.returncode == 1
    assert result.stderr == "Error: accounts[0].auth_id: must have 20 characters and start with MA or SA\n"
