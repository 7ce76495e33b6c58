"""The rules of number pools: what may be added, by which route it is found, and what removing it does."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from plivo_sandbox.server import account_numbers, phone_numbers, pool_entries
from plivo_sandbox.server.accounts import default_application
from plivo_sandbox.server.errors import HalfDoneError, PlivoError, bad_request, not_found
from plivo_sandbox.server.pool_entries import NUMBER, TOLLFREE
from plivo_sandbox.server.quirks import Quirks


@dataclass(frozen=True)
class NumberPool:
    """A pool of an account, as one request sees it."""

    connection: sqlite3.Connection
    quirks: Quirks
    auth_id: str
    uuid: str
    application_id: str

    def kinds_of_route(self, kind: str) -> Sequence[str]:
        """Return the kinds that the route of `kind` reaches."""
        if kind != pool_entries.SHORTCODE and self.quirks["wrong-route"] == "accept":
            return (NUMBER, TOLLFREE)
        return (kind,)

    def find(self, kind: str, number: str) -> sqlite3.Row:
        """Return the member that the route of `kind` finds; raises a 404."""
        entry = pool_entries.find(self.connection, self.uuid, number, self.kinds_of_route(kind))
        if entry is None:
            raise not_found()
        return entry

    def add(self, kind: str, number: str, service: str | None, *, rent: bool) -> sqlite3.Row:
        """Add a number that the account rents, or with `rent` buys, and return its entry; raises a 400 or 404.

        Raises `HalfDoneError` when a quirk lets the number be bought and not added.
        """
        if not rent or account_numbers.find(self.connection, self.auth_id, number) is not None:
            return self._add_rented(kind, number, service)
        application = default_application(self.connection, self.auth_id)
        account_numbers.buy(self.connection, self.auth_id, number, application)
        if self.quirks["rent-on-add"] == "partial-error":
            raise HalfDoneError(500, "internal server error")
        try:
            return self._add_rented(kind, number, service)
        except PlivoError as error:
            if self.quirks["rent-when-refused"] == "bought":
                raise HalfDoneError(error.status, error.text) from error
            raise

    def _add_rented(self, kind: str, number: str, service: str | None) -> sqlite3.Row:
        rented = account_numbers.find(self.connection, self.auth_id, number)
        if rented is None:
            raise PlivoError(int(self.quirks["add-not-rented"]), "not found")
        own_kind = TOLLFREE if rented["type"] == phone_numbers.TOLLFREE else NUMBER
        if own_kind not in self.kinds_of_route(kind):
            raise bad_request(f"{number} is {'' if own_kind == TOLLFREE else 'not '}a toll-free number")
        if service is None:
            service = "mms" if kind == TOLLFREE and rented["mms"] else "sms"
        if not rented[service] and self.quirks["add-without-capability"] == "reject":
            raise bad_request(f"{number} is not an {service.upper()} enabled phone number")
        entry = pool_entries.find(self.connection, self.uuid, number, (own_kind,))
        if entry is not None:
            return self._add_again(entry, service)
        self._require_room(number)
        if self.application_id:
            application = f"/v1/Account/{self.auth_id}/Application/{self.application_id}/"
            account_numbers.change(self.connection, self.auth_id, number, {"application": application})
        return pool_entries.insert(
            self.connection,
            self.uuid,
            own_kind,
            number,
            type=rented["type"],
            service=service,
            country_iso2=rented["country_iso2"],
        )

    def remove(self, kind: str, number: str, *, unrent: bool) -> None:
        """Take a member out, and out of the account with `unrent`; raises a 404.

        Raises `HalfDoneError` when a quirk lets the number leave the pool and not the account.
        """
        entry = pool_entries.find(self.connection, self.uuid, number, self.kinds_of_route(kind))
        if entry is None:
            if self.quirks["remove-absent"] == "200":
                return
            raise not_found()
        pool_entries.remove(self.connection, entry)
        if unrent and self.quirks["unrent-on-remove"] == "works":
            account_numbers.unrent(self.connection, self.quirks, self.auth_id, number)
        elif unrent and self.quirks["unrent-on-remove"] == "partial-error":
            raise HalfDoneError(500, "internal server error")

    def _add_again(self, entry: sqlite3.Row, service: str) -> sqlite3.Row:
        if entry["service"] == service:
            if self.quirks["add-duplicate"] == "reject":
                raise bad_request(f"{entry['number']} is already in the number pool")
            return entry
        if self.quirks["add-other-service"] == "reject":
            raise bad_request(f"{entry['number']} is already in the number pool with service {entry['service']}")
        if self.quirks["add-other-service"] == "ignore":
            return entry
        return pool_entries.change_service(self.connection, entry, service)

    def _require_room(self, number: str) -> None:
        elsewhere = pool_entries.of_number(self.connection, number)
        if elsewhere and self.quirks["add-in-other-pool"] == "reject":
            raise bad_request(f"{number} is already in another number pool")
        most = self.quirks.count("pool-size")
        if most is not None and len(pool_entries.of_pool(self.connection, self.uuid, (NUMBER, TOLLFREE))) >= most:
            raise bad_request("number pool is full")


def find_pool(connection: sqlite3.Connection, quirks: Quirks, auth_id: str, uuid: str) -> NumberPool:
    """Return the account's pool; raises a 404."""
    row = connection.execute(
        "SELECT application_id FROM powerpacks WHERE auth_id = ? AND number_pool_uuid = ?", (auth_id, uuid)
    ).fetchone()
    if row is None:
        raise not_found()
    return NumberPool(connection, quirks, auth_id, uuid, row["application_id"])
