"""Decisions: pure functions that make no call and know nothing of Pulumi's process."""
