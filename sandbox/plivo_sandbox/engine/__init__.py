"""An engine that runs Pulumi programs with dynamic providers, for machines without the `pulumi` CLI."""
