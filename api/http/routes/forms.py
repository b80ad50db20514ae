"""The address web forms post to, from browsers and from servers."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.http.hub import CurrentHub
from api.http.problems import answers, problem
from api.http.routes.deliveries import not_now
from connectors.builtin.webform.config import Form
from connectors.builtin.webform.connector import Accepted
from connectors.builtin.webform.limits import SizeLimit, TooLargeError
from connectors.builtin.webform.senders import origin_allowed
from daifuku.errors import AuthExpiredError, BusyError, RecordError
from sync.forms import form_source, receive_form
from sync.inbox import InboxFullError

router = APIRouter(prefix="/forms", tags=["deliveries"])

THANKS = (
    '<!doctype html><html lang="ja"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>送信しました</title>'
    "<h1>送信しました</h1><p>ありがとうございました。</p>"
    '<p lang="en">Thank you. Your message has arrived.</p></html>'
)
FORM_BODIES: dict[str, dict[str, Any]] = {
    kind: {"schema": {"type": "object"}}
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
}
PREFLIGHT_SECONDS = "600"


@router.options(
    "/{source_id}/{form_id}",
    summary="May this page post here?",
    status_code=204,
    responses=answers(400, 403, 404, 422),
)
async def preflight(request: Request, hub: CurrentHub, source_id: str, form_id: str) -> Response:
    """Answers a browser's CORS preflight for the form's own origins, and no other."""
    connector = await run_in_threadpool(form_source, hub.store, hub.box, source_id)
    allowed = _cors(connector.form(form_id), request.headers.get("origin"))
    if not allowed:
        return problem(403, "The form does not take posts from there.", kind="user")
    more = {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": PREFLIGHT_SECONDS,
    }
    return Response(status_code=204, headers={**allowed, **more})


@router.post(
    "/{source_id}/{form_id}",
    summary="A post to a web form",
    status_code=201,
    responses=answers(400, 403, 404, 413, 422, 503) | {201: {"content": {"text/html": {}}}},
    openapi_extra={"requestBody": {"required": True, "content": FORM_BODIES}},
)
async def submit(request: Request, hub: CurrentHub, source_id: str, form_id: str) -> Response:
    """Takes HTML form posts, multipart and JSON; stores the post, then answers 201.

    Browsers are known by their origin, servers by `X-Daifuku-Signature`. A retry with the
    same `Idempotency-Key` is one submission. A browser that asked for a page gets one.
    """
    connector = await run_in_threadpool(form_source, hub.store, hub.box, source_id)
    form = connector.form(form_id)
    cors = _cors(form, request.headers.get("origin"))
    try:
        limit = SizeLimit(form.max_bytes, request.headers.get("content-length"))
        async for chunk in request.stream():
            limit.take(chunk)
        accepted = await run_in_threadpool(
            receive_form,
            hub.store,
            source_id,
            connector,
            form=form_id,
            headers=dict(request.headers),
            body=limit.body,
        )
    except TooLargeError as error:
        closing = {**cors, "Connection": "close"}
        return problem(413, str(error), kind=error.kind, headers=closing)
    except AuthExpiredError as error:
        return problem(403, str(error), kind="user", headers=cors)
    except RecordError as error:
        return problem(400, str(error), kind="record", headers=cors)
    except (InboxFullError, BusyError) as error:
        return not_now(error, cors)
    return _thanks(form, accepted, cors, page=_wants_page(request))


def _thanks(form: Form, accepted: Accepted, cors: Mapping[str, str], *, page: bool) -> Response:
    """What a sender is told: a person a page, a program the submission's id."""
    if page and form.thanks_url:
        return RedirectResponse(form.thanks_url, status_code=303, headers=dict(cors))
    if page:
        return Response(THANKS, status_code=201, media_type="text/html", headers=cors)
    body = orjson.dumps({"state": "received", "id": accepted.delivery_id})
    return Response(body, status_code=201, media_type="application/json", headers=cors)


def _cors(form: Form, origin: str | None) -> Mapping[str, str]:
    """The headers that let the page at `origin` read the answer, none if it may not."""
    if origin is None or not origin_allowed(form, origin):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _wants_page(request: Request) -> bool:
    """Whether a person's browser navigates here, rather than a script or a server."""
    return "text/html" in request.headers.get("accept", "")
