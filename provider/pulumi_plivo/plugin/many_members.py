"""Many numbers as one resource: create, read, update and delete, and what is to change about them."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from pulumi_plivo import inputs
from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.errors import PlivoError, answered, called, reported, warn
from pulumi_plivo.inputs import is_unknown, known_pool
from pulumi_plivo.plans import number_list
from pulumi_plivo.plans.departure import Knowledge
from pulumi_plivo.plans.number_list import named
from pulumi_plivo.plugin.arriving import Arriving
from pulumi_plivo.plugin.departing import Departing
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.list_changes import perhaps_missing, tell_of_changes
from pulumi_plivo.plugin.list_outputs import in_doubt, list_outputs, outputs_of_all, unfinished
from pulumi_plivo.plugin.looking_ahead import look_ahead
from pulumi_plivo.plugin.plivo_provider import (
    OWNER,
    RESOURCE,
    PlivoProvider,
    tell_of_owners,
    wanted_twice,
    without_provider,
)
from pulumi_plivo.plugin.strangers import remove_strangers, strangers_in
from pulumi_plivo.plugin.vanished import warn_of_replaced
from pulumi_plivo.pools.absence import account_of
from pulumi_plivo.pools.giving_back import Ending
from pulumi_plivo.pools.parallel_work import Progress
from pulumi_plivo.pools.relocation import Place

WOULD_EMPTY = (
    "exclusive=True would empty the pool; list numbers, drop exclusive, or drop ignore_changes if it hides them"
)


class NumbersProvider(PlivoProvider):
    """The provider of many numbers at once; see `PlivoProvider`.

    Numbers come into a list in place, and leave it in place when it is known that nobody wants them and none is given
    back. Whatever else leaves it, or its pool, leaves with the delete of a list that is replaced: at the end of a run,
    when all of the program is known.
    """

    kind = MemberKind.NUMBER
    noun = "number"
    rules = {
        "number_pool_uuid": inputs.number_pool_uuid,
        "numbers": number_list.numbers,
        "service": inputs.service,
        "unrent": inputs.flag,
        "adopt": inputs.flag,
        "exclusive": inputs.flag,
        "rent": inputs.flag,
    }
    defaults = {"service": None, "unrent": False, "adopt": False, "exclusive": False, "rent": False}

    @reported
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into normal form, name each that can't be, and look ahead at a preview."""
        resource = news.pop(RESOURCE, None)
        inputs, failures = self.checked_inputs(news)
        numbers, pool = inputs.get("numbers"), known_pool(inputs.get("number_pool_uuid"))
        is_all = isinstance(numbers, Mapping)
        wanted = number_list.known(news.get("numbers"))
        unrent, old = inputs.get("unrent", False), _olds.get("numbers") or {}
        others = held_and_wanted.declare(
            resource, wanted, pool, had=old, unrent=None if is_unknown(unrent) else unrent is True, is_all=is_all
        )
        failures += wanted_twice("numbers", others)
        if inputs.get("exclusive") is True and numbers == {}:
            failures.append(CheckFailure("numbers", WOULD_EMPTY))
        new = [digits for digits in wanted if digits not in old]
        is_moving = bool(old) and _olds.get("number_pool_uuid") != pool
        if not failures and is_all and (new or is_moving):
            failures += look_ahead(
                self.settings, self.kind, lambda get: self._arriving(inputs, get), pool, "numbers", new
            )
        if not without_provider(_olds) and not failures:
            tell_of_owners(resource, self.noun, wanted)
            held_and_wanted.await_creation(wanted)
        return CheckResult(inputs, failures)

    @reported
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what the program sets; a list from which numbers leave, or that moves, is replaced."""
        self.refuse_other_class(_olds, "numbers")
        self.refuse_other_account(account_of(_olds))
        old, new, pool = _olds["numbers"], _news.get("numbers"), str(_olds["number_pool_uuid"])
        actual = _olds.get("members") or {}
        held_and_wanted.note_state(pool, {digits: actual.get(digits) for digits in old})
        changed = [key for key in self.rules if key not in ("numbers", "service") and _news.get(key) != _olds.get(key)]
        if not isinstance(new, Mapping) or is_unknown(_news.get("number_pool_uuid")):
            return DiffResult(changes=True, replaces=[])
        wanted = named(new, _news.get("service"))
        dropped = [digits for digits in old if digits not in wanted]
        misplaced = self._misplaced(wanted, _olds)
        if dropped or misplaced or any(digits not in old for digits in wanted):
            changed.append("numbers")
        strangers = [digits for digits in _olds.get("strangers") or () if held_and_wanted.wanted(digits, pool) is None]
        is_unfinished = bool(_olds.get("unfinished")) or (_news.get("exclusive") is True and bool(strangers))
        replaces = ["numbers"] if dropped and not self._leave_in_place(dropped, pool, _olds, _news) else []
        if "number_pool_uuid" in changed:
            replaces.append("number_pool_uuid")
        is_elsewhere = any(
            held_and_wanted.was_taken_out(digits, pool) or held_and_wanted.is_back_again(digits) for digits in old
        )
        if held_and_wanted.is_preview:
            tell_of_changes(_olds, _news, wanted, dropped, strangers if _news.get("exclusive") is True else [])
            if (missing := perhaps_missing(_olds, wanted)) and _news.get("rent") is True:
                self._foresee_rent(_news, missing)
        return DiffResult(changes=bool(changed) or is_unfinished or is_elsewhere, replaces=replaces)

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Bring the numbers into the pool; what fails is left to the next run, unless nothing at all was done."""
        pool, wanted = props["number_pool_uuid"], named(props["numbers"], props.get("service"))
        held_and_wanted.begin_creation(wanted)
        own = {
            digits: Place(pool, held_and_wanted.in_state(digits).service)
            for digits in wanted
            if held_and_wanted.keeps(digits, pool)
        }
        arrived = self._arriving(props).bring_in({digits: service or None for digits, service in wanted.items()}, own)
        if wanted and not (arrived.progress.done or in_doubt(arrived)):
            text = unfinished(props, arrived, Progress())
            raise PlivoError(text if "nothing was changed" in text else f"{text}; nothing was changed")
        outputs = self._settled(list_outputs(props, {}, own, arrived, Progress()), {})
        return CreateResult(f"{pool}/{uuid.uuid4().hex[:12]}", outputs)

    @reported
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Add what is new and change services, in place; what fails is left to the next run.

        A failure is told by the output `unfinished`, on which the program fails: an error raised here would keep what
        was done out of the state.
        """
        olds, news = without_provider(_olds), without_provider(_news)
        pool, wanted = news["number_pool_uuid"], named(news["numbers"], news.get("service"))
        actual = olds.get("members") or {}
        own = {
            digits: Place(pool, service)
            for digits, service in actual.items()
            if digits in wanted and not held_and_wanted.is_back_again(digits)
        }
        arrived = self._arriving(news).bring_in({digits: service or None for digits, service in wanted.items()}, own)
        dropped = [digits for digits in olds["numbers"] if digits not in wanted]
        # A pool is not emptied while something is still to come.
        removed = Progress[Ending](not_begun=dropped)
        if arrived.progress.is_complete:
            unwanted = [digits for digits in dropped if held_and_wanted.wanted(digits, pool) is None]
            removed = self._departing(pool, unrents=False).remove(unwanted)
        return UpdateResult(self._settled(list_outputs(news, olds, own, arrived, removed), olds))

    @reported
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return those numbers that are in the pool still, and with `exclusive` the others that are."""
        known = {**self.defaults, **without_provider(props)}
        pool = self.in_normal_form("number_pool_uuid", known.get("number_pool_uuid"))
        try:
            if "numbers" not in known:
                return self._read_all(id_, pool, known)
            live = self.membership.present_among(pool, known["numbers"])
            missing = [digits for digits in known["numbers"] if digits not in live]
            live |= self.membership.confirmed_among(pool, missing) if missing else {}
            gone = [digits for digits in known["numbers"] if digits not in live]
            if gone and not self._is_pool_there(gone, pool, known) and not live:
                return ReadResult("", {})
            warn_of_replaced(self.membership, self.noun, pool, gone, live)
            strangers = strangers_in(self.membership, pool, known["numbers"]) if known["exclusive"] else []
        except ApiError as error:
            raise PlivoError(f"could not read pool {pool}: {answered(error)}; nothing was changed") from error
        kept = {digits: service for digits, service in known["numbers"].items() if digits in live}
        old_members = known.get("members") or {}
        members = {digits: live[digits].service or old_members.get(digits) or "sms" for digits in kept}
        drifted = {
            digits: members[digits] if service and members[digits] != service else service
            for digits, service in kept.items()
        }
        outputs = {**known, "numbers": drifted, "members": members, "strangers": strangers}
        has_drifted = drifted != known["numbers"]
        return ReadResult(
            id_,
            outputs,
            {key: outputs[key] for key in self.rules if outputs.get(key) is not None} if has_drifted else None,
        )

    @reported
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Do with each number what the table of departures says."""
        pool = _props["number_pool_uuid"]
        departing = self._departing(pool, unrents=_props.get("unrent") is True, owner=_props.get(OWNER))
        gone = departing.give_up(list(_props["numbers"]))
        if gone:
            self._is_pool_there(gone, pool, {**_props, "unrent": False})

    def _arriving(self, props: Mapping[str, Any], membership: Any = None) -> Arriving:
        get = membership or (lambda: self.membership)
        pool, adopts = str(props["number_pool_uuid"]), props.get("adopt") is True
        return Arriving(get, self.noun, pool, adopts=adopts, rents=self.rents(props))

    def _departing(self, pool: str, *, unrents: bool, owner: str | None = None) -> Departing:
        get = lambda: self.membership  # noqa: E731 - asked for only when a call is to be made
        return Departing(get, self.noun, pool, self.settings, unrents=unrents, owner=owner, is_shortcode=False)

    def _leave_in_place(
        self, dropped: Sequence[str], pool: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> bool:
        """Whether it is known of all that leave the list that nobody wants them, and that none is given back."""
        gives_back = olds.get("unrent") is True and news.get("unrent") is not False
        # Else the ledger could not refuse it, and Pulumi protects a list from a replacement only.
        is_known = held_and_wanted.knowledge is Knowledge.ALL and held_and_wanted.is_protection_known
        return is_known and not gives_back and all(held_and_wanted.wanted(each, pool) is None for each in dropped)

    def _misplaced(self, wanted: Mapping[str, str], olds: Mapping[str, Any]) -> list[str]:
        actual = olds.get("members") or {}
        return [
            digits
            for digits, service in wanted.items()
            if service and digits in olds["numbers"] and actual.get(digits, service) != service
        ]

    def _foresee_rent(self, news: Mapping[str, Any], missing: Sequence[str]) -> None:
        """Say what of numbers that only seem to be in the list will be rented; what is new the check has told."""
        for failure in look_ahead(
            self.settings, self.kind, lambda get: self._arriving(news, get), None, "numbers", missing
        ):
            raise PlivoError(failure.reason)

    def _settled(self, outputs: dict[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
        """Return outputs as the state keeps them, once an exclusive list has removed what else its pool holds."""
        outputs["account"] = self.settings.auth_id
        outputs[OWNER] = held_and_wanted.owner(outputs["numbers"]) or olds.get(OWNER)
        if outputs.get("exclusive") and not outputs["unfinished"] and _needs_look(olds):
            pool, own = outputs["number_pool_uuid"], outputs["numbers"]
            outputs["unfinished"] = remove_strangers(lambda: self.membership, pool, own)
        if outputs["unfinished"]:
            # Pulumi shows only the first error of a program.
            warn(outputs["unfinished"])
        return outputs

    def _read_all(self, id_: str, pool: str, known: Mapping[str, Any]) -> ReadResult:
        """Read all that a pool holds, for a `get`."""
        if id_.partition("/")[0] != pool:
            raise PlivoError(
                f"can't read numbers {id_}: the id of a get is its pool's uuid, {pool}; nothing was changed"
            )
        everything = self.membership.everything_in(pool)
        if not everything and not self.membership.pool_exists(pool):
            self.make_sure_it_is_gone("its numbers", pool, None)
            raise PlivoError(f"can't read the numbers of pool {pool}: the account has no such pool")
        held_and_wanted.declare_reading([], pool)
        return ReadResult(id_, {**outputs_of_all(pool, known, everything), "account": self.settings.auth_id})

    def _is_pool_there(self, gone: Sequence[str], pool: str, state: Mapping[str, Any]) -> bool:
        """Whether the pool of numbers that are gone still exists. Raises PlivoError when it is looked for elsewhere."""
        try:
            is_there = self.make_sure_it_is_gone(called("number", gone), pool, account_of(state))
            rented = [each for each in gone if self.membership.is_rented(each)] if state.get("unrent") is True else []
        except ApiError as error:
            raise PlivoError(
                f"not in pool {pool}: {called('number', gone)}; whether the pool is there could not be looked up:"
                f" {answered(error)}; the state keeps the resource"
            ) from error
        if rented:
            warn(
                f"no longer in pool {pool}, but still rented, which costs money: {called('number', rented)}; the next"
                " `pulumi up` adds again what the program declares; or give back at Plivo"
            )
        return is_there


def _needs_look(olds: Mapping[str, Any]) -> bool:
    """Whether others may be in the pool of an exclusive list: nobody looked before, or the last look found some."""
    return olds.get("exclusive") is not True or bool(olds.get("strangers") or olds.get("unfinished"))
