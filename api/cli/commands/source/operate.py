"""`daifuku source sync|replay|accept-drift`: run a source, map again, let a stream go on."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.commands.source.manage import Name
from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_text, progress
from api.cli.runs import moment_of, print_receipt
from api.read.status import run_json
from daifuku.errors import NotFoundError
from daifuku.records import Receipt, RunState
from daifuku.storage.repositories import runs, sources
from sync.replay import replay
from sync.resolution import resolve_pending
from sync.runner import RunOptions, run_sync
from sync.runs.drift import accept
from sync.sources import mapper_of


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

    @app.command("sync")
    def sync(
        name: Name,
        *,
        stream: Annotated[list[str] | None, typer.Option(help="Only this stream.")] = None,
        full: Annotated[
            bool, typer.Option("--full", help="Read everything again, from the beginning.")
        ] = False,
        since: Annotated[
            str | None, typer.Option(help="Read again what changed since this date.")
        ] = None,
        allow_deletions: Annotated[
            bool, typer.Option(help="Let a full pass delete more than its brake allows.")
        ] = False,
        resolve: Annotated[
            bool, typer.Option(help="Resolve what came, too; --no-resolve leaves it to a worker.")
        ] = True,
        as_json: JsonFlag = False,
    ) -> None:
        """Sync a source now and print its receipt. Exit status 1 unless it all succeeded."""
        with installation() as hub, progress() as bar:
            task = bar.add_task(f"reading {name}", total=None)

            def show(_stream: str, receipt: Receipt) -> None:
                bar.update(task, completed=receipt.fetched)

            options = RunOptions(
                streams=stream,
                full=full,
                since=moment_of(since),
                allow_deletions=allow_deletions,
                progress=show,
            )
            run = run_sync(hub.store, hub.box, name, options)
            if resolve:
                bar.update(task, description="resolving", completed=0)
                resolve_pending(
                    hub.store, progress=lambda n, of: bar.update(task, completed=n, total=of)
                )
                with hub.store.read() as tx:
                    run = runs.get(tx, run.id)
        if as_json:
            print_json(run_json(run))
        else:
            print_receipt(run)
        if run.state is not RunState.SUCCEEDED:
            raise typer.Exit(1)

    @app.command("replay")
    def replay_command(
        name: Name,
        everything: Annotated[
            bool, typer.Option("--all", help="Map all records again, not only rejected ones.")
        ] = False,
        as_json: JsonFlag = False,
    ) -> None:
        """Map stored records again, after the mapping was mended. Nothing is pulled anew."""
        with installation() as hub:
            with hub.store.read() as tx:
                row = sources.get(tx, name)
            done = replay(hub.store, name, mapper=mapper_of(row), only_rejected=not everything)
            resolve_pending(hub.store)
        if as_json:
            print_json({"mapped": done.mapped, "rejected": done.rejected})
        else:
            print_text(f"{done.mapped} records mapped again, {done.rejected} rejected still.")

    @app.command("accept-drift")
    def accept_drift(
        name: Name,
        stream: Annotated[str, typer.Argument(help="The stream that is paused.")],
        as_json: JsonFlag = False,
    ) -> None:
        """Let a stream go on whose fields have changed. It goes on from its last checkpoint."""
        with installation() as hub, hub.store.write() as tx:
            sources.get(tx, name)
            if not accept(tx, name, stream, datetime.now(UTC)):
                raise NotFoundError(
                    f"{name} has no paused stream {stream!r}.",
                    hint=f"See: daifuku source drift {name}",
                )
        if as_json:
            print_json({"source": name, "stream": stream, "paused": False})
        else:
            print_text(f"{name}/{stream} is read again. Next: daifuku source sync {name}")
