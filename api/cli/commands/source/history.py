"""`daifuku source runs|rejected`: what became of the records so far."""

from collections.abc import Sequence
from typing import Annotated

import typer

from api.cli.commands.source.manage import Name
from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_table, print_text
from api.read.status import run_json
from daifuku.records import SyncRun
from daifuku.storage.repositories import rejections, runs, sources

SHOWN = ("fetched", "new", "changed", "unchanged", "rejected", "deleted")


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

    @app.command("runs")
    def list_runs(
        name: Annotated[str | None, typer.Argument(help="A source; all by default.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=500, help="Runs at most.")] = 20,
        as_json: JsonFlag = False,
    ) -> None:
        """List runs, newest first, with their receipts."""
        with installation() as hub, hub.store.read() as tx:
            found = runs.latest(tx, name, limit=limit)
            if name is not None and not found:
                sources.get(tx, name)
        if as_json:
            print_json({"sync_runs": [run_json(run) for run in found]})
            return
        _print_runs(found)

    @app.command("rejected")
    def rejected(
        name: Name,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="Records at most.")] = 50,
        as_json: JsonFlag = False,
    ) -> None:
        """List the records that could not be mapped, and why."""
        with installation() as hub, hub.store.read() as tx:
            sources.get(tx, name)
            found = rejections.of_source(tx, name, limit)
        if as_json:
            print_json({"rejected": found})
        else:
            columns = ("record", "code", "field", "reason")
            print_table(columns, [(str(r.key), r.code, r.field, r.reason) for r in found])


def _print_runs(found: Sequence[SyncRun]) -> None:
    rows = [
        (run.id, run.source, run.state, *(getattr(run.receipt, name) for name in SHOWN))
        for run in found
    ]
    print_table(("run", "source", "state", *SHOWN), rows)
    for run in found:
        if run.error:
            print_text(f"run {run.id}: {run.error}")
