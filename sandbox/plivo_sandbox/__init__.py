"""A local Plivo for number pools, and an engine that runs Pulumi stacks against it."""

from plivo_sandbox._version import __version__

__all__ = ["__version__"]
