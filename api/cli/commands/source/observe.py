"""`daifuku source show|check|discover|preview`: look at a source without storing anything."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated, Any

import typer

from api.cli.commands.source.manage import Name
from api.cli.config import flat
from api.cli.context import Context, installation
from api.cli.headings import word
from api.cli.output import (
    JsonFlag,
    LangOption,
    print_fields,
    print_json,
    print_table,
    print_text,
)
from api.cli.runs import print_run
from api.read.schedule_words import schedule_text
from api.read.status import advice_json, source_json, standing_json
from connectors.protocol import Connector
from daifuku.errors import ConfigError
from daifuku.storage.repositories import runs, sources, states
from daifuku.storage.repositories.sources import SourceRow
from daifuku.storage.repositories.states import StreamRow
from sync.advice import Language, advice_of_run
from sync.preview import Previewed, preview
from sync.resolution.bodies import plain
from sync.sources import connect_source, keeping_rotated, mapper_of, schedule_of, streams_of
from sync.tokens import StoredTokens

_NOT_FIELDS = ("key", "entity", "observed_at")


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

    @app.command("show")
    def show(name: Name, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
        """Show a source: its settings without secrets, its schedule and streams, its last run."""
        with installation() as hub, hub.store.read() as tx:
            row = sources.get(tx, name)
            last = next(iter(runs.latest(tx, name, limit=1)), None)
            standing = states.of_source(tx, name)
            advice = advice_of_run(tx, last, lang) if last else None
        told = source_json(row, last) | {"advice": advice_json(advice)}
        told["streams"] = [standing_json(one) for one in standing.values()]
        if as_json:
            print_json(told)
            return
        _print_source(row, told["config"], standing.values(), lang)
        if last is not None:
            print_run(last, advice, lang)

    @app.command("check")
    def check(name: Name, as_json: JsonFlag = False) -> None:
        """Connect and authenticate. Exit status 1 when the source refuses."""
        with installation() as hub:
            result = _connector(hub, name)[1].check()
        if as_json:
            print_json({"source": name, "ok": result.ok, "message": result.message})
            if not result.ok:
                raise typer.Exit(1)
        elif not result.ok:
            raise ConfigError(f"{name}: {result.message}")
        else:
            print_text(f"{name} answers. Next: daifuku source preview {name}")

    @app.command("discover")
    def discover(name: Name, as_json: JsonFlag = False) -> None:
        """List the streams the source has and the fields seen in them."""
        with installation() as hub:
            found = _connector(hub, name)[1].discover()
        if as_json:
            print_json(
                {
                    "source": name,
                    "streams": [
                        {
                            "stream": info.spec.name,
                            "cursor": info.spec.cursor,
                            "deletes": info.spec.deletes,
                            "fields": list(info.properties),
                        }
                        for info in found
                    ],
                }
            )
            return
        print_table(
            ("stream", "cursor", "deletes", "fields"),
            [(i.spec.name, i.spec.cursor, i.spec.deletes, ", ".join(i.properties)) for i in found],
        )

    @app.command("preview")
    def preview_command(
        name: Name,
        stream: Annotated[str | None, typer.Option(help="One stream; all by default.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=1000, help="Records a stream.")] = 3,
        as_json: JsonFlag = False,
    ) -> None:
        """Read a few records and show what the mapping makes of them. Nothing is stored."""
        with installation() as hub:
            row, connector = _connector(hub, name)
            streams = [stream] if stream else [spec.name for spec in streams_of(connector)]
            found = [
                item
                for one in streams
                for item in islice(preview(connector, row.id, one, mapper_of(row)), limit)
            ]
        if as_json:
            print_json({"source": name, "records": [_preview_json(item) for item in found]})
        else:
            for item in found:
                _print_preview(item)


def _print_source(
    row: SourceRow, config: Mapping[str, Any], streams: Iterable[StreamRow], lang: Language
) -> None:
    print_text(f"{row.id}: {row.connector}, {word('paused' if row.paused else 'active', lang)}")
    print_fields(flat(config), indent=2)
    if schedule_of(row) is not None:
        print_text(schedule_text(row, lang))
    elif row.paused_reason:
        print_text(row.paused_reason)
    columns = ("stream", "records of the last whole pass", "rereading", "paused")
    rows = [(one.stream, one.whole_pass, one.rereading, one.paused_reason) for one in streams]
    print_table(columns, rows, lang)


def _connector(hub: Context, name: str) -> tuple[SourceRow, Connector]:
    with hub.store.read() as tx:
        row = sources.get(tx, name)
    connector = connect_source(hub.box, row, StoredTokens(hub.store, hub.box, name))
    return row, keeping_rotated(hub.store, hub.box, name, connector)


def _preview_json(item: Previewed) -> dict[str, Any]:
    return {
        "key": str(item.source.key),
        "payload": item.source.payload,
        "records": [plain(record) for record in item.result.records] if item.result else [],
        "interactions": [plain(i) for i in item.result.interactions] if item.result else [],
        "rejected": item.rejected.reason if item.rejected else None,
    }


def _print_preview(item: Previewed) -> None:
    print_text(str(item.source.key), style="bold")
    if item.rejected:
        print_text(f"  rejected: {item.rejected.reason}")
    for record in item.result.records if item.result else ():
        print_text(f"  {record.entity} {record.key.part}".rstrip())
        said = {k: v for k, v in plain(record).items() if v and k not in _NOT_FIELDS}
        print_fields(said, indent=4)
    for interaction in item.result.interactions if item.result else ():
        moment = f"{interaction.at:%Y-%m-%d %H:%M}"
        print_text(f"  {interaction.channel} {interaction.kind} at {moment}")
