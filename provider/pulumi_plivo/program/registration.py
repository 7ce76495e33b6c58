"""How a resource of this package joins its program: options are checked, its claim is noted, the ledger comes first."""

from typing import Any

import pulumi
from pulumi.runtime.settings import get_root_resource

from pulumi_plivo.announcement import announce
from pulumi_plivo.ledger import NAME, Ledger
from pulumi_plivo.program.claimed_numbers import Claims, ResourceClaim, claims_of_program, each_number, settled
from pulumi_plivo.program.handed_down import watch_options
from pulumi_plivo.program.options import refuse_own_plugin, refuse_perilous, refuse_transformed

__all__ = ["Registration", "begin_program", "settled"]


class Registration:
    """One resource on its way into the program.

    Args:
        kind: The resource's class.
        name: Its name.
        opts: Its options.
        number_pool_uuid: The pool.
        numbers: What it wants: a number, a list, or a mapping; None for a `get` of a whole pool.
        unrent: Whether its numbers may be given back.
        adopt: Whether it takes over what is there.

    Fails the program with a RunError for what would endanger a number.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        opts: pulumi.ResourceOptions | None,
        *,
        number_pool_uuid: pulumi.Input[str],
        numbers: pulumi.Input[Any],
        unrent: pulumi.Input[bool] = False,
        adopt: pulumi.Input[bool] = False,
    ) -> None:
        refuse_own_plugin(f"{kind} {name}", opts)
        refuse_perilous(f"{kind} {name}", opts)
        claims = _begun()
        self.name = claims.name_for(kind, name, opts)
        self._claim = ResourceClaim(self.name, kind, opts, adopts=adopt is True)
        claims.add(self._claim)
        self._claim.shown_pool = number_pool_uuid
        self._claim.await_value(number_pool_uuid, self._claim.note_pool, counts=False)
        self._claim.await_value(unrent, self._claim.note_unrent, counts=False)
        if numbers is not None:
            each_number(claims, self._claim, numbers)
        self.opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[_ledger_of(claims)]))

    def done(self, resource: pulumi.Resource) -> None:
        """Note what became of the resource's options."""
        refuse_transformed(self.name, resource)
        self._claim.registered(resource)


def begin_program() -> None:
    """Note that the program that runs has imported this package: its ledger tells what its last resources give up."""
    # Without a stack no program runs.
    if get_root_resource() is not None:
        _begun()


def _begun() -> Claims:
    watch_options()
    claims = claims_of_program()
    claims.await_end(lambda: _ledger_of(claims))
    return claims


def _ledger_of(claims: Claims) -> pulumi.Resource:
    """Return the ledger of a program, which is opened when it is first asked for."""
    if claims.ledger is not None:
        return claims.ledger
    announce()
    claims.ledger = ledger = Ledger(claims.settled(), is_preview=pulumi.runtime.is_dry_run())

    def make_sure_it_is_told(kept: str | None) -> None:
        if None not in (kept, claims.sent) and kept != claims.sent:
            raise pulumi.RunError(
                "this run leaves the stack's ledger out (--target, --exclude, or ignore_changes that a stack"
                " transformation sets on it), though the program claims"
                " other numbers than before; nothing of it is deleted; for a target, add"
                f" --target '**::pulumi-python:dynamic/plivo:Ledger::{NAME}'"
            )

    ledger.digest.apply(make_sure_it_is_told)
    return ledger
