"""Runs a stack without the Pulumi CLI: the SDK's own program side and provider plugin, with scheduling and state of its own."""
