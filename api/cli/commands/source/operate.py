"""`daifuku source sync`: run a source now."""

from typing import Annotated

import typer

from api.cli.commands.source.manage import Name
from api.cli.context import installation
from api.cli.output import JsonFlag, LangOption, print_json, progress
from api.cli.runs import moment_of, print_receipt
from api.read.status import advice_json, run_json
from daifuku.records import Receipt, RunState
from daifuku.storage.repositories import runs, sources
from sync.advice import advice_of_run
from sync.models.anew import resolve_due
from sync.runner import RunOptions, run_sync
from sync.runs.guards import Guards
from sync.sources import refuse_unknown_streams


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

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
        lang: LangOption = "en",
        as_json: JsonFlag = False,
    ) -> None:
        """Sync a source now and print its receipt. Exit status 1 unless it all succeeded."""
        with installation() as hub, progress() as bar:
            with hub.store.read() as tx:
                refuse_unknown_streams(sources.get(tx, name), stream or ())
            task = bar.add_task(f"reading {name}", total=None)

            def show(_stream: str, receipt: Receipt) -> None:
                bar.update(task, completed=receipt.fetched)

            options = RunOptions(
                streams=stream,
                full=full,
                since=moment_of(since),
                allow_deletions=allow_deletions,
                guards=Guards(hub.settings.smallest_pass, hub.settings.largest_pass),
                progress=show,
            )
            run = run_sync(hub.store, hub.box, name, options)
            if resolve:
                bar.update(task, description="resolving", completed=0)
                resolve_due(
                    hub.store, progress=lambda n, of: bar.update(task, completed=n, total=of)
                )
            with hub.store.read() as tx:
                run = runs.get(tx, run.id)
                advice = advice_of_run(tx, run, lang)
        if as_json:
            print_json(run_json(run) | {"advice": advice_json(advice)})
        else:
            print_receipt(run, advice, lang)
        if run.state is not RunState.SUCCEEDED:
            raise typer.Exit(1)
