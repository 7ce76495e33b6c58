"""The stack's provider resource: where the state keeps the config that the provider was given."""

import uuid

from plivo_sandbox.engine.deployment import ResourceState, now
from plivo_sandbox.engine.project import StackConfig
from plivo_sandbox.engine.properties import Properties, Secret, are_equal
from plivo_sandbox.engine.run import Run

DEFAULT_PROVIDER_TYPE = "pulumi:providers:pulumi-python"


class DefaultProvider:
    """The provider of every resource of the stack, as the state has it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._reference = ""
        self._urn = run.name.urn(DEFAULT_PROVIDER_TYPE, "default")

    def reference_with(self, config: StackConfig) -> str:
        """Return what a resource names as its provider, configured with the stack's config."""
        if self._reference:
            return self._reference
        inputs: Properties = {
            key: Secret(value) if key in config.secret_keys else value for key, value in sorted(config.values.items())
        }
        old = self._old()
        new = ResourceState(
            self._urn,
            DEFAULT_PROVIDER_TYPE,
            custom=True,
            id=old.id if old else str(uuid.uuid4()),
            inputs=inputs,
            outputs=dict(inputs),
            created=old.created if old else now(),
            modified=old.modified if old and are_equal(old.inputs, inputs) else now(),
        )
        self._run.plugin.configure(inputs)
        self._run.snapshot.settle(new, old)
        self._reference = f"{self._urn}::{new.id}"
        return self._reference

    def configure_from_state(self) -> None:
        """Configure the plugin with what the state holds, as a refresh or destroy does; unless it is configured."""
        old = self._old()
        if old is not None:
            self._run.plugin.configure(old.inputs)

    def _old(self) -> ResourceState | None:
        return next((resource for resource in self._run.snapshot.base if resource.urn == self._urn), None)
