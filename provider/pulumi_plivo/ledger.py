"""The ledger: one resource a stack, which knows all that the program wants, and all that the one before it did."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult
from pulumi.runtime import rpc

from pulumi_plivo.account import client_for
from pulumi_plivo.api import ApiError, MemberKind
from pulumi_plivo.errors import PlivoError, called, counted, listed, reported, tell, warn
from pulumi_plivo.plans.claim import (
    CONCEALED,
    INCOMPLETE,
    LEFT,
    POWERPACKS,
    TRANSFORMED,
    Claim,
    digest,
    members_of,
    powerpack_member,
    read_claims,
    shown,
    with_the_rest,
    without,
    written,
)
from pulumi_plivo.plans.former_names import under_new_names
from pulumi_plivo.plans.history import History, read_history
from pulumi_plivo.plans.verdict import (
    Verdict,
    leaving,
    powerpacks_left,
    shortcodes_removed,
    taken_from_protected,
    unreached,
    verdict,
    wanted_of_ignoring,
)
from pulumi_plivo.plugin.held_and_wanted import held_and_wanted
from pulumi_plivo.plugin.looking_ahead import looked_ahead
from pulumi_plivo.plugin.plivo_provider import PlivoProvider, without_provider
from pulumi_plivo.plugin.powerpacks_leaving import look_at_leaving
from pulumi_plivo.pools.membership import Membership
from pulumi_plivo.pools.refusal import pool_that_holds

if TYPE_CHECKING:
    from pulumi_plivo.api import Client

#: The name that the resource has in every stack.
NAME = "plivo"
FORGETTING = (
    "what `pulumi state delete` has taken out of the state is not given back: name it in PLIVO_FORGET for this run"
)


class LedgerProvider(PlivoProvider):
    """What Pulumi's engine calls for a `Ledger`. Its module and name are part of every state."""

    kind = MemberKind.NUMBER
    noun = "ledger"
    rules = {}

    @reported
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Learn what the program wants, and say what it loses; refuse more than the settings allow."""
        is_preview = news.pop("is_preview", False) is True
        claims, marks = _without_marks(news.get("claims"))
        now = read_claims(claims)
        before = self._known(_olds.get("claims"), now)
        keeps_old = INCOMPLETE in marks
        if keeps_old:
            now = with_the_rest(before, now)
            claims = written(now)
            now.append(Claim("the rest of the program", None, (), is_partial=True))
        left_before = self._known((_olds.get("claims") or {}).get(LEFT), now)
        left, unseen = self._left_over(leaving(left_before, [*before, *now]), now)
        held_and_wanted.open([*left, *unseen, *before], now, is_preview=is_preview)
        held_and_wanted.is_protection_known &= TRANSFORMED not in marks
        departing = self._departing(left, leaving(before, now), now)
        loss, doubt = verdict([*left, *departing], now), verdict(unseen, now)
        packs = look_at_leaving(
            self.settings, powerpacks_left([*left_before, *before], now), before, now, is_preview=is_preview
        )
        loss = loss.with_more(packs.numbers)
        held_and_wanted.name([*loss.all, *doubt.all, *packs.members])
        _warn_of(loss, shortcodes_removed(before, now))
        _tell_of_left(left, loss, doubt)
        going = [*left, *unseen, *departing, *packs.claims]
        reasons = [*_owned_twice([*left_before, *before], now), *self._taken_from_protected(left_before, before, now)]
        reasons += packs.refusals
        reasons += self._refusals(loss)
        if going and isinstance(claims, Mapping):
            claims = {**claims, LEFT: written(replace(claim, is_protected=False) for claim in going)}
        if (going or keeps_old) and (_olds.get("claims") or {}).get(CONCEALED):
            # What the program says now need not be secret any more; what it said before stays so.
            claims = _secret({**claims, CONCEALED: True})
        failures = [CheckFailure(key, reason) for key, reason in self.settings.problems]
        # What is new looks at the account by itself, and what only leaves does so in its delete, which has no preview.
        if members_of(now) < members_of(before):
            failures += looked_ahead(self.settings, _answering)
        return CheckResult({"claims": claims}, [*failures, *(CheckFailure("", reason) for reason in reasons)])

    @reported
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare the claims, and learn what the stack claimed in earlier programs."""
        held_and_wanted.history = read_history(_olds.get("claims"))
        return DiffResult(changes=_olds.get("digest") != digest(_news.get("claims")))

    @reported
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Learn at a refresh what the stack claims: it comes first, as all others depend on it."""
        held_and_wanted.history = read_history(props.get("claims"))
        return ReadResult(id_, props)

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Keep the claims."""
        return CreateResult(NAME, self._outputs({}, props))

    @reported
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Keep the claims, and what the ones before were."""
        return UpdateResult(self._outputs(without_provider(_olds), _news))

    @reported
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Do nothing: what the stack gives up is for the other resources to say."""

    def _known(self, claims: object, now: Sequence[Claim]) -> list[Claim]:
        """Return earlier claims under the names of now, without what was forgotten."""
        forgotten = {*self.settings.forgotten, *map(powerpack_member, self.settings.forgotten_powerpacks)}
        return without(under_new_names(read_claims(claims), now), forgotten - members_of(now))

    def _left_over(self, dropped: Sequence[Claim], now: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
        """Return what runs that failed have not given up, though the program before dropped it, and what is not known.

        The pools are asked, but where a resource ignores changes: its state decides.
        """
        ignoring = {claim.resource for claim in now if claim.is_ignoring}
        there, unseen = self._looked_for([claim for claim in dropped if claim.resource not in ignoring])
        return [*there, *(claim for claim in dropped if claim.resource in ignoring)], unseen

    def _departing(self, left: Sequence[Claim], dropped: list[Claim], now: Sequence[Claim]) -> list[Claim]:
        """Return what the program drops; were that refused, less what is in no pool, as its create has failed."""
        if not self._refusals(verdict([*left, *dropped], now)):
            return dropped
        there, unseen = self._looked_for(dropped)
        return [*there, *unseen]

    def _taken_from_protected(
        self, left: Sequence[Claim], before: Sequence[Claim], now: Sequence[Claim]
    ) -> Iterator[str]:
        taken = taken_from_protected(before, now)
        for resource in unreached(left, before) if taken else ():
            if resource.resource in taken and any(self._looked_for([resource])):
                # The run before has not got so far: whether the state is protected, only Pulumi knows.
                held_and_wanted.is_protection_known = False
                del taken[resource.resource]
        numbers = [member for members in taken.values() for member in members]
        if taken:
            yield (
                f"{listed(taken)} {'is' if len(taken) == 1 else 'are'} protected, and"
                f" {counted(len(numbers), 'number')} would leave: {listed(shown(numbers))}; nothing was changed; take"
                " protect away first, in a `pulumi up` that leaves all numbers where they are"
            )

    def _looked_for(self, claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
        """Return what of the claims of earlier programs is in its pool still, and what could not be looked for."""
        there: list[Claim] = []
        unseen: list[Claim] = []
        for claim in claims:
            try:
                absent = self._absent(claim.pool, claim.members)
            except (ApiError, PlivoError):
                unseen.append(claim)
            else:
                there += without([claim], absent)
        return [claim for claim in there if claim.members], unseen

    def _absent(self, pool: str | None, numbers: Iterable[str]) -> set[str]:
        """Return those numbers that are not in the pool, or where that was not known, not rented. Raises ApiError."""
        absent = set(numbers)
        if pool == POWERPACKS:
            return absent - {powerpack_member(each.name or "") for each in client_for(self.settings).powerpacks.all()}
        if pool is None:
            # Rented is not enough: what an earlier run took out of its pool may have stayed so.
            return {
                digits for digits in absent if not (self.membership.is_rented(digits) and self._is_in_a_pool(digits))
            }
        for kind in (MemberKind.NUMBER, MemberKind.TOLL_FREE):
            if absent:
                absent -= Membership(client_for(self.settings), kind).present_among(pool, sorted(absent)).keys()
        return absent

    def _is_in_a_pool(self, digits: str) -> bool:
        """Whether any of the account's pools has a number. Raises ApiError."""
        client = client_for(self.settings)
        return any(
            pool_that_holds(Membership(client, kind), digits) is not None
            for kind in (MemberKind.NUMBER, MemberKind.TOLL_FREE)
        )

    def _outputs(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        history: History = read_history(olds.get("claims"))
        followed = history.followed_by(held_and_wanted.before, read_claims(news.get("claims")), time.time())
        # Under the key of the input, so that claims that are secret stay so.
        return {"claims": followed.written(), "digest": digest(news.get("claims"))}

    def _refusals(self, loss: Verdict) -> list[str]:
        limit, most = self.settings.max_unrents, len(loss.all)
        if loss.given_back and not self.settings.allow_unrent:
            return [
                f"{listed(loss.given_back)} would be given back to Plivo for good, and plivo:allowUnrent (or"
                " PLIVO_ALLOW_UNRENT) forbids it; nothing was changed; declare the numbers again, or run `pulumi up`"
                f" with unrent=False for their resource first; {FORGETTING}"
            ]
        if most > limit:
            return [
                f"{counted(most, 'number')} {'may' if loss.perhaps else 'would'} be given back to Plivo for good,"
                f" more than the {limit} that one run may (plivo:maxUnrents); nothing was changed; to allow it, set"
                f" PLIVO_MAX_UNRENTS={most} for this run, and plivo:maxUnrents if the stack sets it;"
                f" {FORGETTING}"
            ]
        return []


def _secret(value: Any) -> dict[str, Any]:
    """Return a secret as the engine reads it."""
    return {rpc._special_sig_key: rpc._special_secret_sig, "value": value}


def _answering(client: "Client") -> list[CheckFailure]:
    """Find out whether the account answers at all, and to this token. Raises ApiError."""
    next(client.powerpacks.all(), None)
    return []


def _without_marks(claims: object) -> tuple[Any, set[str]]:
    """Return what a program claims without what it says of itself, and that."""
    if not isinstance(claims, Mapping):
        return claims, set()
    marks = {INCOMPLETE, TRANSFORMED}
    return {key: value for key, value in claims.items() if key not in marks}, marks & claims.keys()


def _owned_twice(before: Sequence[Claim], now: Sequence[Claim]) -> Iterator[str]:
    for resource, members in wanted_of_ignoring(before, now).items():
        yield (
            f"{resource} ignores changes of its numbers, so its state keeps {listed(shown(members))}, which another"
            " resource of the program wants too; nothing was changed; drop ignore_changes, or leave the number with it"
        )


def _tell_of_left(left: Sequence[Claim], loss: Verdict, doubt: Verdict) -> None:
    if doubt.all:
        tell(
            f"could not look whether an earlier `pulumi up` has given back {called('number', doubt.all)}: an `up` looks"
            " again, and gives back what the state still has"
        )
    numbers = members_of(left)
    if again := [member for member in loss.all if member in numbers]:
        tell(f"{called('number', again)}: dropped by an earlier `pulumi up` that did not get so far; {FORGETTING}")


def _warn_of(loss: Verdict, shortcodes: Mapping[str, str | None]) -> None:
    for each, pool in zip(shown(shortcodes), shortcodes.values(), strict=True):
        warn(
            f"{each} will be removed from pool {pool or 'that is not known yet'}; only Plivo's support can put it back"
        )
    if loss.given_back:
        count = counted(len(loss.given_back), "number")
        warn(f"{count} will be given back to Plivo for good: {', '.join(loss.given_back)}")
    if loss.perhaps:
        warn(
            f"up to {counted(len(loss.perhaps), 'number')} will be given back to Plivo for good:"
            f" {', '.join(loss.perhaps)}; unless {listed(loss.doubtful)} wants them, which is not known yet"
        )


class Ledger(Resource, module="plivo", name="Ledger"):
    """What the program's resources claim; registered by the first of them, or alone, and the same in every stack."""

    digest: pulumi.Output[str | None]

    def __init__(self, claims: pulumi.Input[Mapping[str, Any]], *, is_preview: bool) -> None:
        """Register the ledger of a program; resources of this package do so by themselves."""
        super().__init__(
            LedgerProvider(),
            NAME,
            {"claims": claims, "is_preview": is_preview or None, "digest": None},
            # What was a secret once is one still when it is history.
            pulumi.ResourceOptions(additional_secret_outputs=["claims"]),
        )
