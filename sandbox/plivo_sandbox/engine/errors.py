"""What can go wrong before or around a run."""


class EngineError(Exception):
    """Why a command cannot go on: one line for the person at the terminal."""


class UnsupportedError(EngineError):
    """The embedded engine does not do this; the `pulumi` CLI does."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: the embedded engine does not support this; use the pulumi CLI")
