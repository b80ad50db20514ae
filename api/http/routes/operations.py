"""Has sources synced, paused and resumed: for whoever works them from elsewhere."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from daifuku.storage.repositories import sources
from sync.jobs.asking import ask_sync
from sync.jobs.wishes import Wish
from sync.sources import refuse_unknown_streams

router = APIRouter(prefix="/sources", tags=["sources"])


class Asked(BaseModel):
    """What is to be read: all streams from where they stand, unless more is said."""

    model_config = ConfigDict(extra="forbid")

    streams: list[str] | None = Field(None, min_length=1, description="Only these.")
    full: bool = Field(False, description="Everything again, from the beginning.")
    since: AwareDatetime | None = Field(None, description="Again what changed since then.")


@router.post(
    "/{source_id}/syncs",
    summary="Have a worker sync a source now",
    status_code=202,
    responses=answers(403, 404),
)
def ask(
    hub: CurrentHub,
    steward: Steward,
    response: Response,
    source_id: str,
    asked: Annotated[Asked | None, Body()] = None,
) -> dict[str, Any]:
    """The job that does it, or that it follows, at `Location`; its run begins at `due_at`."""
    del steward
    asked = asked or Asked()
    streams = tuple(asked.streams) if asked.streams else None
    with hub.store.write() as tx:
        refuse_unknown_streams(sources.get(tx, source_id), streams or ())
        wish = Wish(streams=streams, full=asked.full, since=asked.since)
        job = ask_sync(tx, source_id, datetime.now(UTC), wish)
    response.headers["Location"] = f"/v1/jobs/{job.job}"
    return {"source": source_id, "job": job.job, "follows": job.follows, "due_at": job.due_at}


@router.post("/{source_id}/pause", summary="Stop its schedule", responses=answers(403, 404))
def pause(hub: CurrentHub, steward: Steward, source_id: str) -> dict[str, Any]:
    """It runs when asked only, until it is resumed."""
    with hub.store.write() as tx:
        sources.pause(tx, source_id, f"paused by {steward}", datetime.now(UTC))
    return {"source": source_id, "paused": True}


@router.post("/{source_id}/resume", summary="Let its schedule go on", responses=answers(403, 404))
def resume(hub: CurrentHub, steward: Steward, source_id: str) -> dict[str, Any]:
    """Also where the hub paused it, once its settings are mended."""
    del steward
    with hub.store.write() as tx:
        sources.resume(tx, source_id, datetime.now(UTC))
    return {"source": source_id, "paused": False}
