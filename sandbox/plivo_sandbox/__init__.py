"""A local Plivo for number pools, and an engine that runs Pulumi stacks against it."""
