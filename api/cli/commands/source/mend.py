"""`daifuku source replay|replay-deliveries|accept-drift`: mend what failed, without a new pull."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from api.cli.commands.source.manage import Name
from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_text
from api.cli.runs import equation, moment_of
from daifuku.errors import NotFoundError
from daifuku.records import Receipt
from daifuku.storage.repositories import sources
from sync.inbox import process_inbox, replay_deliveries
from sync.models.anew import resolve_due
from sync.replay import replay
from sync.runs.drift import accept
from sync.sources import mapper_of


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

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
            resolve_due(hub.store)
        if as_json:
            print_json({"mapped": done.mapped, "rejected": done.rejected})
        else:
            print_text(f"{done.mapped} records mapped again, {done.rejected} rejected still.")

    @app.command("replay-deliveries")
    def replay_deliveries_command(
        name: Name,
        since: Annotated[
            str | None, typer.Option(help="Only those received since this date.")
        ] = None,
        failed: Annotated[
            bool, typer.Option(help="Only those that failed; --no-failed: all that are kept.")
        ] = True,
        as_json: JsonFlag = False,
    ) -> None:
        """Land deliveries again in the order they came; what has come since stays."""
        with installation() as hub:
            again = replay_deliveries(hub.store, name, failed_only=failed, since=moment_of(since))
            kept = timedelta(days=hub.settings.deliveries_kept_days)
            receipt = Receipt()
            if again:
                receipt = process_inbox(hub.store, hub.box, name, keep=kept)
                resolve_due(hub.store)
        if as_json:
            print_json({"source": name, "deliveries": again, "receipt": asdict(receipt)})
        else:
            print_text(f"{again} deliveries landed again: {equation(receipt)}")

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
