"""The example with other providers' resources beside this one's: their inputs are this provider's outputs."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import mocks

from tests.conftest import POOL
from tests.program.mocked import Mocks, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "alongside"
POWERPACK = "b4f7c1d2-0a3e-4c5b-9d8f-1e2a3b4c5d6e"
SECRET = "made-by-the-provider-random"
PACKAGES = ("pulumi_docker", "pulumi_random")


class ThreeProviders(Mocks):
    """What the three providers' resources have as their outputs."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        name, outputs = super().new_resource(args)
        made = {
            "pulumi-python:dynamic/plivo:Powerpack": {"number_pool_uuid": POOL, "uuid": POWERPACK},
            "random:index/randomPassword:RandomPassword": {"result": SECRET},
        }
        return name, {**outputs, **made.get(args.typ, {})}


@pytest.fixture
def example() -> ThreeProviders:
    """The example, run under Pulumi's mocks."""
    for package in PACKAGES:
        pytest.importorskip(package, reason=f"{package} is not installed")
    return _ran(ThreeProviders())


def _ran(providers: ThreeProviders) -> ThreeProviders:
    run(lambda: runpy.run_path(str(EXAMPLE)), providers)
    return providers


def test_the_containers_environment_has_the_pools_uuid_and_the_other_providers_secret(example: ThreeProviders) -> None:
    environment = example.inputs("sender")["envs"]
    assert in_clear(environment) == [
        f"PLIVO_NUMBER_POOL_UUID={POOL}",
        f"PLIVO_POWERPACK_UUID={POWERPACK}",
        f"CALLBACK_SECRET={SECRET}",
    ]


def test_the_stack_has_resources_of_three_providers(example: ThreeProviders) -> None:
    types = {args.typ for args in example.registered}
    assert {
        "docker:index/container:Container",
        "random:index/randomPassword:RandomPassword",
        "pulumi-python:dynamic/plivo:PoolNumbers",
        "pulumi-python:dynamic/plivo:Powerpack",
    } <= types


def test_the_packages_of_the_example_are_those_that_its_requirements_name() -> None:
    named = {line.partition(">")[0] for line in (EXAMPLE / "requirements.txt").read_text().splitlines()}
    assert named == {"pulumi-plivo", *(package.replace("_", "-") for package in PACKAGES)}


def in_clear(value: Any) -> Any:
    """Return a value without the mark of a secret."""
    if isinstance(value, dict) and "value" in value:
        return in_clear(value["value"])
    return [in_clear(each) for each in value] if isinstance(value, list) else value
