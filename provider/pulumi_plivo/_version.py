"""The version of the package; the changelog's newest release carries the same."""

__version__ = "0.1.0"
