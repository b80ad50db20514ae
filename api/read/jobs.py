"""Jobs and their stories as JSON, for the API and the command line alike."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from daifuku.storage.repositories import jobs
from daifuku.storage.repositories.attempts import Attempt
from daifuku.storage.repositories.jobs import Job


class State(StrEnum):
    """What jobs may be asked for by."""

    QUEUED = jobs.QUEUED
    RUNNING = jobs.RUNNING
    DONE = jobs.DONE
    FAILED = jobs.FAILED
    PARKED = jobs.PARKED
    DISCARDED = jobs.DISCARDED


WAITING = (State.QUEUED, State.RUNNING, State.PARKED)
"""Those to look at where no state is asked for."""


def job_json(job: Job) -> dict[str, Any]:
    """A job; `failures` counts those in a row without progress.

    `follow_up` are the arguments of the job that follows once it has ended.
    """
    return {
        "id": job.id,
        "kind": job.kind,
        "args": dict(job.args),
        "state": job.state,
        "due_at": job.due_at,
        "attempts": job.attempt,
        "failures": job.failures,
        "worker": job.worker,
        "error": job.error,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "follow_up": job.follow_up,
    }


def story_json(attempt: Attempt) -> dict[str, Any]:
    """An attempt at a job: `outcome` is done, failed, parked, again, hung or died."""
    return {
        "attempt": attempt.attempt,
        "worker": attempt.worker,
        "began_at": attempt.began_at,
        "ended_at": attempt.ended_at,
        "outcome": attempt.outcome,
        "error": attempt.error,
    }


def told_job_json(job: Job, story: Sequence[Attempt]) -> dict[str, Any]:
    """A job, and what became of the attempts at it."""
    return {**job_json(job), "story": [story_json(each) for each in story]}


def about(job: Job) -> str:
    """What the job is about, as the name of a source or of a version; empty where it is all."""
    return str(job.args.get("source") or job.args.get("version") or "")
