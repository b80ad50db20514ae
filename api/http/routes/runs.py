"""Sync runs and their receipts."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.http.hub import CurrentHub
from api.http.problems import answers
from api.read.status import run_json
from daifuku.storage.repositories import runs

router = APIRouter(prefix="/sync-runs", tags=["sync runs"])


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
def get_run(hub: CurrentHub, run_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> dict[str, Any]:
    """The run with its receipt, per stream."""
    with hub.store.read() as tx:
        return run_json(runs.get(tx, run_id))
