"""Where `plivo-numbers` begins: whether what it needs is installed."""

from collections.abc import Sequence

from pulumi_plivo.errors import tell

#: What the extra `cli` installs.
EXTRA = frozenset({"click", "rich", "yaml"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `plivo-numbers` with these arguments, by default those of the process, and return its exit status."""
    try:
        from pulumi_plivo.cli.commands import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        tell(f"plivo-numbers: {error.name} is not installed; run: pip install 'pulumi-plivo[cli]'")
        return 2
    return run(arguments)
