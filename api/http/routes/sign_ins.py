"""Signing in to sources with OAuth from a browser anywhere."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.hub import CurrentHub, Steward
from api.http.problems import answers
from api.sign_in_page import HEADERS, SIGNED_IN
from sync.sign_in import begin, finish

router = APIRouter(prefix="/sources", tags=["sources"])
callback_router = APIRouter(tags=["sources"])

CALLBACK = "/oauth/callback"


@router.post(
    "/{source_id}/authorize",
    summary="Begin to sign in to a source",
    responses=answers(403, 404, 502),
)
def authorize(
    request: Request, hub: CurrentHub, steward: Steward, source_id: str
) -> dict[str, Any]:
    """The address to open in a browser; it comes back to `redirect_uri`, which must be registered.

    The address is good once, until `expires_at`.
    """
    del steward
    base = hub.settings.public_url or str(request.base_url)
    redirect_uri = base.rstrip("/") + CALLBACK
    begun = begin(hub.store, hub.box, source_id, redirect_uri)
    return {
        "url": begun.url,
        "redirect_uri": redirect_uri,
        "expires_at": begun.expires_at.isoformat(),
    }


@callback_router.get(
    CALLBACK,
    summary="Where a browser comes back to from signing in",
    response_class=HTMLResponse,
    responses=answers(400, 404, 422, 502, 503),
)
def callback(hub: CurrentHub, state: str = "", code: str = "", error: str = "") -> HTMLResponse:
    """Stores the tokens that the code is good for. No key is needed: the state is good once."""
    finish(hub.store, hub.box, {"state": state, "code": code, "error": error})
    return HTMLResponse(SIGNED_IN, headers=dict(HEADERS))
