"""Sync runs: their progress, receipts and logs; and how to end one."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from api.read.status import line_json, run_json, told_run_json
from daifuku.storage.repositories import run_log, runs
from sync.runs.cancelling import cancel_run

router = APIRouter(prefix="/sync-runs", tags=["sync runs"])

RunId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Lang = Annotated[Literal["en", "ja"], Query(description="language of the advice")]


@router.get("", summary="List sync runs, newest first")
def list_runs(
    hub: CurrentHub,
    source: str | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """Runs with their receipts: fetched = new + changed + unchanged + rejected + suppressed."""
    with hub.store.read() as tx:
        found = runs.latest(tx, source, before=before, limit=limit)
    return {"sync_runs": [run_json(run) for run in found]}


@router.get("/{run_id}", summary="A sync run", responses=answers(404))
def get_run(hub: CurrentHub, run_id: RunId, lang: Lang = "en") -> dict[str, Any]:
    """The run with its receipt per stream, current while it goes on, and what to do about it."""
    with hub.store.read() as tx:
        return told_run_json(tx, runs.get(tx, run_id), lang)


@router.get("/{run_id}/log", summary="The log of a sync run", responses=answers(404))
def get_log(
    hub: CurrentHub,
    run_id: RunId,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> dict[str, Any]:
    """What happened, line by line, secrets masked; those after the line with the id `after`."""
    with hub.store.read() as tx:
        run = runs.get(tx, run_id)
        lines = run_log.of_run(tx, run_id, after=after, limit=limit)
    return {"run": run.id, "state": run.state, "lines": [line_json(line) for line in lines]}


@router.post("/{run_id}/cancel", summary="Cancel a sync run", responses=answers(403, 404, 409))
def cancel(hub: CurrentHub, steward: Steward, run_id: RunId) -> dict[str, Any]:
    """End a run at its next checkpoint; what it has committed stays, and it is not retried."""
    return run_json(cancel_run(hub.store, run_id, by=steward))
