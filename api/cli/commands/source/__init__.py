"""`daifuku source`: connect sources, look at them, run them, mend what failed."""

import typer

from api.cli.commands.source import manage, observe, operate

app = typer.Typer(no_args_is_help=True, help="Sources: connect, check, sync, mend.")
manage.register(app)
observe.register(app)
operate.register(app)
