"""Jobs in the background: what waits, runs or was given up, and what to do about it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from api.read.jobs import WAITING, State, job_json, told_job_json
from daifuku.storage.repositories import jobs
from sync.jobs import mending

router = APIRouter(prefix="/jobs", tags=["jobs"])

JobId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", summary="List jobs, newest first")
def list_jobs(
    hub: CurrentHub,
    state: Annotated[list[State] | None, Query(description="only jobs in these states")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """Jobs that wait, run or were given up, or those in the states asked for."""
    with hub.store.read() as tx:
        found = jobs.in_states(tx, *(state or WAITING), limit=limit)
    return {"jobs": [job_json(job) for job in found]}


@router.get("/{job_id}", summary="A job and its story", responses=answers(404))
def get_job(hub: CurrentHub, job_id: JobId) -> dict[str, Any]:
    """The job with each attempt at it: when, by which worker, and how it ended."""
    with hub.store.read() as tx:
        return told_job_json(*mending.job_with_story(tx, job_id))


@router.post("/{job_id}/retry", summary="Try a job again", responses=answers(403, 404, 409))
def retry(hub: CurrentHub, _steward: Steward, job_id: JobId) -> dict[str, Any]:
    """Queue a job for now that was given up, that failed, or that waits for later."""
    return job_json(mending.retry(hub.store, job_id))


@router.post("/{job_id}/discard", summary="Give a job up", responses=answers(403, 404, 409))
def discard(hub: CurrentHub, _steward: Steward, job_id: JobId) -> dict[str, Any]:
    """Give up a job that is queued or parked."""
    return job_json(mending.discard(hub.store, job_id))
