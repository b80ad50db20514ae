"""What monitoring scrapes."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.http.hub import CurrentHub, require_key
from api.http.problems import answers
from api.read.metrics import CONTENT_TYPE, exposition

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    dependencies=[Depends(require_key)],
    responses=answers(401, 503) | {200: {"content": {CONTENT_TYPE: {}}}},
)
def metrics(hub: CurrentHub) -> Response:
    """Lag, queue age, failures and throughput, of all processes on one store."""
    return Response(exposition(hub.store), media_type=CONTENT_TYPE)
