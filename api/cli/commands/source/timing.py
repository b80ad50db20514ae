"""`daifuku source schedule|pause|resume|run-now`: when a source runs by itself, and now."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.commands.source.manage import Name, said
from api.cli.context import installation
from api.cli.durations import seconds_of
from api.cli.output import JsonFlag, LangOption, print_json, print_table, print_text
from api.cli.runs import moment_of
from api.read.schedule_words import Language, coming_runs, run_text, schedule_text
from api.read.status import schedule_json
from daifuku.errors import UserError
from daifuku.storage.repositories import sources
from daifuku.storage.repositories.sources import SourceRow
from sync.jobs.asking import Asked, ask_sync
from sync.jobs.wishes import Wish
from sync.schedules import CatchUp, Schedule
from sync.sources import refuse_unknown_streams, schedule_of, set_schedule


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""

    @app.command("schedule")
    def schedule(
        name: Name,
        *,
        every: Annotated[str | None, typer.Option(help="Sync so often: 90s, 15m, 2h, 1d.")] = None,
        cron: Annotated[str | None, typer.Option(help="Sync at these times: five fields.")] = None,
        time_zone: Annotated[str, typer.Option(help="The zone it is meant in.")] = "Asia/Tokyo",
        jitter: Annotated[str, typer.Option(help="Begin up to so much later: 60s, 5m.")] = "0",
        catch_up: Annotated[
            CatchUp, typer.Option(help="Make up for missed runs by one, or skip them.")
        ] = CatchUp.ONCE,
        off: Annotated[bool, typer.Option("--off", help="Take the schedule away.")] = False,
        lang: LangOption = "en",
        as_json: JsonFlag = False,
    ) -> None:
        """Say when a source syncs by itself, or show it; then the next five runs."""
        with installation() as hub:
            if off and (every or cron):
                raise UserError("A schedule is given or taken away, not both.")
            if off:
                set_schedule(hub.store, name, None)
            elif every or cron:
                late = seconds_of(jitter) or 0.0
                new = Schedule(seconds_of(every), cron, time_zone, late, catch_up)
                set_schedule(hub.store, name, new)
            with hub.store.read() as tx:
                row = sources.get(tx, name)
        _show(row, lang, as_json)

    @app.command("pause")
    def pause(name: Name, as_json: JsonFlag = False) -> None:
        """Stop a source's schedule."""
        with installation() as hub, hub.store.write() as tx:
            sources.pause(tx, name, "paused by hand", datetime.now(UTC))
        said(f"Source {name} is paused.", {"paused": name}, as_json)

    @app.command("resume")
    def resume(name: Name, as_json: JsonFlag = False) -> None:
        """Let a paused source's schedule go on."""
        with installation() as hub, hub.store.write() as tx:
            sources.resume(tx, name, datetime.now(UTC))
        said(f"Source {name} goes on.", {"resumed": name}, as_json)

    @app.command("run-now")
    def run_now(
        name: Name,
        *,
        stream: Annotated[list[str] | None, typer.Option(help="Only this stream.")] = None,
        full: Annotated[
            bool, typer.Option("--full", help="Read everything again, from the beginning.")
        ] = False,
        since: Annotated[
            str | None, typer.Option(help="Read again what changed since this date.")
        ] = None,
        as_json: JsonFlag = False,
    ) -> None:
        """Let a worker sync a source now, or right after the sync under way."""
        streams = tuple(stream) if stream else None
        wish = Wish(streams=streams, full=full, since=moment_of(since))
        now = datetime.now(UTC)
        with installation() as hub, hub.store.write() as tx:
            refuse_unknown_streams(sources.get(tx, name), streams or ())
            asked = ask_sync(tx, name, now, wish)
        fields = {"job": asked.job, "follows": asked.follows, "due_at": asked.due_at}
        said(_asked_words(name, asked, now), fields, as_json)


def _asked_words(name: str, asked: Asked, now: datetime) -> str:
    if asked.follows:
        return f"Another sync of {name} comes first, as job {asked.job}; yours follows it."
    if asked.due_at > now:
        return (
            f"A sync of {name} waits as job {asked.job} until "
            f"{asked.due_at.astimezone():%Y-%m-%d %H:%M:%S}, and does what you ask for. "
            f"To run it at once: daifuku jobs retry {asked.job}"
        )
    return f"A sync of {name} is queued as job {asked.job}."


def _show(row: SourceRow, lang: Language, as_json: bool) -> None:
    schedule, coming = schedule_of(row), coming_runs(row)
    if as_json:
        times = [run.due for run in coming]
        print_json({"source": row.id, "schedule": schedule_json(row), "next_runs": times})
        return
    print_text(schedule_text(row, lang))
    if schedule is not None and coming:
        now = datetime.now(UTC)
        rows = [run_text(run, schedule, now, lang) for run in coming]
        print_table(("next runs", ""), rows, lang)
