"""The `plivo-sandbox` command: the local Plivo, and stacks that run against it."""

import importlib

import click

# Each command's module is imported only when that command runs: `up` must not pay for what only `serve` needs.
COMMANDS = {
    "serve": "plivo_sandbox.server.commands",
    "seed": "plivo_sandbox.server.commands",
    "up": "plivo_sandbox.engine.commands",
    "preview": "plivo_sandbox.engine.commands",
    "refresh": "plivo_sandbox.engine.commands",
    "destroy": "plivo_sandbox.engine.commands",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order a reader meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the module that holds the command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run a local Plivo, and Pulumi stacks against it."""
