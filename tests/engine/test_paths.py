"""Which properties a path names, and what ignoring them leaves."""

from typing import Any

import pytest
from plivo_sandbox.engine.paths import covers, parse, reset


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("size", ("size",)),
        ("tags.env", ("tags", "env")),
        ('tags["a.b"]', ("tags", "a.b")),
        ("rules[0].port", ("rules", 0, "port")),
        ("rules[*].port", ("rules", "*", "port")),
        ("*", ("*",)),
    ],
)
def test_a_path_has_keys_and_indexes(text: str, parts: tuple[Any, ...]) -> None:
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("ignored", "kept"),
    [
        ("size", {"size": 1, "tags": {"env": "prod"}, "rules": [{"port": 2}], "added": 1}),
        ("tags.env", {"size": 2, "tags": {"env": "dev"}, "rules": [{"port": 2}], "added": 1}),
        ("rules[*].port", {"size": 2, "tags": {"env": "prod"}, "rules": [{"port": 1}], "added": 1}),
        ("rules[0].port", {"size": 2, "tags": {"env": "prod"}, "rules": [{"port": 1}], "added": 1}),
        ("rules[7].port", {"size": 2, "tags": {"env": "prod"}, "rules": [{"port": 2}], "added": 1}),
        ("added", {"size": 2, "tags": {"env": "prod"}, "rules": [{"port": 2}]}),
        ("*", {"size": 1, "tags": {"env": "dev"}, "rules": [{"port": 1}]}),
    ],
)
def test_what_is_ignored_keeps_its_old_value(ignored: str, kept: dict[str, Any]) -> None:
    olds = {"size": 1, "tags": {"env": "dev"}, "rules": [{"port": 1}]}
    news = {"size": 2, "tags": {"env": "prod"}, "rules": [{"port": 2}], "added": 1}

    assert reset(news, olds, [ignored]) == kept
    assert news["size"] == 2


def test_a_path_covers_a_property_or_all() -> None:
    assert covers(["size"], "size")
    assert covers(["*"], "size")
    assert not covers(["tags"], "size")
