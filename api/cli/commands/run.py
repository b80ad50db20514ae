"""`daifuku run show|log|cancel`: one sync run, while it goes on or after."""

import time
from typing import Annotated

import typer

from api.cli.context import Context, installation
from api.cli.output import JsonFlag, LangOption, print_json, print_text
from api.cli.runs import print_line, print_run
from api.read.status import line_json, run_json, told_run_json
from daifuku.records import LogLine
from daifuku.storage.repositories import run_log, runs
from sync.advice import advice_of_run
from sync.runs.cancelling import cancel_run

app = typer.Typer(no_args_is_help=True, help="Sync runs: show, log, cancel.")

RunId = Annotated[int, typer.Argument(help="The run's number; `daifuku source runs` lists them.")]
_FOLLOWED_EVERY = 0.5


@app.command("show")
def show(run_id: RunId, lang: LangOption = "en", as_json: JsonFlag = False) -> None:
    """Show a run: what came of each stream, and what to do about what went wrong."""
    with installation() as hub, hub.store.read() as tx:
        run = runs.get(tx, run_id)
        advice = advice_of_run(tx, run, lang)
        told = told_run_json(tx, run, lang)
    if as_json:
        print_json(told)
    else:
        print_run(run, advice, lang)


@app.command("log")
def log(
    run_id: RunId,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on printing lines until the run ends.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Print what happened in a run, line by line; secrets are masked."""
    with installation() as hub:
        if as_json:
            lines, _ = _lines(hub, run_id, after=0)
            print_json({"run": run_id, "lines": [line_json(line) for line in lines]})
            return
        last, ended = 0, False
        while not ended:
            lines, ended = _lines(hub, run_id, after=last)
            for line in lines:
                print_line(line)
                last = line.id
            if not follow:
                return
            if not ended:
                time.sleep(_FOLLOWED_EVERY)


@app.command("cancel")
def cancel(run_id: RunId, as_json: JsonFlag = False) -> None:
    """End a run at its next checkpoint. What it has committed stays; it is not retried."""
    with installation() as hub:
        run = cancel_run(hub.store, run_id)
    if as_json:
        print_json(run_json(run))
    else:
        print_text(f"Run {run_id} is cancelled; what it has landed stays.")


def register(root: typer.Typer) -> None:
    """Add `daifuku run`."""
    root.add_typer(app, name="run")


def _lines(hub: Context, run_id: int, *, after: int) -> tuple[list[LogLine], bool]:
    """The lines after one, and whether there will be no more."""
    with hub.store.read() as tx:
        run = runs.get(tx, run_id)
        return run_log.of_run(tx, run_id, after=after), run.state.ended
