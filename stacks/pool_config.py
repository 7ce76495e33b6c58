"""The `pools` of a stack's config: read and checked, with every mistake reported at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_plivo import inputs

KEY = "plivo-numbers:pools"
#: Where a pool is found: one of them.
PLACES = ("number_pool_uuid", "powerpack_uuid", "powerpack")
#: What a Powerpack that is named by `powerpack` takes; the resource itself checks it.
SETTINGS = (
    "sticky_sender",
    "local_connect",
    "application_type",
    "application_id",
    "number_priority",
    "unrent_numbers",
)
MEMBERS = ("numbers", "toll_frees", "shortcodes")
FLAGS: Mapping[str, Callable[[Any], Any]] = dict.fromkeys(("unrent", "adopt", "rent"), inputs.flag)
OPTIONS: Mapping[str, Callable[[Any], Any]] = {"service": inputs.service, **FLAGS}
POOL_KEYS = ("name", *PLACES, *SETTINGS, *MEMBERS, "together", *OPTIONS)


@dataclass(frozen=True)
class Pool:
    """One pool: its name in the stack, and the inputs of its `MessagingPool`."""

    name: str
    inputs: dict[str, Any]

    @property
    def members(self) -> dict[str, list[str]]:
        """The digits of all its members, as the stack exports them."""
        return {kind: list(self.inputs[kind]) for kind in MEMBERS if self.inputs[kind]}


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
        name = self.parsed(value, "name", _text, path)
        if name is not None:
            self.unique(f"pool name {name}", f"{path}.name")
        together = self.said(value, {"together": inputs.flag}, path).get("together", False)
        return Pool(
            str(name),
            {
                **self.place(value, path),
                **{key: value[key] for key in SETTINGS if key in value},
                "numbers": self.entries(value, "numbers", inputs.number, OPTIONS, path),
                "toll_frees": self.entries(value, "toll_frees", inputs.number, FLAGS, path),
                "shortcodes": list(self.entries(value, "shortcodes", inputs.shortcode, {}, path)),
                "each": not together,
                **self.said(value, OPTIONS, path),
            },
        )

    def place(self, pool: Mapping[str, Any], path: str) -> dict[str, Any]:
        named = [key for key in PLACES if key in pool]
        if len(named) != 1:
            self.mistakes.append(f"{path}: name one of {', '.join(PLACES)}")
        rules = {"number_pool_uuid": inputs.number_pool_uuid, "powerpack_uuid": _text, "powerpack": _text}
        found = self.said(pool, rules, path)
        # The config calls the pool's own name `name`.
        return {"name" if key == "powerpack" else key: text for key, text in found.items()}

    def entries(
        self,
        pool: Mapping[str, Any],
        key: str,
        digits: Callable[[Any], str],
        options: Mapping[str, Callable[[Any], Any]],
        path: str,
    ) -> dict[str, dict[str, Any]]:
        """Return what each member says itself, by its digits."""
        found = {}
        digits_key = "shortcode" if key == "shortcodes" else "number"
        for index, value in enumerate(self.items(pool.get(key, []), f"{path}.{key}")):
            place = f"{path}.{key}[{index}]"
            entry = value if isinstance(value, Mapping) else {digits_key: value}
            self.known_keys(entry, (digits_key, *options), place)
            text = self.parsed(entry, digits_key, digits, place)
            own = self.said(entry, options, place)
            if text is not None:
                self.unique(f"{digits_key} {text}", place)
                found[text] = own
        return found

    def said(self, value: Mapping[str, Any], rules: Mapping[str, Callable[[Any], Any]], path: str) -> dict[str, Any]:
        """Return what a value says of what it may, and need not."""
        return {key: self.parsed(value, key, rule, path) for key, rule in rules.items() if key in value}

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


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not a name")
    return value
