"""`plivo-numbers report`: what a preview loses, by recorded previews of the real engine and by what they could hold."""

import json
import random
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pulumi_plivo.cli.preview_changes import Changes, Kind
from pulumi_plivo.cli.preview_document import read_preview
from pulumi_plivo.cli.preview_judgement import judged
from pulumi_plivo.cli.report import FORMS

from tests.cli.conftest import TYPE, Command
from tests.cli.recording import PREVIEWS, recorded
from tests.conftest import FOR_SALE, NUMBER, OTHER_NUMBER, OTHER_POOL, POOL, SHORTCODE

SECOND, THIRD, FOURTH = "14155550102", "14155550103", "14155550104"
IN_PACK = "14155550105"
FAILED = "; the preview failed"
#: What each recorded preview comes to: its verdict, and its changes as kind and number.
EXPECTED: Mapping[str, tuple[str, set[tuple[Kind, str]]]] = {
    "create": ("Nothing is given back", {(Kind.ADDED, each) for each in (NUMBER, SECOND, THIRD)}),
    "update": ("Nothing is given back", {(Kind.CHANGED, NUMBER), (Kind.CHANGED, "")}),
    "replace": (
        "1 number will be given back to Plivo for good",
        {(Kind.UNRENTED, NUMBER), (Kind.ADDED, OTHER_NUMBER)},
    ),
    "delete": (
        "1 number will be given back to Plivo for good",
        {(Kind.UNRENTED, NUMBER), (Kind.REMOVED, OTHER_NUMBER), (Kind.REMOVED, f"shortcode-{SHORTCODE}")},
    ),
    "adopt": ("Nothing is given back", {(Kind.ADOPTED, NUMBER)}),
    "move": ("Nothing is given back", {(Kind.MOVED, each) for each in (NUMBER, SECOND, THIRD)}),
    "protected": (
        f"2 numbers will be given back to Plivo for good{FAILED}",
        {(Kind.PROTECTED, NUMBER), (Kind.UNRENTED, SECOND), (Kind.UNRENTED, THIRD)},
    ),
    "list-grown": ("Nothing is given back", {(Kind.ADDED, FOURTH)}),
    "list-shrunk": ("1 number will be given back to Plivo for good", {(Kind.UNRENTED, THIRD)}),
    "list-shrunk-and-kept": ("Nothing is given back", {(Kind.REMOVED, THIRD)}),
    "powerpack-deleted": ("Nothing is given back", {(Kind.REMOVED, IN_PACK)}),
    "powerpack-emptied": ("1 number will be given back to Plivo for good", {(Kind.UNRENTED, IN_PACK)}),
    "rent": ("Nothing is given back", {(Kind.RENTED, FOR_SALE)}),
    "secret": ("2 things could not be told, and count as lost", set()),
    "late": ("1 thing could not be told, and counts as lost", set()),
    "program-failed": (
        f"1 number will be given back to Plivo for good; 1 thing could not be told, and counts as lost{FAILED}",
        {(Kind.UNRENTED, THIRD)},
    ),
    "too-many": (
        f"1 number will be given back to Plivo for good; 1 thing could not be told, and counts as lost{FAILED}",
        {(Kind.UNRENTED, NUMBER)},
    ),
    "destroy": (
        "3 numbers will be given back to Plivo for good",
        {*((Kind.UNRENTED, each) for each in (NUMBER, SECOND, THIRD)), (Kind.REMOVED, OTHER_NUMBER)},
    ),
    "destroy-powerpack": ("1 thing could not be told, and counts as lost", set()),
}
EXPECTED = {
    **EXPECTED,
    "replace-in-short": EXPECTED["replace"],
    "destroy-protected": EXPECTED["protected"],
}


def changes_of(text: str) -> Changes:
    return judged(read_preview(text, "the preview"))


def as_events(text: str) -> str:
    """Write a recorded preview as the engine's events have it."""
    document = json.loads(text)
    events = [{"preludeEvent": {"config": document["config"]}}]
    events += [
        {
            "resourcePreEvent": {
                "metadata": {**step, "old": step.pop("oldState", None), "new": step.pop("newState", None)}
            }
        }
        for step in document["steps"]
    ]
    events += [{"diagnosticEvent": each} for each in document.get("diagnostics", ())]
    events += [{"summaryEvent": {"isPreview": True}}]
    return "".join(json.dumps({"sequence": place, **event}) + "\n" for place, event in enumerate(events))


def state(class_: str, members: Any, **more: Any) -> dict[str, Any]:
    key = {"PoolNumbers": "numbers", "PoolShortcode": "shortcode", "Powerpack": "name"}.get(class_, "number")
    values = {"number_pool_uuid": POOL, key: members, "unrent": True, **more.pop("values", {})}
    return {"type": f"{TYPE}{class_}", "custom": True, "id": "the id", "inputs": values, "outputs": values, **more}


def step(operation: str, class_: str = "PoolNumber", name: str = "a", **states: Any) -> dict[str, Any]:
    """A step; `old` and `new` are its states."""
    urn = f"urn:pulumi:test::numbers::{TYPE}{class_}::{name}"
    return {"op": operation, "urn": urn, **{f"{key}State": value for key, value in states.items()}}


LEDGER = step("update", "Ledger", "plivo", new={"type": f"{TYPE}Ledger"})
ROOT = {"op": "same", "urn": "urn:pulumi:test::numbers::pulumi:pulumi:Stack::numbers-test"}


def preview(*steps: Any, lines: tuple[str, ...] = (), config: Mapping[str, str] | None = None) -> str:
    """What `pulumi preview --json` prints of a program with these steps, in which the provider says these lines."""
    said = [{"message": f"{line}\n\n", "severity": "info#err"} for line in lines]
    return json.dumps({"config": dict(config or {}), "steps": [ROOT, LEDGER, *steps], "diagnostics": said})


def given_back(*numbers: str) -> str:
    plural = "" if len(numbers) == 1 else "s"
    return f"warning: {len(numbers)} number{plural} will be given back to Plivo for good: {', '.join(numbers)}"


def test_every_recorded_preview_is_judged_here() -> None:
    assert PREVIEWS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_preview_comes_to_what_its_programs_mean(name: str) -> None:
    changes = changes_of(recorded(name))
    assert (changes.verdict, {(each.kind, each.member) for each in changes.changes}) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_the_engines_events_come_to_the_same_as_its_document(name: str) -> None:
    assert changes_of(as_events(recorded(name))) == changes_of(recorded(name))


@pytest.mark.parametrize("form", ["markdown", "text", "json"])
@pytest.mark.parametrize("name", EXPECTED)
def test_the_same_preview_gives_the_same_bytes_in_whatever_order_its_steps_come(name: str, form: str) -> None:
    document = json.loads(recorded(name))
    shown = FORMS[form](changes_of(json.dumps(document)))
    random.Random(name).shuffle(document["steps"])
    assert FORMS[form](changes_of(json.dumps(document))) == shown
    assert shown.startswith({"markdown": f"**{EXPECTED[name][0]}**\n", "text": f"{EXPECTED[name][0]}\n"}.get(form, "{"))


def test_a_report_in_markdown_has_the_verdict_a_table_by_pool_and_every_number(command: Command) -> None:
    ended = command("report", "-", stdin=recorded("delete"))
    assert (ended.status, ended.errors) == (0, "")
    pool = POOL
    assert ended.output == (
        "**1 number will be given back to Plivo for good**\n"
        "\n"
        "| pool | added | removed, stays rented | moved | changed | given back for good | rented | adopted |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|\n"
        f"| <code>{pool}</code> |  | 2 |  |  | 1 |  |  |\n"
        "\n"
        "1 given back for good, 2 removed, stays rented\n"
        "\n"
        "#### Given back for good (1)\n"
        "\n"
        f"- <code>PoolNumber a</code>, in <code>pool {pool}</code>: {NUMBER}\n"
        "\n"
        "#### Removed, stays rented (2)\n"
        "\n"
        f"- <code>PoolNumber b</code>, in <code>pool {pool}</code>: {OTHER_NUMBER}\n"
        f"- <code>PoolShortcode code</code>, in <code>pool {pool}</code>: shortcode {SHORTCODE}\n"
        "\n"
        "#### Shortcodes that only Plivo&#39;s support can put back (1)\n"
        "\n"
        f"- <code>PoolShortcode code</code>, in <code>pool {pool}</code>: {SHORTCODE}\n"
    )


def test_a_report_as_text_tells_powerpacks_costs_and_where_numbers_come_from(command: Command) -> None:
    shown = {
        name: command("report", "--format", "text", "-", stdin=recorded(name)).output
        for name in ("create", "powerpack-deleted", "rent", "move", "protected", "too-many", "list-shrunk-and-kept")
    }
    assert "Powerpacks made or taken over (1):\n  Powerpack pack, in a pool that is not known yet" in shown["create"]
    assert "3 added, 1 Powerpack made" in shown["create"]
    assert "Powerpacks deleted (1):\n  Powerpack pack, in pool " in shown["powerpack-deleted"]
    assert f"PoolNumber new, in pool {POOL}, 0.50 a month: {FOR_SALE}" in shown["rent"]
    assert f"in pool {OTHER_POOL}, from pool {POOL}: {NUMBER}, {SECOND}" in shown["move"]
    assert f"in pool {POOL}, from PoolNumbers many: {THIRD}" in shown["move"]
    assert "The preview failed (1):\n  Preview failed: resource" in shown["protected"]
    assert "2 given back for good, 1 kept by protect" in shown["protected"]
    assert f"by the word of the provider's ledger, in a pool that is not known yet: {NUMBER}" in shown["too-many"]
    assert "Removed, stays rented (1):" in shown["list-shrunk-and-kept"]


def test_a_report_of_nothing_says_so(command: Command) -> None:
    shown = command("report", "--format", "text", "-", stdin=preview()).output
    assert shown == "Nothing is given back\nno change of any number pool\n"


def test_a_report_as_json_is_for_programs(command: Command) -> None:
    told = json.loads(command("report", "--format", "json", "-", stdin=recorded("list-shrunk")).output)
    assert (told["version"], told["given_back"], told["failed"]) == (1, [THIRD], False)
    assert told["verdict"] == "1 number will be given back to Plivo for good"
    (pool,) = told["pools"]
    assert (pool["pool"], pool["unrented"], pool["added"]) == (POOL, 1, 0)


def test_a_long_list_is_folded_and_has_every_number(command: Command) -> None:
    numbers = [str(14155550000 + place) for place in range(40)]
    lost = state("PoolNumbers", dict.fromkeys(numbers, ""))
    text = preview(step("delete", "PoolNumbers", "many", old=lost), lines=(given_back(*numbers),))
    shown = command("report", "-", stdin=text).output
    assert "<details><summary>Given back for good (40)</summary>" in shown
    assert shown.count("<details>") == shown.count("</details>") == 1
    assert all(number in shown for number in numbers)


@pytest.mark.parametrize(
    ("stopped", "name", "reasons"),
    [
        ("unrent", "move", []),
        ("remove,rent,powerpack-delete", "list-shrunk", []),
        ("unrent", "list-shrunk", [f"unrent: 1 number would be given back to Plivo for good: {THIRD}"]),
        ("rent", "rent", [f"rent: 1 number would be rented: {FOR_SALE}"]),
        (
            "remove",
            "list-shrunk-and-kept",
            [f"remove: 1 number would be removed from a pool, still rented: {THIRD}"],
        ),
        (
            "remove, powerpack-delete",
            "powerpack-deleted",
            [
                f"remove: 1 number would be removed from a pool, still rented: {IN_PACK}",
                "powerpack-delete: Powerpack pack would be deleted, with its number pool",
            ],
        ),
        (
            "unrent",
            "destroy-powerpack",
            ["unrent: Powerpack pack: whatever is in its pool is given back with it, as unrent_numbers says"],
        ),
        (
            "unrent",
            "secret",
            [
                "unrent: PoolNumber a: its number is a secret",
                "unrent: the provider's ledger names 1 number that no step of the preview gives back",
            ],
        ),
    ],
)
def test_what_is_not_allowed_is_status_3_and_a_line_a_reason(
    command: Command, stopped: str, name: str, reasons: list[str]
) -> None:
    ended = command("report", "--fail-on", stopped, "-", stdin=recorded(name))
    assert ended.status == (3 if reasons else 0)
    assert ended.errors.splitlines() == [f"plivo-numbers: {each}" for each in reasons]
    assert ended.output.startswith(f"**{EXPECTED[name][0]}**")


def test_what_was_agreed_to_passes_the_gate_and_nothing_else_does(command: Command) -> None:
    gate = ("report", "--fail-on", "unrent")
    text = recorded("destroy")
    assert command(*gate, "--allow", f"+1 415-555-0100,{SECOND}", "--allow", THIRD, "-", stdin=text).status == 0
    ended = command(*gate, "--allow", NUMBER, "--allow", SECOND, "-", stdin=text)
    assert (ended.status, ended.error.rpartition(" ")[2]) == (3, THIRD)


def test_a_doubt_about_named_numbers_can_be_agreed_to(command: Command) -> None:
    gate, text = ("report", "--fail-on", "unrent"), recorded("late")
    assert command(*gate, "--allow", SECOND, "-", stdin=text).status == 3
    assert command(*gate, "--allow", f"{SECOND},{THIRD}", "-", stdin=text).status == 0


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--fail-on", "unrents"], "--fail-on knows unrent, rent, remove, powerpack-delete, and not unrents"),
        (["--allow", "1415"], "--allow: '1415' is not a phone number"),
    ],
)
def test_a_gate_that_is_misspelled_is_an_error(command: Command, options: list[str], error: str) -> None:
    ended = command("report", *options, "-", stdin=recorded("move"))
    assert (ended.status, ended.output) == (2, "")
    assert error in ended.error


@pytest.mark.parametrize(
    "text",
    [
        "",
        "error: no stack named 'test' found",
        recorded("delete")[:3000],
        "{}",
        "[]",
        as_events(recorded("delete"))[:-60],
        as_events(recorded("delete")).rpartition("\n{")[0],
    ],
    ids=["nothing", "an error", "cut off", "another object", "a list", "events cut off", "events without an end"],
)
def test_what_is_no_whole_preview_is_an_error_and_no_verdict(command: Command, text: str) -> None:
    ended = command("report", "-", stdin=text)
    assert (ended.status, ended.output) == (2, "")
    assert "standard input is no preview that can be read, or not the whole of one" in ended.error


def test_a_file_that_is_not_there_or_no_text_is_one_line(command: Command) -> None:
    Path("bytes").write_bytes(b"\xff\xfe\x00")
    assert "can't read gone: No such file" in command("report", "gone").error
    assert "can't read bytes: it is no text in UTF-8" in command("report", "bytes").error


def test_a_preview_behind_other_lines_is_read() -> None:
    text = f"warning: a new version of Pulumi\n{recorded('delete')}\nerror: preview failed\n"
    assert changes_of(text).given_back == [NUMBER]


@pytest.mark.parametrize(
    "broken",
    [
        step("annihilate", old=state("PoolNumber", NUMBER)),
        step("delete"),
        step("create"),
        step("delete", "PoolSomething", old=state("PoolSomething", NUMBER)),
        step("delete", old=state("PoolNumber", "nonsense")),
        step("delete", "PoolNumbers", old=state("PoolNumbers", None)),
        step("delete", "PoolNumbers", old=state("PoolNumbers", "nonsense")),
        {"op": "delete"},
        {},
        "delete",
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_step_that_can_not_be_read_is_named_and_counts_as_lost(command: Command, broken: Any) -> None:
    ended = command("report", "--fail-on", "unrent", "-", stdin=preview(broken))
    # Of a number that is to come none can be lost, but what a program wants must be known.
    assert ended.status == 3
    assert ended.output.startswith("**1 thing could not be told, and counts as lost**")


def test_what_can_not_be_read_is_called_by_its_reason() -> None:
    document = preview(
        step("annihilate", old=state("PoolNumber", NUMBER)),
        step("delete", "PoolSomething", "b", old=state("PoolSomething", NUMBER)),
        step("delete", name="c", old=state("PoolNumber", "nonsense")),
        step("delete", "PoolNumbers", "d", old=state("PoolNumbers", ["[secret]", NUMBER])),
        step("delete", name="e", old=state("PoolNumber", "04da6b54-80e4-46f7-96ec-b56ff0331ba9")),
        {"op": "delete"},
        {},
        lines=(given_back(NUMBER),),
    )
    assert {each.text for each in changes_of(document).doubts} == {
        "PoolNumber a: 'annihilate', which can't be read",
        "PoolSomething b: it is of a class that is not known",
        "PoolNumber c: its number can't be read",
        "PoolNumbers d: some of its numbers are a secret, or not known yet",
        "PoolNumber e: its number is not known yet",
        "the preview: 'a step without a resource', which can't be read",
        "the preview: 'a step without an operation', which can't be read",
    }


def test_steps_of_other_providers_and_components_say_nothing() -> None:
    other = {"op": "delete", "urn": "urn:pulumi:test::numbers::aws:s3:Bucket::b", "oldState": {"type": "aws:s3:Bucket"}}
    assert (
        changes_of(preview(other, {"op": "create", "urn": "urn:pulumi:test::numbers::plivo:index:X::b"})) == Changes()
    )


@pytest.mark.parametrize("name", ["program-failed", "too-many"])
def test_a_preview_that_was_cut_off_can_not_tell_what_it_loses(name: str) -> None:
    (doubt,) = changes_of(recorded(name)).doubts
    assert doubt.text == "the preview failed before its end; what else it would lose it can't tell"


def test_a_step_gives_back_what_the_ledger_does_not_name_and_that_counts_as_lost() -> None:
    changes = changes_of(preview(step("delete", old=state("PoolNumber", NUMBER))))
    assert changes.given_back == []
    (doubt,) = changes.doubts
    assert doubt.text == "PoolNumber a: by its step it is given back, and the provider's ledger does not name it"
    assert doubt.members == (NUMBER,)


def test_the_ledger_names_what_no_step_gives_back_and_that_counts_as_lost() -> None:
    changes = changes_of(preview(lines=(given_back(NUMBER),)))
    assert [each.text for each in changes.doubts] == [
        "the provider's ledger names 1 number that no step of the preview gives back"
    ]


def test_numbers_that_the_ledger_counts_and_a_preview_hides_count_as_lost() -> None:
    line = given_back(NUMBER, OTHER_NUMBER).replace(OTHER_NUMBER, "[secret]")
    changes = changes_of(preview(step("delete", old=state("PoolNumber", NUMBER)), lines=(line,)))
    assert changes.given_back == [NUMBER]
    assert [each.text for each in changes.doubts] == ["the provider's ledger counts 1 more number than it names"]


def test_what_is_in_the_pool_of_a_powerpack_goes_with_it() -> None:
    pack = state("Powerpack", "alarms", values={"unrent_numbers": True})
    changes = changes_of(preview(step("delete", "Powerpack", "p", old=pack), lines=(given_back(NUMBER),)))
    assert [(each.member, each.pool, each.resource) for each in changes.of(Kind.UNRENTED)] == [
        (NUMBER, POOL, "Powerpack p")
    ]
    assert changes.doubts == []


def test_a_powerpack_whose_pool_could_not_be_looked_into_counts_as_lost() -> None:
    pack = state("Powerpack", "alarms", values={"unrent_numbers": True})
    line = "could not look at Powerpack alarms, which is to be deleted: Plivo gave no answer; the delete looks again"
    assert len(changes_of(preview(step("delete", "Powerpack", "p", old=pack), lines=(line,))).losses_in_doubt) == 1


def test_a_number_that_is_renamed_retained_or_read_is_not_lost() -> None:
    old = state("PoolNumber", NUMBER)
    renamed = preview(step("delete", old=old), step("create", name="b", new=old))
    retained = preview(step("delete", old={**old, "retainOnDelete": True}))
    read = preview(step("delete", old=old), step("read", name="b", new={**old, "external": True}))
    not_owned = preview(step("discard", old={**old, "external": True}))
    kinds = [{each.kind for each in changes_of(text).changes} for text in (renamed, retained, read, not_owned)]
    assert kinds == [{Kind.MOVED}, {Kind.RETAINED}, {Kind.MOVED}, set()]
    assert "1 left in its pool" in FORMS["text"](changes_of(retained))
    assert [changes_of(text).doubts for text in (renamed, retained, read, not_owned)] == [[]] * 4


def test_the_newest_program_says_whether_a_number_is_given_back() -> None:
    old, other = state("PoolNumber", NUMBER), state("PoolNumber", OTHER_NUMBER, values={"unrent": False})
    changes = changes_of(preview(step("replace", old=old, new=other)))
    assert {(each.kind, each.member) for each in changes.changes} == {
        (Kind.REMOVED, NUMBER),
        (Kind.ADDED, OTHER_NUMBER),
    }


def test_without_a_ledger_in_the_program_the_state_decides() -> None:
    steps = [ROOT, step("delete", "Ledger", "plivo", old={}), step("delete", old=state("PoolNumber", NUMBER))]
    assert changes_of(json.dumps({"steps": steps})).given_back == [NUMBER]


def test_a_protected_number_that_pulumi_does_not_refuse_is_lost() -> None:
    protected = step("delete", old=state("PoolNumber", NUMBER, protect=True))
    assert changes_of(preview(protected, lines=(given_back(NUMBER),))).given_back == [NUMBER]


@pytest.mark.parametrize(
    ("lines", "config"),
    [
        (("no look at the account: there are no credentials for Plivo; the preview goes on without",), {}),
        ((), {"plivo:lookAhead": "false"}),
    ],
)
def test_what_may_be_rented_without_a_look_counts_as_rented(
    command: Command, lines: tuple[str, ...], config: dict[str, str]
) -> None:
    new = step("create", new=state("PoolNumber", NUMBER, values={"rent": True}))
    ended = command("report", "--fail-on", "rent", "-", stdin=preview(new, lines=lines, config=config))
    text = "PoolNumber a: the account was not looked at, so what is not rented yet will be rented"
    assert (ended.status, ended.error) == (3, f"plivo-numbers: rent: {text}: {NUMBER}")


def test_what_is_rented_without_a_name_or_a_cost_is_told() -> None:
    new = step("create", new=state("PoolNumber", NUMBER, values={"rent": True}))
    lines = (
        f"number {NUMBER}: will be rented; what it costs Plivo did not tell",
        "3 more numbers will be rented; what",
    )
    changes = changes_of(preview(new, lines=lines))
    assert [each.note for each in changes.of(Kind.RENTED)] == ["its cost was not told"]
    assert [each.text for each in changes.doubts] == ["3 more numbers will be rented, which the preview does not name"]


def test_what_an_exclusive_list_removes_of_others_is_told() -> None:
    new = state("PoolNumbers", {NUMBER: ""}, values={"exclusive": True})
    old = state("PoolNumbers", {NUMBER: ""}, values={"exclusive": True, "strangers": [OTHER_NUMBER]})
    changes = changes_of(preview(step("update", "PoolNumbers", old=old, new=new)))
    assert [(each.member, each.note) for each in changes.of(Kind.REMOVED)] == [
        (OTHER_NUMBER, "of others, as exclusive=True says")
    ]
    new_list = step("create", "PoolNumbers", new=new)
    (doubt,) = changes_of(preview(new_list)).doubts
    assert "Could not be told, and counts as removed (1):" in FORMS["text"](changes_of(preview(new_list)))
    assert doubt.text == "PoolNumbers a: exclusive=True removes whatever else its pool holds, which stays rented"


class Read(HTMLParser):
    """What a browser makes of a line: its elements, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, _: object) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_name_is_text_in_markdown_whatever_it_holds(command: Command) -> None:
    name = "a|b `c` <img src=x onerror=y> @everyone [x](http://evil) *b* _i_ #1 ~~s~~ \\ &amp; $x$ \x1b[2J\u202e:bug:"
    pack = state("Powerpack", name)
    text = preview(
        step("create", "Powerpack", name, new=pack), step("create", "PoolNumber", name, new=state("PoolNumber", NUMBER))
    )
    for line in command("report", "-", stdin=text).output.splitlines():
        rest = line if name[:1] not in line or "<code>" not in line else ""
        for part in line.split("<code>")[1:]:
            hidden, _, after = part.partition("</code>")
            rest += after
            assert not set(hidden.replace("&#", "").replace(";", "")) & set("|`<>@[]()*_#~\\&$:/\x1b\u202e")
        assert "evil" not in rest
        assert "everyone" not in rest
        assert set(Read(line).elements) <= {"code"}
    assert "\x1b" not in command("report", "--format", "text", "-", stdin=text).output


def test_a_secret_is_in_no_form_of_a_report(command: Command) -> None:
    for form in ("markdown", "text", "json"):
        assert NUMBER not in command("report", "--format", form, "-", stdin=recorded("secret")).output
    hidden = state("PoolNumber", NUMBER, values={"number_pool_uuid": "[secret]"})
    shown = command("report", "-", stdin=preview(step("create", new=hidden))).output
    assert "in <code>a pool that is a secret</code>" in shown


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("delete", "1 number was given back to Plivo for good"),
        ("move", "Nothing was given back"),
        ("protected", "; the run failed"),
    ],
)
def test_of_what_is_done_the_verdict_says_what_was_given_back(command: Command, name: str, verdict: str) -> None:
    ended = command("report", "--done", "--format", "text", "-", stdin=recorded(name))
    assert verdict in ended.output.splitlines()[0]
