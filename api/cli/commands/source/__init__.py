"""`daifuku source`: connect sources, look at them, run them, mend what failed."""

import typer

from api.cli.commands.source import authorize, history, manage, mend, observe, operate, timing

app = typer.Typer(no_args_is_help=True, help="Sources: connect, check, sync, mend.")
manage.register(app)
timing.register(app)
observe.register(app)
operate.register(app)
mend.register(app)
history.register(app)
authorize.register(app)


def register(root: typer.Typer) -> None:
    """Add `daifuku source`."""
    root.add_typer(app, name="source")
