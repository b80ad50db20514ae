"""`daifuku rules`: survivorship rules, tried before they are applied by `daifuku model apply`."""

import typer

from api.cli.commands.model.shadow import try_rules

app = typer.Typer(no_args_is_help=True, help="Survivorship rules: what others would change.")


@app.callback()
def _group() -> None:
    """Keep this a group, though it has one command."""


app.command("try")(try_rules)


def register(root: typer.Typer) -> None:
    """Add `daifuku rules`."""
    root.add_typer(app, name="rules")
