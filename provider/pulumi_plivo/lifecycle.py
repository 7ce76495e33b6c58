"""What every member of a number pool has in common: check, diff, create, read, update and delete."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from pulumi_plivo.absence import account_of
from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.declared import declared_members
from pulumi_plivo.diagnostics import PlivoError, answered, reported, warn
from pulumi_plivo.inputs import is_unknown
from pulumi_plivo.membership import OutcomeUnknownError
from pulumi_plivo.plivo_provider import CLAIMANT, DELETES_FIRST, PlivoProvider, without_provider
from pulumi_plivo.removal import take_out, warn_of


class MemberProvider(PlivoProvider):
    """The provider of one kind of pool members; see `PlivoProvider`."""

    digits_key: ClassVar[str]
    replaced_by: ClassVar[tuple[str, ...]]

    @reported
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into normal form, name each that can't be, and note what the program declares."""
        claimant = news.pop(CLAIMANT, None)
        deletes_first = news.pop(DELETES_FIRST, False) is True
        inputs, failures = self.checked_inputs(news)
        if deletes_first and _olds.get("unrent") is True and _olds.get(self.digits_key) != inputs.get(self.digits_key):
            failures.append(
                CheckFailure(
                    "unrent",
                    f"the state still says unrent=True for {_olds.get(self.digits_key)}: delete_before_replace=True"
                    " would give it back before it is known whether the program declares it; run `pulumi up` with"
                    " unrent=False alone first",
                )
            )
        self._declare(inputs)
        declared_members.checked(claimant)
        if not without_provider(_olds) and not failures:
            declared_members.await_creation(self.member(inputs[self.digits_key]))
        return CheckResult(inputs, failures)

    @reported
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare the keys that a program sets, and no others: what Plivo assigns is no change."""
        self.refuse_other_class(_olds, self.digits_key)
        self.refuse_other_account(account_of(_olds))
        changed = [key for key in self.rules if _news.get(key) != _olds.get(key)]
        # A value that is not known yet may turn out unchanged. Were it a replacement, the engine could delete this
        # member ahead of time, when it replaces what the value depends on.
        replaces = [key for key in self.replaced_by if key in changed and not is_unknown(_news.get(key))]
        return DiffResult(
            changes=bool(changed) or self.was_removed(_olds), replaces=replaces, stables=[self.digits_key]
        )

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Bring the member into its pool, or take over the one that is there."""
        declared_members.creation_begins(self.member(props[self.digits_key]))
        declared_members.wait_for_removals([self.member(props[self.digits_key])])
        return CreateResult(props[self.digits_key], self.brought_in(props))

    @reported
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the live member, or nothing when it has left its pool."""
        known = {**self.defaults, **without_provider(props), self.digits_key: id_}
        for key in (self.digits_key, "number_pool_uuid"):
            known[key] = self.in_normal_form(key, known.get(key))
        id_, pool = known[self.digits_key], known["number_pool_uuid"]
        # Only a `get` comes without outputs; the engine does not check it, though the program names the member.
        is_get = props.keys() <= {*self.rules, "__provider"}
        if is_get:
            self._declare(known)
        try:
            live = self.membership.find_to_keep(pool, id_, known.get("service"))
            if live is None and is_get:
                # The engine would take an empty answer for a resource.
                raise PlivoError(f"{self.name(id_)} is not in pool {pool}, so there is nothing to read")
            if live is None:
                self.believe_gone(self.name(id_), pool, account_of(known))
                if known.get("unrent") and self.membership.is_rented(id_):
                    warn(
                        f"{self.name(id_)} is no longer in pool {pool}; it is still rented and costs money: the next"
                        " `pulumi up` adds it again, or give it back at Plivo"
                    )
                return ReadResult("", {})
        except ApiError as error:
            raise PlivoError(
                f"could not read {self.name(id_)} in pool {pool}: {answered(error)}; nothing was changed"
            ) from error
        outputs = self.outputs(known, live)
        return ReadResult(id_, outputs, {key: outputs[key] for key in self.rules if key in outputs})

    @reported
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change the member in place."""
        declared_members.wait_for_removals([self.member(_id)])
        return UpdateResult(self.changed(without_provider(_olds), without_provider(_news)))

    @reported
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the member from its pool, and give the number back only if the state says so.

        What the program still declares is left alone: its other resource owns it.
        """
        pool = _props["number_pool_uuid"]
        with declared_members.giving_up([self.member(_id)], pool) as allowed:
            if allowed:
                self._give_up(_id, pool, _props)
                return
        declared_members.release(self.member(_id), pool)
        warn(f"{self.name(_id)} stays in pool {pool}: the program still declares it, so nothing was removed")

    def name(self, digits: str) -> str:
        """Name one member, for a sentence."""
        return f"{self.noun} {digits}"

    def goes_first(self, digits: str, pool: str) -> None:
        """Agree to a delete that comes before the create of the member's replacement. Raises PlivoError."""

    def brought_in(self, props: dict[str, Any]) -> dict[str, Any]:
        """Create the member and return its outputs. Raises PlivoError."""
        raise NotImplementedError

    def changed(self, olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
        """Change the member and return its outputs. Raises PlivoError."""
        raise NotImplementedError

    def outputs(self, inputs: Mapping[str, Any], live: PoolMember) -> dict[str, Any]:
        """Return the outputs: the inputs, and what Plivo says of the member."""
        raise NotImplementedError

    def was_removed(self, outputs: Mapping[str, Any]) -> bool:
        """Whether another resource, which had the same member, has removed it in this run."""
        return declared_members.was_removed(
            self.member(str(outputs.get(self.digits_key))), str(outputs.get("number_pool_uuid"))
        )

    def _declare(self, inputs: Mapping[str, Any]) -> None:
        digits, pool = inputs.get(self.digits_key), inputs.get("number_pool_uuid")
        if isinstance(digits, str) and not is_unknown(digits):
            is_known = isinstance(pool, str) and not is_unknown(pool)
            declared_members.declare(self.member(digits), pool if is_known else None)

    def _give_up(self, digits: str, pool: str, state: Mapping[str, Any]) -> None:
        unrent = state.get("unrent") is True
        if unrent and declared_members.declares_anywhere(self.member(digits)):
            warn(f"{self.name(digits)} leaves pool {pool} but stays rented: the program declares it in another pool")
            unrent = False
        if unrent and not self.settings.allow_unrent:
            raise self.refused_unrent(self.name(digits), pool)
        if declared_members.awaits_creations:
            self.goes_first(digits, pool)
            if unrent:
                warn(
                    f"{self.name(digits)} leaves pool {pool} but stays rented: it is deleted before its replacement,"
                    " and whether the rest of the program declares it is not known yet; if not, give it back at Plivo"
                )
                unrent = False
        self._remove(pool, digits, unrent, state)

    def _remove(self, pool: str, digits: str, unrent: bool, state: Mapping[str, Any]) -> None:
        try:
            ending = take_out(self.membership, pool, digits, unrent=unrent)
            if ending.was_absent:
                self.believe_gone(self.name(digits), pool, account_of(state))
        except ApiError as error:
            raise PlivoError(
                f"could not remove {self.name(digits)} from pool {pool}: {answered(error)}; the state keeps it, and the"
                " next `pulumi up` or destroy tries again"
            ) from error
        except OutcomeUnknownError as unknown:
            raise PlivoError(
                f"tried to remove {self.name(digits)} from pool {pool}{' and to unrent it' if unrent else ''}:"
                f" {answered(unknown.error)}, and it could not be looked up afterwards; the state keeps it, and the"
                " next `pulumi up` or destroy looks again"
            ) from unknown
        warn_of({digits: ending}, self.noun, pool)
