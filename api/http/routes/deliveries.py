"""What arrives from outside by itself: webhooks and form posts. Stored before they are answered."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from api.http.hub import CurrentHub
from api.http.problems import answers, problem
from daifuku.errors import AuthExpiredError, BusyError, RecordError
from sync.challenges import answer_challenge
from sync.inbox import InboxFullError, receive

router = APIRouter(tags=["deliveries"])

MAX_WEBHOOK_BYTES = 1_048_576
TOO_LARGE = "A delivery is not larger than 1 MB: let the sender put fewer events into one."


@router.post(
    "/webhooks/{source_id}",
    summary="A delivery of a source that pushes",
    responses=answers(400, 401, 404, 413, 422, 503),
    openapi_extra={"requestBody": {"required": True, "content": {"*/*": {}}}},
)
async def webhook(request: Request, hub: CurrentHub, source_id: str) -> Response:
    """Check the signature on the raw body, store the delivery, then answer 200.

    A redelivery is recognised and answered 200 as well.
    """
    body = await read_bounded(request, MAX_WEBHOOK_BYTES)
    if body is None:
        return problem(413, TOO_LARGE, kind="too_large", headers={"Connection": "close"})
    headers = dict(request.headers)
    try:
        await run_in_threadpool(receive, hub.store, hub.box, source_id, headers, body)
    except AuthExpiredError:
        return problem(401, "The signature does not fit.", kind="auth_expired")
    except RecordError as error:
        return problem(400, str(error), kind="record")
    except (InboxFullError, BusyError) as error:
        return not_now(error)
    return Response(b"{}", media_type="application/json")


@router.get(
    "/webhooks/{source_id}",
    summary="Whether a webhook's address is the source's",
    response_class=PlainTextResponse,
    responses=answers(400, 401, 404, 422),
)
def challenged(request: Request, hub: CurrentHub, source_id: str) -> Response:
    """Answer the challenge of a sender that knows the source's verify token."""
    try:
        answer = answer_challenge(hub.store, hub.box, source_id, dict(request.query_params))
    except AuthExpiredError:
        return problem(401, "The verify token does not fit.", kind="auth_expired")
    return PlainTextResponse(answer, headers={"X-Content-Type-Options": "nosniff"})


def not_now(
    error: InboxFullError | BusyError, headers: Mapping[str, str] | None = None
) -> Response:
    """The sender is to try again: nothing is acknowledged that is not stored."""
    again = {**(headers or {}), "Retry-After": f"{error.retry_after:g}"}
    return problem(503, error.message, kind=error.kind, headers=again)


async def read_bounded(request: Request, limit: int) -> bytes | None:
    """The body, or None as soon as it is known to be longer than `limit` bytes."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > limit:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
