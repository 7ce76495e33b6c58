"""The one list of points where Plivo's documents contradict each other or are silent: the quirks of the sandbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: Stands, among a quirk's values, for any whole number that is not negative.
WHOLE_NUMBER = "N"


class QuirkError(ValueError):
    """A quirk with an unknown name, an unknown value, or not written as NAME=VALUE."""


@dataclass(frozen=True)
class Quirk:
    """One point of Plivo's behaviour that can be switched.

    The first of `values` is the default. `assumed` tells a guess about something that no document describes from a
    choice between documents that contradict each other.
    """

    values: tuple[str, ...]
    meaning: str
    assumed: bool = True

    @property
    def default(self) -> str:
        """The value when nobody sets another."""
        return self.values[0]

    def allows(self, value: str) -> bool:
        """Tell whether the quirk can have the value."""
        return value in self.values or (WHOLE_NUMBER in self.values and value.isascii() and value.isdigit())


def _documented(meaning: str, *values: str) -> Quirk:
    return Quirk(values, meaning, assumed=False)


def _assumed(meaning: str, *values: str) -> Quirk:
    return Quirk(values, meaning)


QUIRKS: Mapping[str, Quirk] = {
    "delete-arguments": _documented(
        "where DELETE takes its arguments from: `body`: the JSON body, the query when there is none; "
        "`query`: the query, the body when the query has none; `body-only` and `query-only` ignore the other",
        *("body", "query", "body-only", "query-only"),
    ),
    "powerpack-delete-status": _documented("status of a Powerpack's DELETE; 200 has a body", "204", "200"),
    "powerpack-update": _documented(
        "what an update of a Powerpack leaves out: it stays, or goes back to what a new one has; the name stays",
        *("partial", "reset"),
    ),
    "application-type-case": _documented(
        "spelling of `application_type`: as it was given, or capitals", "given", "upper"
    ),
    "sub-account-form": _documented(
        "`sub_account` of an account number: `SA…` alone, or `/v1/Account/ID/Subaccount/SA…/`", "bare", "path"
    ),
    "update-without-app-id": _documented(
        "application of a number after an update without `app_id`: the account's `default_app_id`, or as it was",
        *("default", "keep"),
    ),
    "empty-search": _documented(
        "a search that finds nothing: empty `objects`, or an `error` besides", "plain", "error"
    ),
    "string-booleans": _documented(
        'a boolean that a JSON body holds as a string (`"true"`): 400, or taken as the boolean', "reject", "accept"
    ),
    "get-one-service": _documented("`service` in the answer to GET of one pool number", "omit", "present"),
    "list-service": _documented("`service` in the entries of a list", "present", "missing"),
    "pool-id-key": _documented("name of the pool's uuid in an entry", "number_pool_uuid", "numberpool_uuid"),
    "tollfree-key": _documented("name of the number in a toll-free entry", "number", "tollfree"),
    "tollfree-type": _documented("`type` of a toll-free entry", "tollfree", "toll-free"),
    "empty-list-meta": _documented("`meta` of an empty list", "full", "none"),
    "next-previous": _documented(
        '`next` and `previous` at the ends of a list; `empty`: `""` in pools and null elsewhere, as in the samples',
        *("empty", "null", "missing"),
    ),
    "next-form": _documented(
        "form of `next` and `previous`: `/v1/Account/ID/Powerpack/?…` or `/api/v1/account/ID/Powerpack?…`", "v1", "api"
    ),
    "error-shape": _documented(
        'body of an error: `{"api_id", "error": TEXT}`, `{"api_id", "error": {"error": TEXT}}`, `{}` or plain text',
        *("standard", "nested", "empty", "text"),
    ),
    "no-content-body": _documented("body of a 204; the connection is closed after one with a body", "none", "json"),
    "timestamp-fraction": _documented(
        "fraction of the seconds in a timestamp: up to 6 digits without trailing zeros, none, or 9 digits",
        *("trimmed", "none", "nanoseconds"),
    ),
    "default-service": _documented(
        "what GET of one number, and a list, look through when no `service` is given: with `sms`, an MMS number is 404",
        *("all", "sms"),
    ),
    "add-duplicate": _assumed(
        "adding a number that is in the pool with the same service: 200 with the entry, or 400", "accept", "reject"
    ),
    "add-other-service": _assumed(
        "adding a number that is in the pool with another service: 400; its service changes; 200 and nothing changes",
        *("reject", "change", "ignore"),
    ),
    "add-in-other-pool": _assumed("adding a number that is in another pool: 400, or it is in both", "reject", "accept"),
    "add-not-rented": _assumed("status of adding a number that the account does not rent", "404", "400"),
    "add-without-capability": _assumed(
        "adding a number for SMS or MMS that it is not enabled for: 400, or added", "reject", "accept"
    ),
    "wrong-route": _assumed(
        "a long code through `Tollfree/`, a toll-free number through `Number/`: 400 for POST and 404 else, or accepted",
        *("reject", "accept"),
    ),
    "number-list-tollfrees": _assumed("whether the list `Number/` also holds toll-frees", "include", "exclude"),
    "pool-size": _assumed("most numbers and toll-frees that a pool holds; one more is 400", "none", WHOLE_NUMBER),
    "remove-absent": _assumed("status of removing what is not in the pool", "404", "200"),
    "bought-number": _assumed(
        "a number that was bought: in the account at once, or `pending`, and not in it", "fulfilled", "pending"
    ),
    "rent-on-add": _assumed(
        "adding with `rent` a number that is on offer: it is bought and added; `partial-error`: it is bought and not "
        "added, answered with 500",
        *("full", "partial-error"),
    ),
    "rent-when-refused": _assumed(
        "adding with `rent` a number that the pool refuses: nothing is bought, or it was bought before the 400",
        *("nothing", "bought"),
    ),
    "unrented-number": _assumed("a number that was given back: gone, or on offer again", "gone", "on-offer"),
    "unrent-on-remove": _assumed(
        "DELETE with `unrent`: the number leaves the account; `partial`: it leaves the pool only, answered with 200; "
        "`partial-error`: the same, answered with 500",
        *("works", "partial", "partial-error"),
    ),
    "list-order": _assumed("order of a list, by the time of adding", "oldest", "newest"),
    "list-delay": _assumed("a pool's lists answer as before the last N members that came or went", "0", WHOLE_NUMBER),
    "limit-overflow": _assumed(
        "`limit` outside 1 to 20, or a negative `offset`: 400, or the nearest good value", "reject", "clamp"
    ),
    "starts-with-without-country": _assumed(
        "`starts_with` without `country_iso2`: 400, or the filter is ignored", "reject", "ignore"
    ),
    "duplicate-powerpack-name": _assumed(
        "a Powerpack's name that another has: 400, 409, or accepted", "reject", "conflict", "accept"
    ),
    "cleared-application-type": _assumed(
        "`application_type` of a Powerpack whose `application_id` is set to `none`: it stays, or is emptied",
        *("kept", "emptied"),
    ),
    "partial-number-priority": _assumed(
        "a `number_priority` that lacks a country or service: it is all there is, or what it lacks stays",
        *("replaces", "merges"),
    ),
    "plus-in-path": _assumed("a number with a leading `+` in the path: 404, or accepted", "reject", "accept"),
    "missing-slash": _assumed("a path without the slash at its end: accepted, or 404", "accept", "reject"),
    "wrong-account": _assumed("status for another account's path with valid credentials", "401", "403", "404"),
    "subaccount-access": _assumed("Powerpacks and pools for a subaccount (SA…): its own, or 403", "accept", "reject"),
    "unauthorized-body": _documented(
        "body of a 401: as `error-shape` has it, but without `api_id`; with it; or plain text",
        *("no-api-id", "standard", "text"),
    ),
    "retry-after": _assumed("`Retry-After` of a 429, in seconds", "none", WHOLE_NUMBER),
    "api-id": _documented("`api_id` in every answer", "present", "missing"),
}


class Quirks:
    """The values in force, by quirk name."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        """Start from the defaults and set `values` over them; raises `QuirkError`."""
        self._values = {name: quirk.default for name, quirk in QUIRKS.items()}
        for name, value in (values or {}).items():
            self.set(name, value)

    def __getitem__(self, name: str) -> str:
        """Return the value in force."""
        return self._values[name]

    def set(self, name: str, value: str) -> None:
        """Put a value in force; raises `QuirkError` for a name or value that is not in the table."""
        quirk = QUIRKS.get(name)
        if quirk is None:
            msg = f"no quirk is named {name!r}; there are: {', '.join(sorted(QUIRKS))}"
            raise QuirkError(msg)
        if not quirk.allows(value):
            msg = f"quirk {name} cannot be {value!r}; it can be: {', '.join(quirk.values)}"
            raise QuirkError(msg)
        self._values[name] = value

    def count(self, name: str) -> int | None:
        """Return a quirk's whole number, or None when it is `none`."""
        value = self._values[name]
        return int(value) if value.isdigit() else None

    def as_dict(self) -> dict[str, str]:
        """Return every name with its value in force."""
        return dict(self._values)


def parse_quirks(specifications: Iterable[str]) -> dict[str, str]:
    """Read `NAME=VALUE` texts; raises `QuirkError` for one that is not so, or not in the table."""
    values = {}
    for specification in specifications:
        name, equals, value = specification.partition("=")
        if not equals:
            msg = f"a quirk is written NAME=VALUE, not {specification!r}"
            raise QuirkError(msg)
        values[name.strip()] = value.strip()
    Quirks(values)
    return values
