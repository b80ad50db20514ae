"""`daifuku jobs`: what waits, runs or was given up, its story, and what to do about it."""

from datetime import datetime
from typing import Annotated

import typer

from api.cli.context import installation
from api.cli.output import JsonFlag, print_json, print_table, print_text
from api.read.jobs import WAITING, State, about, job_json, told_job_json
from daifuku.storage.repositories import jobs
from daifuku.storage.repositories.jobs import Job
from sync.jobs import mending

Number = Annotated[int, typer.Argument(help="The job's number: `daifuku jobs list` shows it.")]

app = typer.Typer(no_args_is_help=True, help="Jobs in the background: list, show, mend.")


def register(root: typer.Typer) -> None:
    """Add `daifuku jobs`."""
    root.add_typer(app, name="jobs")


@app.command("list")
def list_jobs(
    state: Annotated[
        list[State] | None, typer.Option(help="Only jobs in this state. Repeatable.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Jobs at most.")] = 50,
    as_json: JsonFlag = False,
) -> None:
    """List the jobs that wait, run or were given up; with --state others too."""
    with installation() as hub, hub.store.read() as tx:
        found = jobs.in_states(tx, *(state or WAITING), limit=limit)
    if as_json:
        print_json({"jobs": [job_json(job) for job in found]})
        return
    columns = ("job", "kind", "of", "state", "due", "attempts", "failures", "worker")
    print_table(columns, [_row(job) for job in found])
    for job in found:
        if job.error:
            print_text(f"job {job.id}: {job.error}")


@app.command("show")
def show(number: Number, as_json: JsonFlag = False) -> None:
    """Show a job and its story: each attempt, by which worker, and how it ended."""
    with installation() as hub, hub.store.read() as tx:
        job, story = mending.job_with_story(tx, number)
    if as_json:
        print_json(told_job_json(job, story))
        return
    print_text(f"job {job.id}: {job.kind} {about(job)} is {job.state}".replace("  ", " "))
    if job.error:
        print_text(job.error)
    if job.follow_up is not None:
        print_text("Another one was asked for meanwhile, and follows it.")
    columns = ("attempt", "worker", "began", "ended", "how", "error")
    rows = [
        (e.attempt, e.worker, _time(e.began_at), _time(e.ended_at), e.outcome, e.error)
        for e in story
    ]
    print_table(columns, rows)
    if job.state == jobs.PARKED:
        print_text(f"It was given up. Next: daifuku jobs retry {job.id}, or discard {job.id}")


@app.command("retry")
def retry(number: Number, as_json: JsonFlag = False) -> None:
    """Queue a job for now that was given up, failed or waits for later."""
    with installation() as hub:
        job = mending.retry(hub.store, number)
    _said(f"Job {number} is queued.", job, as_json)


@app.command("discard")
def discard(number: Number, as_json: JsonFlag = False) -> None:
    """Give up a job that is queued or parked. Its story stays for a month."""
    with installation() as hub:
        job = mending.discard(hub.store, number)
    _said(f"Job {number} is discarded.", job, as_json)


def _row(job: Job) -> tuple[object, ...]:
    due = _time(job.due_at)
    return job.id, job.kind, about(job), job.state, due, job.attempt, job.failures, job.worker


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _said(text: str, job: Job, as_json: bool) -> None:
    if as_json:
        print_json(job_json(job))
    else:
        print_text(text)
