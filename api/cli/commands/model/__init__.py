"""`daifuku model`: the match models and survivorship rules, tried, applied, trained, measured."""

import typer

from api.cli.commands.model import documents, quality, readings, shadow

app = typer.Typer(no_args_is_help=True, help="Match models: show, try, apply, train, evaluate.")
documents.register(app)
shadow.register(app)
quality.register(app)
readings.register(app)


def register(root: typer.Typer) -> None:
    """Add `daifuku model`."""
    root.add_typer(app, name="model")
