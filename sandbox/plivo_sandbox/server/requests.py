"""One call as the routes see it: whose it is, its arguments, and the state it works on."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from plivo_sandbox.server.errors import bad_request
from plivo_sandbox.server.quirks import Quirks

SPELLINGS = {"true": True, "1": True, "false": False, "0": False}
#: The most objects and lists inside each other, far more than any call has.
MOST_LEVELS = 20


@dataclass(frozen=True)
class PlivoRequest:
    """An authenticated call; `auth_id` is the caller's, and the account in the path."""

    connection: sqlite3.Connection
    quirks: Quirks
    auth_id: str
    path: Mapping[str, str]
    query: QueryParams
    body: bytes

    def number(self) -> str:
        """Return the digits of the number in the path; what is no number comes back as it is and is not found."""
        number = self.path["number"]
        return number[1:] if number.startswith("+") and self.quirks["plus-in-path"] == "accept" else number

    def arguments(self) -> dict[str, Any]:
        """Return the JSON body, `{}` when there is none; raises a 400 for anything that is not a JSON object."""
        return json_object(self.body) if self.body.strip() else {}

    def boolean(self, value: object, refusal: str) -> bool:
        """Return a JSON boolean; a string is one only where the quirk `string-booleans` accepts it."""
        if isinstance(value, bool):
            return value
        if self.quirks["string-booleans"] == "accept" and isinstance(value, str) and value.lower() in SPELLINGS:
            return SPELLINGS[value.lower()]
        raise bad_request(refusal)

    def delete_flag(self, name: str, refusal: str) -> bool:
        """Return a boolean argument of DELETE, false when absent, from where the quirk `delete-arguments` says."""
        source = self.quirks["delete-arguments"]
        # Node's SDK sends an empty JSON string where it has no arguments.
        body_counts = source != "query-only" and self.body.strip() not in (b"", b'""')
        query_counts = source != "body-only" and name in self.query
        if body_counts and not (source == "query" and query_counts):
            return self.boolean(self.arguments().get(name, False), refusal)
        if not query_counts:
            return False
        spelling = self.query[name].lower()
        if spelling not in SPELLINGS:
            raise bad_request(refusal)
        return SPELLINGS[spelling]


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds; raises a 400 for anything else, and for one that is nested too deep."""
    try:
        value = json.loads(body)
        if _is_deeper(value, MOST_LEVELS):
            raise bad_request(f"request body has more than {MOST_LEVELS} levels")
        # JSON can write half of a surrogate pair, which is no text that could be stored.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad_request("request body is not valid JSON") from None
    if not isinstance(value, dict):
        raise bad_request("request body is not a JSON object")
    return value


def _is_deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inside)
