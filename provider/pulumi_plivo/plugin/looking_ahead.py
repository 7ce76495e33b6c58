"""What a preview can see of the live account before anything is created; its looks serve the creates too."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CheckFailure

from pulumi_plivo.account import client_for
from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.errors import PlivoError, answered, listed, tell
from pulumi_plivo.plugin.arriving import Arriving, call_behind
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.rent_limit import foreseen
from pulumi_plivo.pool_view.reads import in_parallel
from pulumi_plivo.pools.membership import Membership, found
from pulumi_plivo.settings import Settings

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

#: Single look-ups of rented numbers, after which all that the account rents is read.
MOST_SINGLES = 20
THREADS = 8


class _Rented:
    """The numbers that the account rents, as far as they were asked for in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, bool] = {}
        self._all: frozenset[str] | None = None
        self._singles = 0

    def missing(self, client: "Client", numbers: Sequence[str]) -> list[str]:
        """Return those numbers that the account does not rent. Raises ApiError."""
        with self._lock:
            unknown = [digits for digits in numbers if digits not in self._known]
            self._singles += len(unknown)
            if self._all is None and self._singles > MOST_SINGLES:
                self._all = frozenset(each.number for each in client.account_numbers.all())
            if self._all is not None:
                return [digits for digits in numbers if digits not in self._all]
            rented = in_parallel(
                lambda digits: found(lambda: client.account_numbers.get(digits)) is not None, unknown, THREADS
            )
            self._known.update(zip(unknown, rented, strict=True))
            return [digits for digits in numbers if not self._known[digits]]

    def forget(self) -> None:
        with self._lock:
            self._known.clear()
            self._all = None
            self._singles = 0


_rented = _Rented()
_in_vain = threading.Event()
_in_vain_lock = threading.Lock()


def forget() -> None:
    """Forget what was seen: another run begins."""
    _rented.forget()
    _in_vain.clear()


def look_ahead(
    settings: Settings,
    kind: MemberKind,
    arriving: Callable[[Any], Arriving],
    pool: str | None,
    key: str,
    numbers: Sequence[str],
) -> list[CheckFailure]:
    """Return what speaks against bringing numbers into a pool, by the live account; nothing outside of a preview.

    `numbers` are those that are new in their resource; without any only the pool is looked for.

    Without credentials, or without an answer, one line says that nothing was looked up; credentials that Plivo does not
    take are an error.
    """
    if not pool:
        # Whether numbers are rented, and what they would cost, does not depend on it.
        is_asked = bool(numbers) and kind is not MemberKind.SHORTCODE
        return (
            looked_ahead(
                settings, lambda client: _rent(client, arriving(lambda: Membership(client, kind)), key, numbers)
            )
            if is_asked
            else []
        )
    return looked_ahead(settings, lambda client: _seen(client, kind, arriving, pool, key, numbers))


def looked_ahead(settings: Settings, see: Callable[["Client"], list[CheckFailure]]) -> list[CheckFailure]:
    """Return what a look at the live account sees; see `look_ahead`."""
    is_asked = held_and_wanted.is_preview and settings.look_ahead and not settings.problems
    # One look in vain is enough: each would wait for an answer as long.
    if not is_asked or _in_vain.is_set():
        return []
    try:
        client = client_for(settings)
    except PlivoError:
        if _is_first_in_vain():
            tell("no look at the account: there are no credentials for Plivo; the preview goes on without")
        return []
    try:
        return see(client)
    except (PlivoError, ApiError) as error:
        text, call = answered(error) if isinstance(error, ApiError) else str(error), call_behind(error)
        if not _is_first_in_vain():
            return []
        if call is not None and call.is_unauthorized:
            # An `up` would fare no better.
            return [CheckFailure("", f"no look at the account: {text}")]
        tell(f"no look at the account: {text}; the preview goes on without")
    return []


def _seen(
    client: "Client",
    kind: MemberKind,
    arriving: Callable[[Any], Arriving],
    pool: str,
    key: str,
    numbers: Sequence[str],
) -> list[CheckFailure]:
    membership = Membership(client, kind)
    if not numbers:
        return [] if membership.has_pool(pool) else [_no_pool(pool)]
    on_their_way = arriving(lambda: membership)
    if kind is MemberKind.SHORTCODE:
        present = membership.find(pool, numbers[0])
        absent = [] if present else list(numbers)
        refused: list[str] = []
    else:
        looked = on_their_way.look(numbers)
        refused, absent = looked.refused, looked.added
    if absent and not membership.has_pool(pool):
        return [_no_pool(pool)]
    failures = [CheckFailure(key, on_their_way.refused_because(refused))] if refused else []
    if kind is MemberKind.SHORTCODE:
        return [
            CheckFailure(key, f"shortcode {digits} is not in pool {pool}, and only Plivo's support can put it there")
            for digits in absent
        ]
    return [*failures, *_rent(client, on_their_way, key, absent)]


def _rent(client: "Client", on_their_way: Arriving, key: str, numbers: Sequence[str]) -> list[CheckFailure]:
    """Return what speaks against numbers that the account does not rent; say what it costs where they are rented."""
    missing = _rented.missing(client, numbers) if numbers else []
    if missing and on_their_way.rents is not None:
        return foreseen(client, on_their_way.noun, missing, on_their_way.rents)
    return [CheckFailure(key, _not_rented(client, key, missing))] if missing else []


def _no_pool(pool: str) -> CheckFailure:
    return CheckFailure("number_pool_uuid", f"the account has no number pool {pool}")


def _not_rented(client: "Client", key: str, missing: Sequence[str]) -> str:
    for digits in missing[:1] if len(missing[0]) == 10 else ():
        if not _rented.missing(client, [f"1{digits}"]):
            return f"the account does not rent {digits}, but 1{digits}: did you leave out the country code?"
    it = "it" if len(missing) == 1 else "them"
    return f"the account does not rent {listed(missing)}; rent {it} first, or correct `{key}`"


def _is_first_in_vain() -> bool:
    """Note a look in vain, and return whether no other was before: several resources look at the same time."""
    with _in_vain_lock:
        is_first = not _in_vain.is_set()
        _in_vain.set()
        return is_first
