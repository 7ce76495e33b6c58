"""The tables of DESIGN.md say what the code decides: every case of a row, and every case in a row."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from pulumi_plivo.plans.arrival import Step, arrival
from pulumi_plivo.plans.departure import Departure, Knowledge, departure

DESIGN = (Path(__file__).parents[2] / "DESIGN.md").read_text()
HERE, OTHER = "here", "another pool"

Case = Mapping[str, str]


def rows(heading: str) -> tuple[list[str], list[list[str]]]:
    """Return the columns and the rows of the table below a heading."""
    lines = DESIGN.split(heading, 1)[1].strip().splitlines()
    table = list(
        itertools.takewhile(lambda line: line.startswith("|"), itertools.dropwhile(lambda x: x[:1] != "|", lines))
    )
    cells = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in table]
    return cells[0], cells[2:]


def cases(values: Mapping[str, tuple[str, ...]]) -> Iterator[Case]:
    """Return every combination of the values of some columns."""
    for combination in itertools.product(*values.values()):
        yield dict(zip(values, combination, strict=True))


def decided_by(table: list[list[str]], columns: list[str], case: Case) -> list[str]:
    """Return what the rows that a case fits say."""

    def fits(cell: str, value: str) -> bool:
        return cell == "any" or value in cell.split(" or ")

    return [
        row[-1] for row in table if all(fits(cell, case[name]) for name, cell in zip(columns, row[:-1], strict=False))
    ]


ARRIVALS: Mapping[str, tuple[str, ...]] = {
    "its own state has it": ("there", "in another pool", "no"),
    "it is in the wanted pool": ("yes", "no"),
    "through this stack": ("yes", "no"),
    "in another pool through this stack": ("yes", "no"),
    "adopt": ("yes", "no"),
}


def arrived(case: Case) -> str:
    """Return what the code does in a case of the table of arrivals."""
    own = {"there": HERE, "in another pool": OTHER, "no": None}[case["its own state has it"]]
    step = arrival(
        pool=HERE,
        own=own,
        is_live=case["it is in the wanted pool"] == "yes",
        is_ours=case["through this stack"] == "yes",
        held_in=OTHER if case["in another pool through this stack"] == "yes" else None,
        adopts=case["adopt"] == "yes",
    ).step
    return Step(step).name.lower().replace("_", " ")


DEPARTURES: Mapping[str, tuple[str, ...]] = {
    "a create is still to come": ("yes", "no"),
    "who wants the number": ("here", "in another pool", "in a pool that is not known", "nobody"),
    "the program is known": ("in part", "all", "nothing"),
    "the state says unrent": ("yes", "no"),
    "the newest program says of its resource": ("unrent=False", "unrent=True", "nothing"),
    "unrent is allowed": ("yes", "no"),
}


def departed(case: Case) -> str:
    """Return what the code does in a case of the table of departures."""
    wanted = case["who wants the number"]
    decided = departure(
        unrents=case["the state says unrent"] == "yes",
        knowledge={"in part": Knowledge.PART, "all": Knowledge.ALL, "nothing": Knowledge.NOTHING}[
            case["the program is known"]
        ],
        awaits_creation=case["a create is still to come"] == "yes",
        is_wanted=wanted != "nobody",
        wanted_in={"here": HERE, "in another pool": OTHER}.get(wanted),
        pool=HERE,
        newest_unrent={"unrent=False": False, "unrent=True": True, "nothing": None}[
            case["the newest program says of its resource"]
        ],
        allows_unrent=case["unrent is allowed"] == "yes",
    )
    return Departure(decided).name.lower().replace("_", " ")


@pytest.mark.parametrize(
    ("heading", "values", "decide"),
    [
        ("### How a number arrives", ARRIVALS, arrived),
        ("### What a delete does", DEPARTURES, departed),
    ],
)
def test_every_case_is_in_one_row_of_the_table_and_done_as_it_says(
    heading: str, values: Mapping[str, tuple[str, ...]], decide: Callable[[Case], str]
) -> None:
    columns, table = rows(heading)
    assert columns[:-1] == list(values)
    for case in cases(values):
        assert decided_by(table, columns, case) == [decide(case)], case
