"""Every command of the command line, loaded."""

from typing import Any

from typer.main import get_command

from api.cli.commands import COMMANDS
from api.cli.lazy import load
from api.cli.main import app


def every_command() -> list[tuple[str, Any]]:
    """Each command by its words, such as `source add`."""
    root: Any = get_command(app)
    found = []
    for name, command in root.commands.items():
        loaded = load(name) if name in COMMANDS else command
        below = getattr(loaded, "commands", None)
        if below is None or loaded.invoke_without_command:
            found.append((name, loaded))
        if below is not None:
            found.extend((f"{name} {word}", inner) for word, inner in below.items())
    return found
