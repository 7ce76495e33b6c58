"""The `pools` of a stack's config: read and checked, with every mistake reported at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_plivo import inputs

KEY = "plivo-numbers:pools"
POOL_KEYS = ("name", "number_pool_uuid", "numbers", "toll_frees", "shortcodes", "together", "adopt")


@dataclass(frozen=True)
class Entry:
    """One member of a pool: its digits, and the inputs that its entry sets beside them."""

    digits: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pool:
    """One number pool and the members it shall have."""

    name: str
    uuid: str
    numbers: list[Entry]
    toll_frees: list[Entry]
    shortcodes: list[Entry]
    is_together: bool = False

    @property
    def groups(self) -> dict[str, tuple[dict[str, Any], dict[str, str]]]:
        """The numbers of the same `unrent`, as inputs and a mapping of number to service, by a name that tells these.

        `adopt` is no part of the name: it comes and goes, and a resource's name should not.
        """
        groups: dict[str, tuple[dict[str, Any], dict[str, str]]] = {}
        for entry in self.numbers:
            unrent = entry.inputs.get("unrent", False)
            name = f"{self.name}-unrent" if unrent else self.name
            inputs_, services = groups.setdefault(name, ({"unrent": unrent, "adopt": False}, {}))
            inputs_["adopt"] |= entry.inputs.get("adopt", False)
            services[entry.digits] = entry.inputs.get("service", "")
        return groups

    @property
    def summary(self) -> dict[str, Any]:
        """What the stack exports of a pool."""
        kinds = {"numbers": self.numbers, "toll_frees": self.toll_frees, "shortcodes": self.shortcodes}
        return {"number_pool_uuid": self.uuid} | {
            kind: [entry.digits for entry in entries] for kind, entries in kinds.items() if entries
        }


def read_pools(value: Any) -> list[Pool]:
    """Return the pools. Raises RunError with the path of every key that is wrong."""
    reader = _Reader()
    pools = [
        pool
        for index, each in enumerate(reader.items(value, KEY))
        if (pool := reader.pool(each, f"{KEY}[{index}]")) is not None
    ]
    if reader.mistakes:
        raise pulumi.RunError("the stack's config is wrong:" + "".join(f"\n  {mistake}" for mistake in reader.mistakes))
    return pools


class _Reader:
    def __init__(self) -> None:
        self.mistakes: list[str] = []
        self._places: dict[str, str] = {}

    def pool(self, value: Any, path: str) -> Pool | None:
        if not isinstance(value, Mapping):
            self.mistakes.append(f"{path}: is not a pool, which has the keys {', '.join(POOL_KEYS)}")
            return None
        self.known_keys(value, POOL_KEYS, path)
        name = self.parsed(value, "name", _name, path)
        uuid = self.parsed(value, "number_pool_uuid", inputs.number_pool_uuid, path)
        if name is not None:
            self.unique(f"pool name {name}", f"{path}.name")
        flags: dict[str, Callable[[Any], Any]] = {"unrent": inputs.flag, "adopt": inputs.flag}
        adopt = {"adopt": True} if "adopt" in value and self.parsed(value, "adopt", inputs.flag, path) else {}
        numbers = self.entries(value, "numbers", inputs.number, {"service": inputs.service, **flags}, path)
        toll_frees = self.entries(value, "toll_frees", inputs.number, flags, path)
        together = "together" in value and self.parsed(value, "together", inputs.flag, path)
        return Pool(
            name=str(name),
            uuid=str(uuid),
            numbers=[Entry(entry.digits, adopt | entry.inputs) for entry in numbers],
            toll_frees=[Entry(entry.digits, adopt | entry.inputs) for entry in toll_frees],
            shortcodes=self.entries(value, "shortcodes", inputs.shortcode, {}, path),
            is_together=together is True,
        )

    def entries(
        self,
        pool: Mapping[str, Any],
        key: str,
        digits: Callable[[Any], str],
        options: Mapping[str, Callable[[Any], Any]],
        path: str,
    ) -> list[Entry]:
        found = []
        digits_key = "shortcode" if key == "shortcodes" else "number"
        for index, value in enumerate(self.items(pool.get(key, []), f"{path}.{key}")):
            place = f"{path}.{key}[{index}]"
            entry = value if isinstance(value, Mapping) else {digits_key: value}
            self.known_keys(entry, (digits_key, *options), place)
            text = self.parsed(entry, digits_key, digits, place)
            rest = {name: self.parsed(entry, name, rule, place) for name, rule in options.items() if name in entry}
            if text is not None:
                self.unique(f"{digits_key} {text}", place)
                found.append(Entry(text, rest))
        return found

    def items(self, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            self.mistakes.append(f"{path}: " + ("is missing" if value is None else "is not a list"))
            return []
        return value

    def known_keys(self, value: Mapping[str, Any], keys: tuple[str, ...], path: str) -> None:
        self.mistakes += [
            f"{path}.{key}: there is no such key; there are {', '.join(keys)}" for key in value if key not in keys
        ]

    def parsed(self, value: Mapping[str, Any], key: str, rule: Callable[[Any], Any], path: str) -> Any:
        if value.get(key) is None:
            self.mistakes.append(f"{path}.{key}: is missing")
            return None
        try:
            return rule(value[key])
        except ValueError as error:
            self.mistakes.append(f"{path}.{key}: {error}")
            return None

    def unique(self, what: str, place: str) -> None:
        first = self._places.setdefault(what, place)
        if first != place:
            self.mistakes.append(f"{place}: {what} is at {first} already")


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not a name")
    return value
