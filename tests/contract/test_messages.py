"""`docs/messages.md` has every text of the provider that a user can read, each with a test that provokes it.

A text is any string of the code with a few words in a row; what varies in it is written `{so}`.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROVIDER = ROOT / "provider" / "pulumi_plivo"
PAGE = ROOT / "docs" / "messages.md"

ROW = re.compile(r"^\| (?P<text>.+) \| `(?P<test>\w+)` \|$", re.MULTILINE)
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
#: Plain words, with what may stand around them; a text of fewer is a name, a key, or not worth a row.
WORD = re.compile(r"[(;:,`\"]*[A-Za-z][A-Za-z'-]*[`;:,.)?\"]*")
FEWEST_WORDS = 3
#: Words in a row that the test of a text quotes of it, where it has so many.
QUOTED_WORDS = 2
#: Errors of whoever calls the code, and not of the user; of `api` its refusals of arguments too.
OF_CALLERS = frozenset({"AttributeError", "RuntimeError", "TimeoutError"})
API_SHOWN = PROVIDER / "api" / "paths.py"


def normal(text: str) -> str:
    """Return a text with all placeholders alike, without marks of Markdown and what only joins it to other texts."""
    return " ".join(PLACEHOLDER.sub("{}", text.replace("\\", "")).split()).strip(" ;:,")


def words(text: str) -> list[str]:
    """Return the plain words of a text."""
    return [each for each in text.replace("{}", " ").split() if WORD.fullmatch(each)]


def joined(node: ast.AST) -> str | None:
    """Return the text that an expression makes, with {} for what varies; None where it makes none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join("{}" if isinstance(each, ast.FormattedValue) else joined(each) or "" for each in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = joined(node.left), joined(node.right)
        return None if left is None and right is None else (left or "{}") + (right or "{}")
    return None


def texts(node: ast.AST, *, is_part: bool = False, of_callers: frozenset[str] = OF_CALLERS) -> Iterator[str]:
    """Yield all texts in a tree: whole, and then those that are put into their placeholders."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and ast.unparse(node.exc.func) in of_callers:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        # A docstring.
        return
    if isinstance(node, ast.keyword) and node.arg == "help":
        # What `--help` says of an option stands in docs/plivo-numbers.md: test_documentation.py.
        return
    text = joined(node)
    if text is not None and not is_part:
        yield text
    skipped = (getattr(node, "annotation", None), getattr(node, "returns", None))
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from texts(child, is_part=text is not None and joined(child) is not None, of_callers=of_callers)


def texts_of_the_code() -> dict[str, str]:
    """Return every text of the provider in normal form, each with the module that has it."""
    found: dict[str, str] = {}
    for module in sorted(PROVIDER.rglob("*.py")):
        is_api = module.is_relative_to(PROVIDER / "api") and module != API_SHOWN
        of_callers = OF_CALLERS | {"ValueError"} if is_api else OF_CALLERS
        for text in texts(ast.parse(module.read_text(encoding="utf-8")), of_callers=of_callers):
            if len(words(normal(text))) >= FEWEST_WORDS:
                found.setdefault(normal(text), module.relative_to(PROVIDER).as_posix())
    return found


def quoted_by_tests() -> Mapping[str, list[str]]:
    """Return what each test quotes: the texts in it, and those of its module that are in no test."""
    quoted: dict[str, list[str]] = {}
    for module in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        tests = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")]
        shared = [text for each in tree.body if each not in tests for text in texts(each)]
        for test in tests:
            quoted.setdefault(test.name, []).extend(normal(text) for text in [*shared, *texts(test)])
    return quoted


def longest_quote(text: str, quotes: list[str]) -> int:
    """Return the most words in a row of a text that a test quotes."""
    rows = [part.split() for part in text.split("{}")]
    return max(
        (
            end - start
            for row in rows
            for start in range(len(row))
            for end in range(start + 1, len(row) + 1)
            if any(" ".join(row[start:end]).strip(" ;:,.") in each for each in quotes)
        ),
        default=0,
    )


CODE = texts_of_the_code()
LISTED = [(normal(row["text"]), row["test"]) for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))]


def test_the_page_has_every_text_of_the_code() -> None:
    listed = {text for text, _ in LISTED}
    assert {text: module for text, module in CODE.items() if text not in listed} == {}


def test_the_page_has_no_text_that_is_not_in_the_code() -> None:
    assert [text for text, _ in LISTED if text not in CODE] == []


def test_the_page_has_each_text_once() -> None:
    assert len({text for text, _ in LISTED}) == len(LISTED)


def test_every_row_of_a_table_is_understood() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [line for line in rows if not ROW.match(line) and line != "| text | test |"] == []


def test_every_text_is_quoted_by_the_test_that_the_page_names() -> None:
    quoted = quoted_by_tests()
    assert [test for _, test in LISTED if test not in quoted] == []
    assert [
        (text, test)
        for text, test in LISTED
        if longest_quote(text, quoted[test]) < min(QUOTED_WORDS, longest_quote(text, [text]))
    ] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('warn("the number is gone")', ["the number is gone"]),
        ('warn(f"{name} is in pool {pool}: " f"{why}")', ["{} is in pool {}: {}"]),
        ("warn(f\"gone: {name if name else 'not known to us'}\")", ["gone: {}", "not known to us"]),
        ('tell("not in pool " + pool + (", as it was" if pool else ""))', ["not in pool {}{}", ", as it was", ""]),
        ('def name(x: "a b c") -> "a b c":\n    """Say a word."""\n    return f"{x:>3}"', ["{}", ">3"]),
        ('raise RuntimeError("a bug of ours")', []),
        ('raise ValueError(f"{x} is no number")', ["{} is no number"]),
    ],
)
def test_a_text_is_found_however_it_is_put_together(code: str, found: list[str]) -> None:
    assert list(texts(ast.parse(code))) == found
