"""`daifuku source runs|rejected|drift`: what became of the records so far."""

import time
from typing import Annotated

import typer

from api.cli.commands.source.manage import Name
from api.cli.context import Context, installation
from api.cli.output import JsonFlag, out, print_json, print_table, print_text
from api.cli.runs import print_runs, print_streams
from api.read.status import change_json, run_json, standing_json
from daifuku.records import SyncRun
from daifuku.storage.repositories import rejections, runs, schema_changes, sources, states
from daifuku.storage.repositories.schema_changes import SchemaChange

_WATCHED_EVERY = 1.0


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

    @app.command("runs")
    def list_runs(
        name: Annotated[str | None, typer.Argument(help="A source; all by default.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=500, help="Runs at most.")] = 20,
        watch: Annotated[
            bool, typer.Option("--watch", help="Show the streams too, until no run goes on.")
        ] = False,
        as_json: JsonFlag = False,
    ) -> None:
        """List runs, newest first, with their receipts."""
        with installation() as hub:
            found = _runs(hub, name, limit)
            if as_json:
                print_json({"sync_runs": [run_json(run) for run in found]})
                return
            if watch:
                _watch(hub, name, limit)
                return
        print_runs(found)

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

    @app.command("drift")
    def drift(
        name: Name,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="Changes at most.")] = 50,
        as_json: JsonFlag = False,
    ) -> None:
        """List how the fields of a source's streams changed, newest first, and what is paused."""
        with installation() as hub, hub.store.read() as tx:
            sources.get(tx, name)
            found = schema_changes.of_source(tx, name, limit=limit)
            standing = states.of_source(tx, name)
        if as_json:
            changes = [change_json(change) for change in found]
            streams = [standing_json(row) for row in standing.values()]
            print_json({"source": name, "changes": changes, "streams": streams})
            return
        columns = ("seen", "stream", "field", "change", "types", "run")
        print_table(columns, [_change_row(change) for change in found])
        for row in standing.values():
            if row.paused_reason is not None:
                print_text(
                    f"{row.stream} is paused ({row.paused_reason}). "
                    f"Next: daifuku source accept-drift {name} {row.stream}"
                )


def _runs(hub: Context, name: str | None, limit: int) -> list[SyncRun]:
    with hub.store.read() as tx:
        found = runs.latest(tx, name, limit=limit)
        if name is not None and not found:
            sources.get(tx, name)
    return found


def _watch(hub: Context, name: str | None, limit: int) -> None:
    """Print the runs, and the streams of those that go on, anew every second until none does."""
    while True:
        found = _runs(hub, name, limit)
        going_on = [run for run in found if not run.state.ended]
        if out.is_terminal:
            out.clear()
        print_runs(found)
        for run in going_on or found[:1]:
            print_streams(run)
        if not going_on:
            return
        time.sleep(_WATCHED_EVERY)


def _change_row(change: SchemaChange) -> tuple[object, ...]:
    kind = f"{change.kind}, pauses" if change.pauses and not change.accepted_at else change.kind
    types = " -> ".join(kinds for kinds in (change.before, change.after) if kinds)
    seen = f"{change.seen_at:%Y-%m-%dT%H:%M:%SZ}"
    return (seen, change.stream, change.field, kind, types or None, change.run_id)
