"""What numbers and toll-free numbers have in common: they are added, adopted and moved."""

from collections.abc import Mapping
from typing import Any

from pulumi_plivo.api import ApiError, PoolMember
from pulumi_plivo.declared import declared_members
from pulumi_plivo.diagnosis import explained
from pulumi_plivo.diagnostics import PlivoError, answered
from pulumi_plivo.lifecycle import MemberProvider
from pulumi_plivo.membership import OutcomeUnknownError
from pulumi_plivo.relocation import Place, Relocation


class NumberProvider(MemberProvider):
    """The provider of numbers of one kind; see `MemberProvider`."""

    digits_key = "number"
    replaced_by = ("number",)

    def brought_in(self, props: dict[str, Any]) -> dict[str, Any]:
        """Add the number, or with `adopt` take over the one that is in the pool."""
        pool, number = props["number_pool_uuid"], props["number"]
        try:
            live = self.membership.find_to_add(pool, number, props.get("service"))
        except ApiError as error:
            raise PlivoError(
                f"could not look up {self.name(number)} in pool {pool}: {answered(error)}; nothing was changed"
            ) from error
        if live is None:
            return {**self.outputs(props, self._added(pool, number, props.get("service"))), "adopted": False}
        left_by_this_run = declared_members.take_over(self.member(number), pool)
        if not (props["adopt"] or left_by_this_run):
            raise PlivoError(
                f"{self.name(number)} is in pool {pool} already, and not through this resource: if the resource was"
                ' renamed, give it opts=ResourceOptions(aliases=[Alias(name="OLD-NAME")]); to take the number over, set'
                " adopt=True; if another stack owns it, leave it there; nothing was changed"
            )
        if None not in (live.service, props.get("service")) and live.service != props["service"]:
            live = self._relocated(number, Place(pool, live.service), Place(pool, props["service"]))
        return {**self.outputs(props, live), "adopted": not left_by_this_run}

    def changed(self, olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
        """Move the number, or change its service; other inputs live in the state only."""
        old, new = (Place(props["number_pool_uuid"], props.get("service")) for props in (olds, news))
        stays = old.number_pool_uuid == new.number_pool_uuid
        if stays and ("service" not in self.rules or old.service == new.service) and not self.was_removed(olds):
            return {**olds, **news}
        wanted = new if "service" in self.rules else Place(new.number_pool_uuid, None)
        live = self._relocated(news["number"], old, wanted)
        return {**self.outputs(news, live), "adopted": olds.get("adopted", False)}

    def outputs(self, inputs: Mapping[str, Any], live: PoolMember) -> dict[str, Any]:
        """Return the inputs, what Plivo says of the number, and whether it was adopted."""
        return {
            "number_pool_uuid": inputs["number_pool_uuid"],
            "number": live.digits,
            "service": live.service or inputs.get("service"),
            "unrent": inputs["unrent"],
            "adopt": inputs["adopt"],
            "adopted": inputs.get("adopted", False),
            "type": live.type,
            "country_iso2": live.country_iso2,
            "added_on": live.added_on,
            "account_phone_number_resource": live.account_phone_number_resource,
        }

    def _relocated(self, number: str, old: Place, new: Place) -> PoolMember:
        return Relocation(self.membership, self.name(number), number, old, new).run()

    def _added(self, pool: str, number: str, service: str | None) -> PoolMember:
        try:
            return self.membership.add(pool, number, service)
        except ApiError as error:
            why = explained(self.membership, pool, number, service, error) if error.is_refusal else ""
            now = (
                "it was not in the pool when it was looked up afterwards; should the call arrive late after all, the"
                " next `pulumi up` asks for adopt=True"
                if error.is_answer_lost
                else "nothing was changed"
            )
            raise PlivoError(
                f"could not add {self.name(number)} to pool {pool}: {answered(error)}{why}; {now}"
            ) from error
        except OutcomeUnknownError as unknown:
            raise PlivoError(
                f"tried to add {self.name(number)} to pool {pool}: {answered(unknown.error)}, and it could not be"
                " looked up afterwards; if it is there, the next `pulumi up` asks for adopt=True"
            ) from unknown
