"""Whether the process lives, and whether it can serve."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.http.hub import CurrentHub
from api.http.problems import answers, problem
from daifuku.storage.engine import StoreUnavailable
from daifuku.storage.revision import is_current

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="The process lives")
async def healthz() -> dict[str, str]:
    """Always ok: it answers, also where every thread waits for the store."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="The store can be read and has this version's schema",
    responses=answers(503),
)
def readyz(hub: CurrentHub) -> Response:
    """200 when requests can be served, 503 with the reason when not."""
    try:
        current = is_current(hub.store)
    except StoreUnavailable:
        return problem(503, "The database does not answer.", kind="system")
    if not current:
        detail = "The database has another schema than this version: run `daifuku db upgrade`."
        return problem(503, detail, kind="system")
    return Response('{"status":"ready"}', media_type="application/json")
