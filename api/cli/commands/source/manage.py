"""`daifuku source add|change|list|remove`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.cli.config import read_config, read_text
from api.cli.context import installation
from api.cli.durations import seconds_of
from api.cli.output import JsonFlag, print_json, print_table, print_text
from api.read.status import source_json
from connectors import registry
from daifuku.errors import UserError
from daifuku.storage.repositories import runs, sources
from daifuku.storage.repositories.sources import SourceRow
from mapping.loader import load_mapping
from sync.changing import Changes, change_source, remove_source
from sync.schedules import Schedule
from sync.sources import add_source
from sync.suggest import suggested_mapping

OWN_COLUMNS = ("file", "sql", "any")
"""Kinds of connectors whose columns are their owner's own, so that no mapping can be built in."""

Name = Annotated[str, typer.Argument(help="The source's name: letters, digits, - and _.")]

SettingsFile = Annotated[Path | None, typer.Option(help="Its settings, YAML or JSON.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", help="One setting: key=value. Repeatable.")
]
Asked = Annotated[list[str] | None, typer.Option(help="A setting to type in unseen. Repeatable.")]
MappingFile = Annotated[Path | None, typer.Option(help="A mapping of its own, YAML.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

    @app.command("add")
    def add(
        name: Name,
        connector: Annotated[str, typer.Option(help="`daifuku connectors list` names them.")],
        *,
        config: SettingsFile = None,
        assignments: Assignments = None,
        ask: Asked = None,
        mapping: MappingFile = None,
        every: Annotated[str | None, typer.Option(help="Sync so often: 90s, 15m, 2h, 1d.")] = None,
        cron: Annotated[str | None, typer.Option(help="Sync at these times: five fields.")] = None,
        time_zone: Annotated[str, typer.Option(help="The zone it is meant in.")] = "Asia/Tokyo",
        as_json: JsonFlag = False,
    ) -> None:
        """Connect a source. Its secrets are sealed before they are stored."""
        values = read_config(config, assignments or (), ask or ())
        schedule = None
        if every is not None or cron is not None:
            schedule = Schedule(seconds_of(every), cron, time_zone)
        with installation() as hub:
            text = _mapping_text(mapping, connector, values)
            row = add_source(
                hub.store, hub.box, name, connector, values, mapping=text, schedule=schedule
            )
        if as_json:
            print_json(source_json(row, None))
        else:
            step = "authorize" if _needs_sign_in(connector, values) else "check"
            print_text(f"Source {name} is connected. Next: daifuku source {step} {name}")

    @app.command("change")
    def change(
        name: Name,
        *,
        config: SettingsFile = None,
        assignments: Assignments = None,
        ask: Asked = None,
        unset: Annotated[
            list[str] | None, typer.Option(help="A setting back to its default. Repeatable.")
        ] = None,
        mapping: MappingFile = None,
        builtin: Annotated[
            bool, typer.Option("--builtin-mapping", help="The connector's own mapping again.")
        ] = False,
        as_json: JsonFlag = False,
    ) -> None:
        """Change a source's settings, secrets or mapping; what is not named stays."""
        settings = read_config(config, assignments or (), ask or ())
        text = read_mapping(mapping) if mapping is not None else None
        if not settings and not unset and text is None and not builtin:
            raise UserError("Nothing is to be changed.", hint="Name it: --set host=erp.example.jp")
        changes = Changes(settings=settings, without=unset or (), mapping=text, builtin=builtin)
        with installation() as hub:
            row = change_source(hub.store, hub.box, name, changes)
        if as_json:
            print_json(source_json(row, None))
        else:
            print_text(f"Source {name} is changed. Next: {_next_step(row, changes)}")

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
            ("source", "connector", "schedule", "last run", "records", "state"),
            [
                (
                    row["id"],
                    row["connector"],
                    _schedule_text(row["schedule"]),
                    row["last_run"] and row["last_run"]["state"],
                    row["last_run"] and row["last_run"]["receipt"]["fetched"],
                    "paused" if row["paused"] else "active",
                )
                for row in found
            ],
        )
        for row in found:
            if row["paused"]:
                print_text(f"{row['id']} is paused: {row['paused_reason']}")

    @app.command("remove")
    def remove(name: Name, as_json: JsonFlag = False) -> None:
        """Forget a source and its settings. Its records stay."""
        with installation() as hub:
            remove_source(hub.store, name)
        said(f"Source {name} is removed; its records stay.", {"removed": name}, as_json)


def read_mapping(path: Path) -> str:
    """The text of a mapping that is in order.

    Raises:
        UserError: it cannot be read, or is wrong; the message says where.
    """
    text = read_text(path)
    load_mapping(text, where=str(path))
    return text


def _next_step(row: SourceRow, changes: Changes) -> str:
    """What comes after a change; what is paused goes on when its owner says so."""
    if changes.settings or changes.without:
        then = f", then: daifuku source resume {row.id}" if row.paused else ""
        return f"daifuku source check {row.id}{then}"
    return f"daifuku source replay {row.id} --all"


def _needs_sign_in(connector: str, values: Mapping[str, object]) -> bool:
    return registry.spec(connector).oauth is not None and not (
        values.get("access_token") or values.get("refresh_token")
    )


def _mapping_text(path: Path | None, connector: str, values: dict[str, object]) -> str | None:
    """The source's own mapping, one suggested for its tables, or None for the built-in one."""
    if path is not None:
        return read_mapping(path)
    if registry.spec(connector).kind in OWN_COLUMNS:
        return suggested_mapping(connector, values)
    return None


def _schedule_text(schedule: Mapping[str, object]) -> str | None:
    if schedule["cron"] is not None:
        return f"{schedule['cron']} {schedule['time_zone']}"
    seconds = schedule["interval_seconds"]
    return None if seconds is None else f"every {seconds:g} s"


def said(text: str, data: dict[str, object], as_json: bool) -> None:
    """What a command came to: a line for people, or data for programs."""
    if as_json:
        print_json(data)
    else:
        print_text(text)
