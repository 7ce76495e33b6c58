"""What is published: the wheels and sdists of both distributions, built as a release builds them, and used alone."""

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pulumi_plivo
import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
ACCOUNT = {"PLIVO_AUTH_ID": "MASANDBOX00000000001", "PLIVO_AUTH_TOKEN": "sandbox"}
#: The distributions by the names of their packages, each with the folder of its project.
PROJECTS = {"pulumi_plivo": ROOT, "plivo_sandbox": ROOT / "sandbox"}

pytestmark = pytest.mark.slow


def run(*command: str | Path, **how: object) -> str:
    """Run a command that must succeed, and return what it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **how)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout
    return str(done.stdout)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make dist` builds."""
    folder = tmp_path_factory.mktemp("dist")
    path = os.pathsep.join([str(TOOLS), os.environ["PATH"]])
    run("bash", ROOT / ".ci" / "dist", folder, env={**os.environ, "PATH": path})
    return folder


@dataclass(frozen=True)
class Installed:
    """An environment that has the wheels, what they need, and nothing else."""

    programs: Path

    def run(self, name: str, *arguments: str | Path, at: Path, more: dict[str, str] | None = None) -> str:
        """Run one of its programs in a folder."""
        return run(self.programs / name, *arguments, cwd=at, env={**self.surroundings, **(more or {})})

    @property
    def surroundings(self) -> dict[str, str]:
        """What a shell has after the environment was activated, on a machine without the CLI."""
        return {"PATH": f"{self.programs}{os.pathsep}{os.defpath}", "HOME": str(self.programs)}

    @contextmanager
    def plivo(self, at: Path) -> Iterator[str]:
        """Run the local Plivo in a folder; yield its base url."""
        command = [str(self.programs / "plivo-sandbox"), "serve", "--port", "0"]
        with subprocess.Popen(command, cwd=at, env=self.surroundings, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                yield server.stdout.readline().split()[-1]
            finally:
                server.terminate()


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Both wheels in a fresh environment, with the newest of what they need."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    provider, sandbox = (next(dist.glob(f"{name}-*.whl")) for name in PROJECTS)
    python = folder / "bin" / "python"
    wheels = [f"pulumi-plivo[cli] @ {provider.as_uri()}", str(sandbox)]
    run(TOOLS / "uv", "pip", "install", "--quiet", "--python", python, *wheels)
    return Installed(folder / "bin")


@pytest.mark.parametrize("name", PROJECTS)
def test_there_are_a_wheel_and_an_sdist_of_the_version(dist: Path, name: str) -> None:
    version = pulumi_plivo.__version__
    assert {each.name for each in dist.glob(f"{name}-*")} == {
        f"{name}-{version}-py3-none-any.whl",
        f"{name}-{version}.tar.gz",
    }


@pytest.mark.parametrize(("name", "project"), PROJECTS.items(), ids=PROJECTS)
def test_the_wheel_of_the_sdist_is_that_of_the_repository(dist: Path, name: str, project: Path, tmp_path: Path) -> None:
    run(TOOLS / "python", "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, project)
    (ours,), (theirs,) = tmp_path.glob("*.whl"), dist.glob(f"{name}-*.whl")
    assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.parametrize("name", PROJECTS)
def test_a_wheel_holds_its_package_and_its_licence_and_nothing_else(dist: Path, name: str) -> None:
    (wheel,) = dist.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    info = f"{name}-{pulumi_plivo.__version__}.dist-info"
    assert {each.partition("/")[0] for each in names} == {name, info}
    assert {f"{name}/py.typed", f"{info}/licenses/LICENSE"} <= set(names)


def test_the_wheels_alone_run_the_program_of_the_readme_and_the_command(installed: Installed, tmp_path: Path) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "__main__.py").write_text(program)
    (tmp_path / "Pulumi.yaml").write_text("name: numbers\nruntime: python\n")

    with installed.plivo(tmp_path) as base_url:
        settings = {
            "plivo:authId": ACCOUNT["PLIVO_AUTH_ID"],
            "plivo:authToken": "sandbox",
            "plivo:baseUrl": base_url,
        }
        (tmp_path / "Pulumi.dev.yaml").write_text(json.dumps({"config": settings}))
        shown = installed.run("plivo-sandbox", "up", "--stack", "dev", at=tmp_path)
        listed = installed.run(
            "plivo-numbers", "list", "--json", at=tmp_path, more={**ACCOUNT, "PLIVO_BASE_URL": base_url}
        )

    assert shown.splitlines()[0] == "engine: embedded, as there is no pulumi CLI on PATH"
    assert "up: 6 created" in shown
    (otp,) = [each for each in json.loads(listed)["powerpacks"] if each["name"] == "otp"]
    assert [each["number"] for each in otp["numbers"]] == ["14155550100", "14155550101"]
    assert "check" in installed.run("plivo-numbers", "--help", at=tmp_path)
