"""`daifuku db`: the store's schema."""

import typer

from api.cli.output import JsonFlag, out, print_json
from daifuku.settings import load_settings
from daifuku.storage.engine import open_store
from daifuku.storage.upgrade import is_current, upgrade

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.command("upgrade")
def upgrade_command(as_json: JsonFlag = False) -> None:
    """Bring the schema up to date. Every other command does so too; deployments do it once."""
    settings = load_settings()
    upgrade(settings.store_url)
    if as_json:
        print_json({"schema": "current"})
    else:
        out.print("The database has the current schema.")


@app.command("status")
def status(as_json: JsonFlag = False) -> None:
    """Say whether the schema is that of this version; exit status 1 if not."""
    store = open_store(load_settings().store_url)
    try:
        current = is_current(store)
    finally:
        store.close()
    if as_json:
        print_json({"schema": "current" if current else "outdated"})
    else:
        text = "current" if current else "outdated: run `daifuku db upgrade`"
        out.print(f"The schema is {text}.")
    if not current:
        raise typer.Exit(1)
