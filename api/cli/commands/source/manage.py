"""`daifuku source add|list|remove|pause|resume`, and the connectors there are."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.config import read_config
from api.cli.context import installation
from api.cli.output import JsonFlag, out, print_json, print_table
from api.read.status import source_json
from connectors import registry
from connectors.protocol import ConnectorSpec
from daifuku.errors import UserError
from daifuku.storage.repositories import runs, sources
from sync.schedules import Schedule
from sync.sources import add_source
from sync.suggest import suggested_mapping

OWN_COLUMNS = ("file", "sql")
"""Kinds of connectors whose columns are their owner's own, so that no mapping can be built in."""

Name = Annotated[str, typer.Argument(help="The source's name: letters, digits, - and _.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

    @app.command("add")
    def add(
        name: Name,
        connector: Annotated[str, typer.Option(help="`daifuku source connectors` lists them.")],
        *,
        config: Annotated[Path | None, typer.Option(help="Its settings, YAML or JSON.")] = None,
        assignments: Annotated[
            list[str] | None, typer.Option("--set", help="One setting: key=value. Repeatable.")
        ] = None,
        ask: Annotated[
            list[str] | None, typer.Option(help="A setting to type in unseen. Repeatable.")
        ] = None,
        mapping: Annotated[Path | None, typer.Option(help="A mapping of its own, YAML.")] = None,
        every: Annotated[float | None, typer.Option(help="Sync every so many seconds.")] = None,
        cron: Annotated[str | None, typer.Option(help="Sync at these times: five fields.")] = None,
        zone: Annotated[str, typer.Option(help="The time zone of --cron.")] = "Asia/Tokyo",
        as_json: JsonFlag = False,
    ) -> None:
        """Connect a source. Its secrets are sealed before they are stored."""
        values = read_config(config, assignments or (), ask or ())
        schedule = Schedule(every, cron, zone) if every or cron else None
        with installation() as hub:
            text = _mapping_text(mapping, connector, values)
            row = add_source(
                hub.store, hub.box, name, connector, values, mapping=text, schedule=schedule
            )
        if as_json:
            print_json(source_json(row, None))
        else:
            out.print(f"Source {name} is connected. Next: daifuku source check {name}")

    @app.command("list")
    def list_sources(as_json: JsonFlag = False) -> None:
        """List the sources, their schedules and how their last runs ended."""
        with installation() as hub, hub.store.read() as tx:
            found = [
                source_json(row, next(iter(runs.latest(tx, row.id, limit=1)), None))
                for row in sources.list_all(tx)
            ]
        if as_json:
            print_json({"sources": found})
            return
        print_table(
            ("source", "connector", "schedule", "last run", "records", "paused"),
            [
                (
                    row["id"],
                    row["connector"],
                    row["schedule"]["cron"] or row["schedule"]["interval_seconds"],
                    row["last_run"] and row["last_run"]["state"],
                    row["last_run"] and row["last_run"]["receipt"]["fetched"],
                    row["paused_reason"] if row["paused"] else None,
                )
                for row in found
            ],
        )

    @app.command("remove")
    def remove(name: Name, as_json: JsonFlag = False) -> None:
        """Forget a source and its settings. Its records stay."""
        with installation() as hub, hub.store.write() as tx:
            sources.get(tx, name)
            sources.remove(tx, name)
        _said(f"Source {name} is removed; its records stay.", {"removed": name}, as_json)

    @app.command("pause")
    def pause(name: Name, as_json: JsonFlag = False) -> None:
        """Stop a source's schedule."""
        with installation() as hub, hub.store.write() as tx:
            sources.pause(tx, name, "paused by hand", datetime.now(UTC))
        _said(f"Source {name} is paused.", {"paused": name}, as_json)

    @app.command("resume")
    def resume(name: Name, as_json: JsonFlag = False) -> None:
        """Let a paused source's schedule go on."""
        with installation() as hub, hub.store.write() as tx:
            sources.resume(tx, name, datetime.now(UTC))
        _said(f"Source {name} goes on.", {"resumed": name}, as_json)

    @app.command("connectors")
    def connectors(as_json: JsonFlag = False) -> None:
        """List the connectors: what they read and which settings they take."""
        specs = [registry.spec(name) for name in registry.names()]
        if as_json:
            print_json({"connectors": [_spec_json(spec) for spec in specs]})
            return
        print_table(
            ("connector", "kind", "title", "", "settings"),
            [
                (s.name, s.kind, s.title["en"], s.title["ja"], ", ".join(s.config.model_fields))
                for s in specs
            ],
        )


def _mapping_text(path: Path | None, connector: str, values: dict[str, object]) -> str | None:
    """The source's own mapping, one suggested for its tables, or None for the built-in one."""
    if path is not None:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path} cannot be read: {type(error).__name__}.") from None
    if registry.spec(connector).kind in OWN_COLUMNS:
        return suggested_mapping(connector, values)
    return None


def _spec_json(spec: ConnectorSpec) -> dict[str, object]:
    return {
        "name": spec.name,
        "kind": spec.kind,
        "title": dict(spec.title),
        "pushes": spec.pushes,
        "streams": [
            {"name": s.name, "cursor": s.cursor, "deletes": s.deletes} for s in spec.streams
        ],
        "config": spec.config.model_json_schema(),
    }


def _said(text: str, data: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(data)
    else:
        out.print(text)
