"""The entry point `daifuku`: every command, and how a failure ends."""

import sys
from importlib.metadata import entry_points

import typer

import daifuku
from api.cli.commands import (
    compare,
    database,
    dedupe,
    doctor,
    keys,
    mapping,
    profile,
    resolve,
    serve,
    source,
    worker,
)
from api.cli.output import print_fault
from daifuku.errors import DaifukuError

app = typer.Typer(
    name="daifuku",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Daifuku 大福帳: every source of customers in, one golden record per customer out.",
)

serve.register(app)
worker.register(app)
resolve.register(app)
dedupe.register(app)
compare.register(app)
doctor.register(app)
keys.register(app)
app.add_typer(source.app, name="source")
app.add_typer(mapping.app, name="mapping")
app.add_typer(profile.app, name="profile")
app.add_typer(database.app, name="db")
app.add_typer(keys.app, name="key")

COMMANDS = "daifuku.commands"
"""The entry-point group by which packages above this one add commands: `register(app)`."""

for plugin in sorted(entry_points(group=COMMANDS), key=lambda plugin: plugin.name):
    plugin.load()(app)


@app.callback(invoke_without_command=True)
def root(
    version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True),
) -> None:
    """Set up nothing: each command opens what it needs."""
    if version:
        typer.echo(daifuku.__version__)
        raise typer.Exit


def run() -> None:
    """Run the command line; a failure the user can act on ends with its message and status 1."""
    try:
        app()
    except DaifukuError as error:
        print_fault(error, as_json="--json" in sys.argv)
        sys.exit(1)
