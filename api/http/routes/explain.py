"""Why two records or golden records are one, or two."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.http.hub import CurrentHub
from api.http.problems import answers
from api.read.why import why

router = APIRouter(tags=["profiles"])

Named = Annotated[
    str, Query(max_length=2_000, description="a golden record's id, or source/stream/id")
]


@router.get("/explain", summary="Why two are one, or two", responses=answers(404))
def explain(
    hub: CurrentHub, a: Named, b: Named, lang: Annotated[Literal["en", "ja"], Query()] = "en"
) -> dict[str, Any]:
    """The waterfall of weights, what brought the pair up, and what joined or parted them."""
    with hub.store.read() as tx:
        return why(tx, a, b, lang)
