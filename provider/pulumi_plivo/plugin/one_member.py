"""One number, toll-free number or shortcode as a resource: check, diff, create, read, update and delete."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from pulumi_plivo.api import ApiError, MemberKind, PoolMember
from pulumi_plivo.errors import PlivoError, answered, reported, warn
from pulumi_plivo.inputs import is_unknown, known_pool
from pulumi_plivo.plans.claim import member
from pulumi_plivo.plugin.arriving import Arriving
from pulumi_plivo.plugin.departing import Departing
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.looking_ahead import look_ahead
from pulumi_plivo.plugin.plivo_provider import (
    OWNER,
    RESOURCE,
    PlivoProvider,
    tell_of_owners,
    wanted_twice,
    without_provider,
)
from pulumi_plivo.plugin.vanished import warn_of_replaced
from pulumi_plivo.pools.absence import account_of
from pulumi_plivo.pools.relocation import Place

#: The output that has what Plivo says of a member.
DETAILS = "details"


class MemberProvider(PlivoProvider):
    """The provider of one kind of pool members; see `PlivoProvider`."""

    digits_key: ClassVar[str] = "number"
    replaced_by: ClassVar[tuple[str, ...]] = ("number",)

    @reported
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into normal form, name each that can't be, and look ahead at a preview."""
        resource = self.resource_of(news)
        inputs, failures = self.checked_inputs(news)
        digits, pool = str(inputs.get(self.digits_key)), known_pool(inputs.get("number_pool_uuid"))
        is_known = isinstance(inputs.get(self.digits_key), str) and not is_unknown(digits) and not failures
        unrent, old = inputs.get("unrent", False), without_provider(_olds).get(self.digits_key)
        others = held_and_wanted.declare(
            resource,
            [self.member(digits)] if is_known else [],
            pool,
            had=[self.member(str(old))] if old else [],
            unrent=None if is_unknown(unrent) else unrent is True,
            is_all=is_known,
        )
        failures += wanted_twice(self.digits_key, others)
        is_new = old != digits
        is_moving = bool(old) and not is_new and without_provider(_olds).get("number_pool_uuid") != pool
        if is_known and not failures and (is_new or is_moving):
            new = [digits] if is_new else []
            failures += self.looked_ahead(inputs, pool, new)
            tell_of_owners(resource, self.noun, [] if failures else [self.member(each) for each in new])
        elif (
            is_known
            and not failures
            and inputs.get("rent") is True
            and held_and_wanted.is_back_again(self.member(digits))
        ):
            # It may have been given back meanwhile, and would be rented again.
            failures += self.looked_ahead(inputs, None, [digits])
        if not without_provider(_olds) and not failures:
            held_and_wanted.await_creation([self.member(digits)])
        return CheckResult(inputs, failures)

    @reported
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare the keys that a program sets, and no others: what Plivo assigns is no change."""
        self.refuse_other_class(_olds, self.digits_key)
        self.refuse_other_account(account_of(_olds))
        name, pool = self.member(_olds[self.digits_key]), str(_olds.get("number_pool_uuid"))
        held_and_wanted.note_state(pool, {name: _olds.get("service")})
        changed = [key for key in self.rules if key in _news and _news[key] != _olds.get(key)]
        # A value that is not known yet may turn out unchanged. Were it a replacement, the engine could delete this
        # member ahead of time, when it replaces what the value depends on.
        replaces = [key for key in self.replaced_by if key in changed and not is_unknown(_news.get(key))]
        is_elsewhere = held_and_wanted.was_taken_out(name, pool) or held_and_wanted.is_back_again(name)
        return DiffResult(
            changes=bool(changed) or is_elsewhere,
            replaces=replaces,
            stables=[self.digits_key],
        )

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Bring the member into its pool, or take over the one that is there."""
        held_and_wanted.begin_creation([self.member(props[self.digits_key])])
        return CreateResult(props[self.digits_key], self.brought_in(props, {}))

    @reported
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the live member, or nothing when it has left its pool."""
        known = {**self.defaults, **without_provider(props), self.digits_key: id_}
        for key in (self.digits_key, "number_pool_uuid"):
            known[key] = self.in_normal_form(key, known.get(key))
        id_, pool = known[self.digits_key], known["number_pool_uuid"]
        # Only a `get` comes without outputs; the engine does not check it, though the program names the member.
        resource = self.resource_of(known)
        is_get = resource is not None or known.keys() <= {*self.rules, self.digits_key}
        if is_get:
            held_and_wanted.declare_reading([self.member(id_)], pool)
        try:
            live = self.membership.find_to_keep(pool, id_, known.get("service"))
            if live is None and is_get:
                # The engine would take an empty answer for a resource.
                raise PlivoError(f"{self.name(id_)} is not in pool {pool}, so there is nothing to read")
            if live is None:
                self.make_sure_it_is_gone(self.name(id_), pool, account_of(known))
                if known.get("unrent") and self.membership.is_rented(id_):
                    warn(
                        f"{self.name(id_)} is no longer in pool {pool}, but still rented, which costs money; the next"
                        " `pulumi up` adds it again; or give it back at Plivo"
                    )
                if self.kind is not MemberKind.SHORTCODE:
                    warn_of_replaced(self.membership, self.noun, pool, [id_], [])
                return ReadResult("", {})
        except ApiError as error:
            raise PlivoError(
                f"could not read {self.name(id_)} in pool {pool}: {answered(error)}; nothing was changed"
            ) from error
        outputs = self.outputs(known, live)
        # Without inputs the engine would compare later programs with the old ones, and repair no drift.
        has_drifted = any(outputs.get(key) != known.get(key) for key in self.rules)
        return ReadResult(
            id_, outputs, {key: outputs[key] for key in self.rules if key in outputs} if has_drifted else None
        )

    @reported
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Move the number, or change its service, in place; other inputs live in the state only."""
        olds, news = without_provider(_olds), without_provider(_news)
        return UpdateResult(self.brought_in(news, olds))

    @reported
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Do with the member what the table of departures says."""
        pool = _props["number_pool_uuid"]
        departing = Departing(
            lambda: self.membership,
            self.noun,
            pool,
            self.settings,
            unrents=_props.get("unrent") is True,
            owner=_details(_props).get(OWNER),
            is_shortcode=self.kind is MemberKind.SHORTCODE,
        )
        for gone in departing.give_up([_id]):
            try:
                self.make_sure_it_is_gone(self.name(gone), pool, account_of(_props))
            except ApiError as error:
                raise PlivoError(
                    f"{self.name(gone)} is not in pool {pool}; whether the pool is there could not be looked up:"
                    f" {answered(error)}; the state keeps it"
                ) from error

    def resource_of(self, props: dict[str, Any]) -> str | None:
        """Take the name of the claim out of what a resource sends with its inputs; None for a state."""
        sent = props.pop(DETAILS) if RESOURCE in (props.get(DETAILS) or {}) else props
        name = sent.pop(RESOURCE, None)
        return None if name is None else str(name)

    def member(self, digits: str) -> str:
        """Name a member across classes."""
        return member(digits, is_shortcode=self.kind is MemberKind.SHORTCODE)

    def name(self, digits: str) -> str:
        """Name one member, for a sentence."""
        return f"{self.noun} {digits}"

    def looked_ahead(self, inputs: Mapping[str, Any], pool: str | None, new: list[str]) -> list[CheckFailure]:
        """Return what a look at the live account tells at a preview."""
        return look_ahead(
            self.settings,
            self.kind,
            lambda membership: self._arriving(membership, inputs),
            pool,
            self.digits_key,
            new,
        )

    def brought_in(self, props: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
        """Bring the member to where the inputs say and return its outputs. Raises PlivoError.

        `olds` are the state's outputs, none for a member that is new.
        """
        pool, number = props["number_pool_uuid"], props[self.digits_key]
        own = {number: Place(olds["number_pool_uuid"], olds.get("service"))} if olds else {}
        if olds and olds["number_pool_uuid"] == pool and held_and_wanted.is_back_again(self.member(number)):
            own = {}
        arriving = self._arriving(lambda: self.membership, props)
        arrived = arriving.bring_in({number: props.get("service")}, own)
        for error in arrived.progress.failed.values():
            raise error
        live = arrived.progress.done[number]
        if live is None:
            return {**olds, **props}
        was_adopted = number in arrived.adopted or _details(olds).get("adopted") is True
        owner = held_and_wanted.owner([self.member(number)]) or _details(olds).get(OWNER)
        was_rented = number in arrived.rented or _details(olds).get("rented_by_stack") is True
        known = {**props, DETAILS: {"adopted": was_adopted, OWNER: owner, "rented_by_stack": was_rented}}
        if olds and live.number_pool_uuid == pool and "service" in olds and live.service is None:
            known["service"] = props.get("service") or olds["service"]
        return self.outputs(known, live)

    def outputs(self, inputs: Mapping[str, Any], live: PoolMember) -> dict[str, Any]:
        """Return the inputs, what Plivo says of the number, and whether it was adopted."""
        return {
            "number_pool_uuid": inputs["number_pool_uuid"],
            "number": live.digits,
            "service": live.service or inputs.get("service"),
            "unrent": inputs["unrent"],
            "adopt": inputs["adopt"],
            **({} if inputs.get("rent") is None else {"rent": inputs["rent"]}),
            DETAILS: {
                "adopted": _details(inputs).get("adopted") is True,
                OWNER: _details(inputs).get(OWNER),
                **({"rented_by_stack": True} if _details(inputs).get("rented_by_stack") is True else {}),
                "type": live.type,
                "country_iso2": live.country_iso2,
                "added_on": live.added_on,
                "account_phone_number_resource": live.account_phone_number_resource,
            },
        }

    def _arriving(self, membership: Any, inputs: Mapping[str, Any]) -> Arriving:
        return Arriving(
            membership,
            self.noun,
            str(inputs["number_pool_uuid"]),
            adopts=inputs.get("adopt", False) is True,
            rents=self.rents(inputs),
        )


def _details(outputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return outputs.get(DETAILS) or {}
