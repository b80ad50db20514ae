"""The sources of the hub: their settings without secrets, and how their last run went."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from api.http.routes.runs import Lang
from api.read.status import advice_json, change_json, source_json, standing_json
from daifuku.errors import NotFoundError
from daifuku.storage.repositories import runs, schema_changes, sources, states
from sync.advice import advice_of_run
from sync.runs.drift import accept

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
def get_source(hub: CurrentHub, source_id: str, lang: Lang = "en") -> dict[str, Any]:
    """The source with its streams and what to do about its last run; secrets are masked."""
    with hub.store.read() as tx:
        row = sources.get(tx, source_id)
        last = next(iter(runs.latest(tx, source_id, limit=1)), None)
        standing = states.of_source(tx, source_id)
        advice = advice_of_run(tx, last, lang) if last else None
    streams = [standing_json(one) for one in standing.values()]
    return source_json(row, last) | {"streams": streams, "advice": advice_json(advice)}


@router.get("/{source_id}/drift", summary="How its fields changed", responses=answers(404))
def get_drift(hub: CurrentHub, source_id: str) -> dict[str, Any]:
    """Fields that were added, are gone, or have another type, the newest change first."""
    with hub.store.read() as tx:
        sources.get(tx, source_id)
        changes = schema_changes.of_source(tx, source_id)
    return {"changes": [change_json(change) for change in changes]}


@router.post(
    "/{source_id}/streams/{stream}/accept-drift",
    summary="Let a stream go on whose fields have changed",
    responses=answers(403, 404),
)
def accept_drift(hub: CurrentHub, steward: Steward, source_id: str, stream: str) -> dict[str, Any]:
    """The stream is read again from its last checkpoint on."""
    del steward
    with hub.store.write() as tx:
        sources.get(tx, source_id)
        if not accept(tx, source_id, stream, datetime.now(UTC)):
            raise NotFoundError(f"{source_id} has no paused stream {stream!r}.")
    return {"source": source_id, "stream": stream, "paused": False}
