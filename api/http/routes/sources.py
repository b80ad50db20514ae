"""The sources of the hub: their settings without secrets, and how their last run went."""

from typing import Any

from fastapi import APIRouter

from api.http.hub import CurrentHub
from api.http.problems import answers
from api.read.status import source_json
from daifuku.storage.repositories import runs, sources

router = APIRouter(prefix="/sources", tags=["sources"])


@router.get("", summary="List sources")
def list_sources(hub: CurrentHub) -> dict[str, Any]:
    """Every source with its schedule and its last run."""
    with hub.store.read() as tx:
        found = [
            source_json(row, next(iter(runs.latest(tx, row.id, limit=1)), None))
            for row in sources.list_all(tx)
        ]
    return {"sources": found}


@router.get("/{source_id}", summary="A source", responses=answers(404))
def get_source(hub: CurrentHub, source_id: str) -> dict[str, Any]:
    """The source; secret settings are masked."""
    with hub.store.read() as tx:
        row = sources.get(tx, source_id)
        last = next(iter(runs.latest(tx, source_id, limit=1)), None)
    return source_json(row, last)
