"""Loads a command when it is called: `--help` then costs a tenth of what all of them import."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from api.cli.commands import COMMANDS


class LazyGroup(TyperGroup):
    """A group whose commands in `COMMANDS` are a name and a line of help until they are called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that `args` begin with, loaded, and the arguments left for it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and name in COMMANDS else command, rest


def add_entries(root: typer.Typer) -> None:
    """Make the commands known to `root` by name and help."""
    for name, entry in COMMANDS.items():
        root.command(name, help=entry.help)(_unloaded)


def load(name: str) -> Any:
    """The command itself."""
    holder = typer.Typer(add_completion=False)
    import_module(f"api.cli.commands.{COMMANDS[name].module}").register(holder)
    return get_group(holder).commands[name]


def _unloaded() -> None:
    raise AssertionError("a command is loaded before it is called")
