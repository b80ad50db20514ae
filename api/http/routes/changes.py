"""The change feed: what happened to golden records, in the order in which it happened."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.http.hub import CurrentHub
from api.http.problems import answers
from api.read.feed import feed_json, feed_page
from daifuku.records import Entity

router = APIRouter(tags=["profiles"])


@router.get("/changes", summary="Follow the changes of golden records", responses=answers(409))
def list_changes(
    hub: CurrentHub,
    *,
    after: Annotated[
        int, Query(ge=0, le=2**63 - 1, description="`next` of the page before; 0 is the beginning")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    entity: Entity | None = None,
) -> Response:
    """Changes in their order, each with what the golden record said from then on.

    Keep `next` together with what came of the changes, and ask for those after it: nothing is
    missed and nothing comes twice.
    """
    with hub.store.read() as tx:
        page = feed_page(tx, after, limit, entity)
    return Response(feed_json(page), media_type="application/json")
