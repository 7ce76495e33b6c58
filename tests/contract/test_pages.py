"""Each page of a resource, component, function or command has one form, and its tables say what the code says."""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi_plivo
import pytest
from pulumi_plivo import lookups

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = ["Example", "Inputs", "Outputs", "How to adopt", "Caveats", "Errors"]
RESOURCES = {
    "messaging-pool": pulumi_plivo.MessagingPool,
    "pool-number": pulumi_plivo.PoolNumber,
    "pool-numbers": pulumi_plivo.PoolNumbers,
    "pool-shortcode": pulumi_plivo.PoolShortcode,
    "pool-toll-free": pulumi_plivo.PoolTollFree,
    "powerpack": pulumi_plivo.Powerpack,
}
PAGES = sorted([*RESOURCES, "lookups", "plivo-numbers"])
#: What every resource takes besides its inputs.
OF_ALL = {"self", "resource_name", "opts"}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: value for name, value in vars(lookups).items() if inspect.isfunction(value) and not name.endswith("_output")
}
RESULTS = {name: value for name, value in vars(lookups).items() if dataclasses.is_dataclass(value)}


def text(page: str) -> str:
    """Return a page."""
    return (DOCS / f"{page}.md").read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    """Return what stands below a title, up to the next one of any level."""
    return re.split(r"\n#+ ", text(page).partition(f"# {title}\n")[2])[0]


def rows(part: str) -> Iterator[list[str]]:
    """Yield the cells of each row whose first cell is a name."""
    for line in part.splitlines():
        if line.startswith("| `"):
            yield [each.strip() for each in re.split(r"(?<!\\)\|", line)[1:-1]]


def inputs_on(part: str) -> dict[str, str]:
    """Return the default of each input in the table of a part."""
    return {cells[0].strip("`"): cells[2].partition(":")[0] for cells in rows(part)}


def inputs_of(function: Callable[..., Any]) -> dict[str, str]:
    """Return the default of each input of a constructor or function, as the pages write it."""
    return {
        name: "required" if each.default is inspect.Parameter.empty else f"`{each.default!r}`"
        for name, each in inspect.signature(function).parameters.items()
        if name not in OF_ALL
    }


def outputs_of(resource: type) -> set[str]:
    """Return the outputs of a resource: what its classes declare, and what they compute of it."""
    own = [each for each in resource.__mro__ if each.__module__.startswith("pulumi_plivo")]
    declared = {name for each in own for name in inspect.get_annotations(each)}
    computed = {name for each in own for name, value in vars(each).items() if isinstance(value, property)}
    return {name for name in declared | computed if not name.startswith("_")}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_the_sections_in_their_order(page: str) -> None:
    assert re.findall(r"^## (.*)$", text(page), re.MULTILINE) == SECTIONS


def test_every_resource_function_and_result_has_its_page() -> None:
    exported = {*pulumi_plivo.__all__} - {"__version__"}
    documented = {each.__name__ for each in RESOURCES.values()} | {*RESULTS}
    assert exported == documented | {*FUNCTIONS} | {f"{name}_output" for name in FUNCTIONS}


@pytest.mark.parametrize(("page", "resource"), RESOURCES.items(), ids=RESOURCES)
def test_the_table_has_every_input_of_a_resource_with_its_default_and_no_other(page: str, resource: type) -> None:
    assert inputs_on(section(page, "Inputs")) == inputs_of(resource)


@pytest.mark.parametrize(("page", "resource"), RESOURCES.items(), ids=RESOURCES)
def test_the_table_has_every_output_of_a_resource_besides_its_inputs_and_no_other(page: str, resource: type) -> None:
    listed = [cells[0].strip("`") for cells in rows(section(page, "Outputs"))]
    outputs = outputs_of(resource)
    # Only a resource's inputs are outputs too: a component has none but those that it declares.
    expected = outputs if page == "messaging-pool" else outputs - inputs_of(resource).keys()
    assert sorted(listed) == sorted(expected)


@pytest.mark.parametrize(("name", "function"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_the_page_has_every_argument_of_a_look_up_with_its_default_and_what_it_returns(
    name: str, function: Callable[..., Any]
) -> None:
    part = section("lookups", f"`{name}`")
    assert inputs_on(part) == inputs_of(function) == inputs_of(getattr(lookups, f"{name}_output"))
    returned = inspect.signature(function).return_annotation
    many = not inspect.isclass(returned) or returned not in RESULTS.values()
    result = returned.__args__[0] if many else returned
    assert f"returns a {'list of ' if many else ''}`{result.__name__}`" in part


def test_the_page_has_every_look_up_and_no_other() -> None:
    assert sorted(re.findall(r"^### `(.*)`$", text("lookups"), re.MULTILINE)) == sorted(FUNCTIONS)


def test_the_table_has_every_result_of_a_look_up_with_its_fields_and_no_other() -> None:
    listed = {cells[0].strip("`"): re.findall(r"`(\w+)`", cells[1]) for cells in rows(section("lookups", "Outputs"))}
    assert listed == {name: [each.name for each in dataclasses.fields(each)] for name, each in RESULTS.items()}
