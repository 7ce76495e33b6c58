"""What every provider of this package has in common: its settings, its account, and how it takes inputs."""

import os
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pulumi.dynamic import CheckFailure, ConfigureRequest, ResourceProvider

from pulumi_plivo.account import client_for
from pulumi_plivo.api import MemberKind
from pulumi_plivo.errors import PlivoError, called, listed, show_errors_in_one_line, tell, warn
from pulumi_plivo.inputs import Rule, checked
from pulumi_plivo.lifeline import lifeline
from pulumi_plivo.plans.claim import digits_of, shown
from pulumi_plivo.plugin.held_and_wanted import Wanted, held_and_wanted
from pulumi_plivo.plugin.rent_limit import RentLimit
from pulumi_plivo.pools.absence import doubt_of_absence, is_other_account
from pulumi_plivo.pools.membership import Membership
from pulumi_plivo.settings import KEYS, Settings, read_settings

#: On its way from a resource to `check` only: the name under which the ledger has its claim.
RESOURCE = "resource"
#: That name in a state, so that a delete knows whose state it is.
OWNER = "owner"


class PlivoProvider(ResourceProvider):
    """The provider of one resource class.

    A provider is pickled by reference into every resource's state: a subclass must live in an installed module,
    keep its module and name for good, and have no attributes before `configure`.
    """

    serialize_as_secret_always = False

    kind: ClassVar[MemberKind]
    noun: ClassVar[str]
    rules: ClassVar[Mapping[str, Rule]]
    defaults: ClassVar[Mapping[str, Any]] = {}

    settings: Settings

    def configure(self, req: ConfigureRequest) -> None:
        """Read the settings, once in each process."""
        show_errors_in_one_line()
        lifeline.attach()
        # What is misspelled can be asked for by no name; the SDK keeps all of the config here.
        every_key = dict(vars(req.config).get("_props", {}))
        self.settings = read_settings({**every_key, **{key: req.config.get(key) for key in KEYS}}, os.environ)

    @property
    def membership(self) -> Membership:
        """The account's members of this kind. Raises PlivoError without credentials."""
        return Membership(client_for(self.settings), self.kind)

    def checked_inputs(self, news: Mapping[str, Any]) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Return the inputs in normal form, and a failure for each that can't be, or that the settings forbid."""
        inputs, failures = checked(news, self.rules, self.defaults)
        failures += [CheckFailure(key, reason) for key, reason in self.settings.problems]
        failures += [
            CheckFailure(key, "plivo:allowUnrent forbids it: no number of this stack may be given back")
            for key in ("unrent", "unrent_numbers")
            if inputs.get(key) is True and not self.settings.allow_unrent
        ]
        return inputs, failures

    def rents(self, inputs: Mapping[str, Any]) -> RentLimit | None:
        """Return how many numbers the run may rent; None where the resource is to rent none."""
        limit = RentLimit(self.settings.max_rents, is_allowed=self.settings.allow_rent)
        return limit if inputs.get("rent") is True else None

    def in_normal_form(self, key: str, value: object) -> Any:
        """Return one input in normal form. Raises PlivoError."""
        try:
            return self.rules[key](value)
        except ValueError as error:
            raise PlivoError(f"can't read {self.noun} {value}: {key}: {error}; nothing was sent to Plivo") from error

    def refuse_other_class(self, olds: Mapping[str, Any], key: str) -> None:
        """Make sure that a state is of this class. Raises PlivoError."""
        if key not in olds:
            raise PlivoError(
                f"the state's resource has no {key}: an alias can't turn a resource of one class into one of another;"
                " drop the alias, and the number changes its owner by itself; nothing was changed"
            )

    def refuse_other_account(self, account: str | None) -> None:
        """Make sure that the settings name the account that a state names, if both do. Raises PlivoError."""
        # A diff needs no settings but for this.
        asked = self.settings.auth_id if hasattr(self, "settings") else None
        if is_other_account(account, asked):
            raise PlivoError(
                f"the state belongs to account {account}, and the settings name account {asked}: correct plivo:authId"
                " or PLIVO_AUTH_ID, or, if its pools are in the other account now, `pulumi state delete` it first;"
                " nothing was changed"
            )

    def make_sure_it_is_gone(self, what: str, pool: str, account: str | None) -> bool:
        """Make sure that something is gone, and was looked for in the state's account, and at Plivo.

        Returns whether its pool is still there. Raises PlivoError, and ApiError when it can't be found out.
        """
        if self.membership.pool_exists(pool):
            return True
        doubt = doubt_of_absence(self.membership.client, pool, account)
        if doubt.is_elsewhere:
            raise PlivoError(f"{what}: not found in pool {pool}, but {doubt.reason}; the state keeps it")
        if doubt.reason:
            warn(f"{what}: not in pool {pool} any more: {doubt.reason}")
        return not doubt.reason


def wanted_twice(key: str, others: Mapping[str, Wanted]) -> Iterable[CheckFailure]:
    """Return a failure for each resource that wants a member too."""
    owners: dict[str, list[str]] = {}
    for digits, wanted in others.items():
        owners.setdefault(wanted.resource, []).append(digits)
    for owner, some in owners.items():
        yield CheckFailure(
            key,
            f"{listed(shown(some))}: {owner} has it too: a number belongs to one resource; remove it from one of the"
            " two (with ignore_changes the state decides: change that resource first, in an `up` of its own)",
        )


def tell_of_owners(resource: str | None, noun: str, members: Iterable[str]) -> None:
    """Say at a preview which new members of a resource another one had: they are not added, and not given back."""
    if not held_and_wanted.is_preview:
        return
    owners: dict[str, list[str]] = {}
    for each in members:
        owner = held_and_wanted.had(each)
        if owner not in (None, resource):
            owners.setdefault(str(owner), []).append(digits_of(each))
    for owner, some in owners.items():
        it, stays = ("it", "it stays") if len(some) == 1 else ("them", "they stay")
        tell(f"{called(noun, some)}: {resource or 'another resource'} takes {it} over from {owner}; {stays} rented")


def without_provider(props: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource's properties without the pickled provider that comes with them."""
    return {key: value for key, value in props.items() if key != "__provider"}
