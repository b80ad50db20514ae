"""`daifuku db`: the store's schema, and its backups."""

from contextlib import closing

import typer

from api.cli.commands import backup
from api.cli.context import answering_database
from api.cli.output import JsonFlag, print_json, print_text
from daifuku.errors import SettingsError
from daifuku.settings import load_settings
from daifuku.storage.engine import open_store
from daifuku.storage.revision import NEWER, NEWER_STEP, head, is_newer, stored_revision
from daifuku.storage.upgrade import upgrade

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.command("upgrade")
def upgrade_command(as_json: JsonFlag = False) -> None:
    """Bring the schema up to date. Every other command does so too; deployments do it once."""
    with answering_database():
        upgrade(load_settings().store_url)
    if as_json:
        print_json({"schema": "current"})
    else:
        print_text("The database has the current schema.")


@app.command("status")
def status(as_json: JsonFlag = False) -> None:
    """Say whether the schema is that of this version; exit status 1 if not."""
    with answering_database(), closing(open_store(load_settings().store_url)) as store:
        with store.read() as tx:
            stored = stored_revision(tx)
        current = stored == head()
    if is_newer(stored):
        raise SettingsError(NEWER, hint=NEWER_STEP)
    if as_json:
        print_json({"schema": "current" if current else "outdated"})
    else:
        text = "current" if current else "outdated: run `daifuku db upgrade`"
        print_text(f"The schema is {text}.")
    if not current:
        raise typer.Exit(1)


app.command("backup")(backup.backup)
app.command("verify")(backup.verify)
app.command("restore")(backup.restore)


def register(root: typer.Typer) -> None:
    """Add `daifuku db`."""
    root.add_typer(app, name="db")
