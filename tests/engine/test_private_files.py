"""What the sandbox keeps is for its owner alone, and is never reached through a link."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from plivo_sandbox.engine.errors import EngineError
from plivo_sandbox.engine.handover import hand_to_cli, hand_to_embedded
from plivo_sandbox.private_files import LinkError, read_private, replace_private
from plivo_sandbox.server.database import DatabaseError, database
from plivo_sandbox.server.running import RunningSandbox

from tests.engine.toy_stack import ToyStack

HELD = '{"version": 3, "deployment": {"resources": [{}]}}'
ON_THE_CLI = '{"checkpoint": {"latest": {"resources": [{}]}}}'


def modes(folder: Path) -> dict[str, int]:
    """Return the rights of every file in a folder."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """A shell whose new files everybody may read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def treasure(tmp_path: Path) -> Path:
    """A file of somebody else, to which a link leads."""
    path = tmp_path / "treasure"
    path.write_text(HELD)
    return path


def test_state_and_lock_are_for_the_owner_alone(stack: ToyStack) -> None:
    stack.up('Toy("a")')

    assert modes(stack.state.parent) == {"dev.json": 0o600, "dev.json.lock": 0o600}
    assert stat.S_IMODE(stack.state.parent.stat().st_mode) == 0o700


def test_the_database_and_what_is_beside_it_are_for_the_owner_alone(tmp_path: Path) -> None:
    with RunningSandbox(tmp_path / "new" / "plivo.sqlite3") as sandbox:
        sandbox.seed({"accounts": [{"auth_id": "MA" + "0" * 18, "auth_token": "x"}]})

        assert modes(tmp_path / "new") == dict.fromkeys(
            ("plivo.sqlite3", "plivo.sqlite3-wal", "plivo.sqlite3-shm"), 0o600
        )
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_state_that_was_handed_over_is_for_the_owner_alone(tmp_path: Path) -> None:
    state, checkpoint = tmp_path / "state" / "dev.json", tmp_path / "dev.json"
    checkpoint.write_text(ON_THE_CLI)

    assert hand_to_embedded(state, checkpoint)

    assert modes(state.parent) == {"dev.json": 0o600, "dev.json.lock": 0o600}


def test_a_file_that_was_left_half_written_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "state.new").write_text("half")

    replace_private(tmp_path / "state", "whole")

    assert read_private(tmp_path / "state") == "whole"
    assert modes(tmp_path) == {"state": 0o600}


@pytest.mark.parametrize("name", ["dev.json", "dev.json.new", "dev.json.lock"])
@pytest.mark.parametrize("leads", ["somewhere", "nowhere"])
def test_a_link_in_the_place_of_a_file_of_the_stack_is_one_clear_error(
    stack: ToyStack, treasure: Path, name: str, leads: str
) -> None:
    if leads == "nowhere":
        treasure.unlink()
    stack.declare('Toy("a")')
    stack.state.parent.mkdir()
    link = stack.state.with_name(name)
    link.symlink_to(treasure)

    with pytest.raises(EngineError, match=f"^{link} is a link, .*: remove it, then try again$"):
        stack.up()

    assert stack.live == set()
    assert link.is_symlink()
    assert (treasure.read_text() if treasure.exists() else None) == (HELD if leads == "somewhere" else None)


@pytest.mark.parametrize("name", ["state", "state.new"])
def test_nothing_is_written_through_a_link_that_comes_in_the_middle_of_a_run(
    tmp_path: Path, treasure: Path, name: str
) -> None:
    (tmp_path / name).symlink_to(treasure)

    with pytest.raises(LinkError):
        replace_private(tmp_path / "state", "new")

    assert treasure.read_text() == HELD


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("leads", ["somewhere", "nowhere"])
def test_a_link_in_the_place_of_a_file_of_the_database_is_one_clear_error(
    tmp_path: Path, ending: str, leads: str
) -> None:
    other, link = tmp_path / "other", tmp_path / f"plivo.sqlite3{ending}"
    if leads == "somewhere":
        other.touch()
    link.symlink_to(other)

    with (
        pytest.raises(DatabaseError, match=f"^cannot open the sandbox database .*: {link} is a link, .* try again$"),
        database(tmp_path / "plivo.sqlite3"),
    ):
        pass

    assert (other.read_bytes() if other.exists() else None) == (b"" if leads == "somewhere" else None)


def test_what_is_handed_over_is_not_read_through_a_link(tmp_path: Path, treasure: Path) -> None:
    state, checkpoint = tmp_path / "dev.json", tmp_path / "checkpoint"
    state.symlink_to(treasure)

    with pytest.raises(LinkError):
        hand_to_cli(state, checkpoint, lambda _: True)
    with pytest.raises(LinkError):
        hand_to_embedded(state, checkpoint)


@pytest.mark.parametrize("folder", [".sandbox", ".sandbox/embedded", ".sandbox/embedded/toys", ".sandbox/pulumi"])
def test_a_link_in_the_place_of_a_folder_of_the_sandbox_is_a_one_line_error(
    stack: ToyStack, tmp_path: Path, folder: str
) -> None:
    stack.config["plivo:baseUrl"] = "http://127.0.0.1:1/v1"
    stack.declare('Toy("a")')
    (tmp_path / "other").mkdir()
    link = stack.directory / folder
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(tmp_path / "other")

    command = [sys.executable, "-c", "from plivo_sandbox.cli import main; main()", "up"]
    done = subprocess.run(command, cwd=stack.directory, env=stack.environment, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {link} is a link")
    assert done.stderr.count("\n") == 1
    assert list((tmp_path / "other").iterdir()) == []
