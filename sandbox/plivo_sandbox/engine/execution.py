"""Carrying out what was planned, step by step, each recorded in the state before the next begins."""

import time

from plivo_sandbox.engine.deployment import ResourceState, now
from plivo_sandbox.engine.planning import Plan
from plivo_sandbox.engine.properties import UNKNOWN, Properties, Secret, has_unknown
from plivo_sandbox.engine.provider_plugin import ProviderError
from plivo_sandbox.engine.run import Run
from plivo_sandbox.engine.urns import STACK_REFERENCE, is_provider


class DeletionError(Exception):
    """A delete that had to come first failed, which has been reported; the text is the URN."""


class Executor:
    """Does what plans say; several threads may use it together."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def carry_out(self, plan: Plan) -> ResourceState:
        """Do it, and return the resource as it is then.

        Raises:
            ProviderError: the provider failed.
            DeletionError: what had to be deleted first could not be.
            StoppedError: the run has been stopped before it was done, or between two of its steps.
        """
        for resource in plan.delete_first:
            self._run.permit()
            if not self.delete(resource, replaced=True, stays_pending=True):
                raise DeletionError(resource.urn)
        self._run.permit()
        started = time.monotonic()
        {
            "create": self._create,
            "replace": self._create,
            "update": self._update,
            "same": self._keep,
            "read": self._read,
        }[plan.operation](plan)
        old, new = plan.old, plan.new
        _mark_secrets(new)
        self._run.snapshot.settle(new, old, keeps_old=plan.keeps_old)
        self._run.screen.step(
            new.urn,
            plan.operation,
            changed=plan.changed,
            seconds=time.monotonic() - started,
            old=old,
            new=new,
        )
        return new

    def delete(self, old: ResourceState, *, replaced: bool = False, stays_pending: bool = False) -> bool:
        """Delete a resource, and say whether that worked; `stays_pending` keeps it in the state for its replacement."""
        operation = "delete-replaced" if replaced or old.delete else "delete"
        started = time.monotonic()
        untouched = old.external or old.retain_on_delete or old.pending_replacement or not old.custom
        is_engines_own = is_provider(old.type)
        if not (self._run.preview or untouched or is_engines_own):
            try:
                self._run.plugin.delete(old)
            except ProviderError as error:
                self._run.fail(old.urn, "delete", str(error))
                return False
        if stays_pending:
            self._run.snapshot.change(lambda: setattr(old, "pending_replacement", True), old)
        else:
            self._run.snapshot.drop(old)
        if not is_engines_own:
            self._run.screen.step(old.urn, operation, seconds=time.monotonic() - started, old=old)
        return True

    def _create(self, plan: Plan) -> None:
        new = plan.new
        new.outputs = {}
        if self._run.preview:
            new.outputs = dict(new.inputs)
        elif new.custom:
            new.id, new.outputs = self._run.plugin.create(new.urn, new.inputs)
        new.created = new.modified = now()

    def _update(self, plan: Plan) -> None:
        old, new = _both(plan)
        new.id = old.id
        if self._run.preview:
            new.outputs = dict(new.inputs)
        elif new.custom:
            new.outputs = self._run.plugin.update(old, new.urn, new.inputs, new.ignore_changes)
            new.modified = now()
        else:
            new.outputs = old.outputs

    def _keep(self, plan: Plan) -> None:
        old, new = _both(plan)
        new.id, new.outputs = old.id, old.outputs

    def _read(self, plan: Plan) -> None:
        new = plan.new
        if new.id == UNKNOWN:
            new.id, new.outputs = "", {}
            return
        if new.type == STACK_REFERENCE:
            new.outputs = self._run.other_stacks.outputs(new.id)
            return
        known = {key: value for key, value in new.inputs.items() if not has_unknown(value)}
        answer = self._run.plugin.read(new.urn, new.id, known, known)
        if not answer.id:
            raise ProviderError(f"there is no resource with the id {new.id}")
        new.id, new.outputs = answer.id, answer.outputs


def _both(plan: Plan) -> tuple[ResourceState, ResourceState]:
    assert plan.old is not None  # noqa: S101 - for the type checker: only what exists is kept or updated
    return plan.old, plan.new


def _mark_secrets(resource: ResourceState) -> None:
    """Hide the outputs that were asked to be secret, and those whose input is."""
    outputs: Properties = resource.outputs
    for key, value in outputs.items():
        asked = key in resource.additional_secret_outputs
        if (asked or isinstance(resource.inputs.get(key), Secret)) and not isinstance(value, Secret):
            outputs[key] = Secret(value)
