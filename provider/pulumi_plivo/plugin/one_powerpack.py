"""A Powerpack as a resource: check, diff, create, read, update and delete."""

from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from pulumi_plivo.account import client_for
from pulumi_plivo.api import ApiError, MemberKind, Powerpack
from pulumi_plivo.errors import PlivoError, answered, reported, tell
from pulumi_plivo.inputs import is_unknown
from pulumi_plivo.plans.arrival import Step, arrival
from pulumi_plivo.plans.claim import POWERPACKS, powerpack_member
from pulumi_plivo.plans.powerpack_settings import DEFAULTS, RULES, SETTINGS, changed, half_an_application
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.looking_ahead import looked_ahead
from pulumi_plivo.plugin.plivo_provider import OWNER, RESOURCE, PlivoProvider, wanted_twice, without_provider
from pulumi_plivo.plugin.powerpack_departing import delete_powerpack
from pulumi_plivo.pools.absence import account_of, is_other_account
from pulumi_plivo.pools.membership import found
from pulumi_plivo.pools.powerpack_changes import changed_to, made, settings_of

#: What only the state and the plugin know.
FLAGS = ("unrent_numbers", "adopt")


class PowerpackResourceProvider(PlivoProvider):
    """The provider of Powerpacks; see `PlivoProvider`. Every change is made in place."""

    kind = MemberKind.NUMBER
    noun = "Powerpack"
    rules = RULES
    defaults = DEFAULTS

    @reported
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into normal form, name each that can't be, and look ahead at a preview."""
        resource = news.pop(RESOURCE, None)
        inputs, failures = self.checked_inputs(news)
        olds, name, unrent = without_provider(_olds), inputs.get("name"), inputs.get("unrent_numbers")
        is_known = isinstance(name, str) and not is_unknown(name) and not failures
        if wrong := half_an_application(inputs):
            failures.append(CheckFailure("application_id", wrong))
        others = held_and_wanted.declare(
            resource,
            [powerpack_member(str(name))] if is_known else [],
            POWERPACKS,
            had=[powerpack_member(str(olds["name"]))] if olds.get("name") else [],
            unrent=None if is_unknown(unrent) else unrent is True,
            is_all=is_known,
        )
        failures += wanted_twice("name", others)
        if is_known and not failures and not olds:
            failures += looked_ahead(self.settings, lambda client: self._seen(client, inputs))
        if not olds and not failures:
            held_and_wanted.await_creation([powerpack_member(str(name))])
        return CheckResult(inputs, failures)

    @reported
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare what the program sets, and nothing else: the rest is Plivo's."""
        self.refuse_other_class(_olds, "uuid")
        self.refuse_other_account(account_of(_olds))
        held_and_wanted.note_state(POWERPACKS, {powerpack_member(str(_olds["name"])): None})
        member = powerpack_member(str(_news.get("name", _olds["name"])))
        if (first := held_and_wanted.note_powerpack(_id, member)) != member:
            other = held_and_wanted.owner([first]) or "another resource"
            raise PlivoError(
                f"Powerpack {_olds['name']}: {other} has it too: a Powerpack belongs to one resource; nothing was"
                " changed; take one of the two out of the program, which leaves the Powerpack with the other"
            )
        differs = changed(_news, _olds) or [key for key in FLAGS if _news.get(key) != _olds.get(key)]
        return DiffResult(changes=bool(differs), stables=["uuid", "number_pool_uuid", "created_on"])

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create the Powerpack, or take over the one of its name."""
        member = powerpack_member(props["name"])
        held_and_wanted.begin_creation([member])
        client = client_for(self.settings)
        try:
            live = client.powerpacks.named(props["name"])
        except ApiError as error:
            raise PlivoError(
                f"could not look up Powerpack {props['name']}: {answered(error)}; nothing was changed"
            ) from error
        step = self._step(live, props)
        # From where it is noted on no other resource of this run can have it.
        if live is not None and (step is Step.REFUSE or held_and_wanted.note_powerpack(live.uuid, member) != member):
            raise PlivoError(f"{self._refusal(live)}; nothing was changed")
        if live is not None and step is Step.TAKE_OVER:
            holder = held_and_wanted.had(member)
            tell(f"Powerpack {props['name']}: taken over from {holder}, which gives it up")
        live = changed_to(client, live, props) if live is not None else made(client, props)
        held_and_wanted.note_powerpack(live.uuid, member)
        return CreateResult(live.uuid, self._outputs(props, live, {"adopted": step is Step.ADOPT}))

    @reported
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the live Powerpack, or nothing when it is gone."""
        known = {**DEFAULTS, **without_provider(props)}
        is_get = "uuid" not in known
        client = client_for(self.settings)
        try:
            live = found(lambda: client.powerpacks.get(id_))
            if live is None and not is_get:
                # A wrong account, or a wrong base URL, knows it no more either.
                next(client.powerpacks.all(), None)
        except (ApiError, ValueError) as error:
            told = answered(error) if isinstance(error, ApiError) else str(error)
            raise PlivoError(f"could not read Powerpack {id_}: {told}; nothing was changed") from error
        if live is None and is_get:
            raise PlivoError(f"the account has no Powerpack {id_}, so there is nothing to read")
        if live is None and is_other_account(account_of(known), client.auth_id):
            raise PlivoError(
                f"Powerpack {id_} belongs to account {account_of(known)}, and account {client.auth_id} was asked:"
                " correct plivo:authId or PLIVO_AUTH_ID; the state keeps it"
            )
        if live is None:
            return ReadResult("", {})
        if is_get:
            held_and_wanted.declare_reading([powerpack_member(live.name or "")], POWERPACKS)
        outputs = self._outputs({**known, "name": known.get("name") or live.name}, live, known)
        has_drifted = any(outputs.get(key) != known.get(key) for key in RULES)
        inputs = {key: outputs[key] for key in RULES if outputs.get(key) is not None}
        return ReadResult(id_, outputs, inputs if has_drifted and not is_get else None)

    @reported
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change the settings in place; what the program leaves out goes out as it is."""
        olds, news = without_provider(_olds), without_provider(_news)
        if not changed(news, olds):
            return UpdateResult({**olds, **{key: news[key] for key in FLAGS}})
        client = client_for(self.settings)
        try:
            live = client.powerpacks.get(_id)
            other = client.powerpacks.named(news["name"]) if news["name"] != live.name else None
        except ApiError as error:
            raise PlivoError(
                f"could not look up Powerpack {olds['name']}: {answered(error)}; nothing was changed"
            ) from error
        if other is not None and other.uuid != live.uuid:
            raise PlivoError(
                f"could not rename Powerpack {live.name} to {news['name']}: the account has another of that name;"
                " rename that first, in a `pulumi up` of its own; nothing was changed"
            )
        return UpdateResult(self._outputs(news, changed_to(client, live, news), olds))

    @reported
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Do with the Powerpack what the table of departures says."""
        delete_powerpack(self.settings, _id, _props)

    def _seen(self, client: Any, inputs: Mapping[str, Any]) -> list[CheckFailure]:
        live = client.powerpacks.named(inputs["name"])
        if live is None or self._step(live, inputs) is not Step.REFUSE:
            return []
        return [CheckFailure("name", self._refusal(live))]

    def _step(self, live: Powerpack | None, inputs: Mapping[str, Any]) -> Step:
        return arrival(
            pool=POWERPACKS,
            own=None,
            is_live=live is not None,
            is_ours=live is not None and self._is_ours(live),
            held_in=None,
            adopts=inputs.get("adopt") is True and live is not None and self._keeper(live) is None,
        ).step

    def _is_ours(self, live: Powerpack) -> bool:
        """Whether a Powerpack is to be had from a resource of this stack: one that has left, or this one itself.

        What this one claims is no evidence: had its create worked, its state would have it.
        """
        member = powerpack_member(live.name or "")
        if self._keeper(live) is not None:
            return False
        if held_and_wanted.in_state(member).pool == POWERPACKS:
            return True
        others = held_and_wanted.held(member, POWERPACKS)
        return bool(others) and held_and_wanted.history.is_ours(member, live.created_on)

    def _keeper(self, live: Powerpack) -> str | None:
        """Return another resource of the program that has a Powerpack, or had its name, and renames it now."""
        member = powerpack_member(live.name or "")
        claimed = held_and_wanted.claimed_with(live.uuid)
        if claimed is not None and claimed != member:
            return held_and_wanted.owner([claimed]) or "another resource"
        had = held_and_wanted.had(member)
        is_other = had is not None and had != held_and_wanted.owner([member]) and held_and_wanted.is_declared(had)
        return had if is_other else None

    def _refusal(self, live: Powerpack) -> str:
        name = live.name
        if keeper := self._keeper(live):
            return (
                f"Powerpack {name} is that of {keeper}, which gets another name: rename it first, in a `pulumi up` of"
                " its own"
            )
        return (
            f"the account has a Powerpack {name} already, and not through this resource; to take it over, set"
            " adopt=True; if another stack owns it, choose another name"
        )

    def _outputs(self, inputs: Mapping[str, Any], live: Powerpack, olds: Mapping[str, Any]) -> dict[str, Any]:
        told = settings_of(live)
        member = powerpack_member(inputs["name"])
        return {
            # What Plivo does not tell is as the program says.
            **{key: inputs.get(key) if told[key] is None else told[key] for key in ("name", *SETTINGS)},
            **{key: inputs[key] for key in FLAGS},
            "adopted": olds.get("adopted") is True,
            "number_pool_uuid": live.number_pool_uuid or olds.get("number_pool_uuid"),
            "uuid": live.uuid,
            "created_on": live.created_on or olds.get("created_on"),
            "account": self.settings.auth_id,
            OWNER: held_and_wanted.owner([member]) or olds.get(OWNER),
        }
