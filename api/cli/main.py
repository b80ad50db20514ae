"""The entry point `daifuku`: every command, and how a failure ends."""

import os
import sys
import traceback
from importlib.metadata import entry_points

import typer

import daifuku
from api.cli.lazy import LazyGroup, add_entries
from api.cli.output import print_fault, print_trace
from daifuku.errors import DaifukuError, SystemFault

PLUGINS = "daifuku.commands"
"""The entry-point group by which packages above this one add commands: `register(app)`."""

app = typer.Typer(
    name="daifuku",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Daifuku 大福帳: every source of customers in, one golden record per customer out.",
)
add_entries(app)
for plugin in sorted(entry_points(group=PLUGINS), key=lambda plugin: plugin.name):
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
    """Run the command line. A failure ends with its message and status 1, never a traceback."""
    try:
        app()
    except DaifukuError as error:
        _end(error)
    except Exception as error:
        if os.environ.get("DAIFUKU_LOG_LEVEL") == "debug":
            print_trace(traceback.format_exc())
        fault = SystemFault(
            f"Daifuku failed here for a fault of its own: {type(error).__name__}.",
            hint="Run it again with DAIFUKU_LOG_LEVEL=debug for the details, and report them.",
        )
        _end(fault)


def _end(error: DaifukuError) -> None:
    print_fault(error, as_json="--json" in sys.argv)
    sys.exit(1)
