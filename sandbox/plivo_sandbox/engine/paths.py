"""Property paths, as `ignore_changes` and `replace_on_changes` have them: `tags`, `tags.env`, `rules[0].port`, `*`."""

import copy
import re
from typing import Any

from plivo_sandbox.engine.properties import Properties, Secret

_PART = re.compile(r'\.?([^.\[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')

Path = tuple[str | int, ...]


def parse(text: str) -> Path:
    """Split a path into keys and indexes; `*` stands for any."""
    parts: list[str | int] = []
    for key, index, quoted in _PART.findall(text):
        parts.append(int(index) if index.isdigit() else key or quoted or "*")
    return tuple(parts)


def covers(paths: list[str], key: str) -> bool:
    """Whether one of the paths names this top-level property, or all of them."""
    return any(parse(path) in ((key,), ("*",)) for path in paths)


def reset(inputs: Properties, olds: Properties, ignored: list[str]) -> Properties:
    """Return the inputs with the old values of everything that is ignored."""
    if not ignored:
        return inputs
    result = copy.deepcopy(inputs)
    for path in ignored:
        _reset(result, olds, parse(path))
    return result


def _reset(news: Any, olds: Any, path: Path) -> None:
    if isinstance(news, Secret) or isinstance(olds, Secret) or not path:
        return
    head, rest = path[0], path[1:]
    for key in _matching(news, olds, head):
        if rest:
            if _has(news, key) and _has(olds, key):
                _reset(news[key], olds[key], rest)
        elif _has(olds, key):
            if _has(news, key) or isinstance(news, dict):
                news[key] = olds[key]
        elif isinstance(news, dict):
            news.pop(key, None)


def _matching(news: Any, olds: Any, head: str | int) -> list[Any]:
    if head != "*":
        return [head] if isinstance(news, list if isinstance(head, int) else dict) else []
    if isinstance(news, dict) and isinstance(olds, dict):
        return [*news, *(key for key in olds if key not in news)]
    return list(range(len(news))) if isinstance(news, list) else []


def _has(container: Any, key: Any) -> bool:
    if isinstance(container, dict):
        return key in container
    return isinstance(container, list) and isinstance(key, int) and key < len(container)
