"""Errors as problem+json (RFC 9457), the same shape for every failure of the API."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from daifuku.errors import (
    BusyError,
    ConflictError,
    DaifukuError,
    NotFoundError,
    SourceError,
    UserError,
)
from daifuku.logs import get_logger, redactor
from daifuku.storage.engine import StoreUnavailable
from daifuku.storage.known_errors import reason_of

log = get_logger(__name__)

STORE_RETRY_AFTER = 5
"""Seconds after which a caller may ask a store again that did not answer."""

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, str] = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid request",
    502: "A source failed",
    503: "Not now",
}


class Problem(BaseModel):
    """The body of every error answer; `detail` names what is wrong and the next step."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    kind: str
    errors: list[dict[str, str]] = []


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documentation of these failures, for a route or a router."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": TITLES[status], "content": content} for status in statuses}


def problem(
    status: int,
    detail: str,
    *,
    kind: str,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with this problem as its body."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "kind": kind,
    }
    if errors:
        body["errors"] = errors
    return Response(
        orjson.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def status_of(error: DaifukuError) -> int:
    """The HTTP status that fits the error's class."""
    match error:
        case NotFoundError():
            return 404
        case ConflictError():
            return 409
        case UserError():
            return 400
        case SourceError():
            return 502
        case BusyError():
            return 503
        case _:
            return 500


def install(app: FastAPI) -> None:
    """Answer every failure of `app` with a problem."""

    @app.exception_handler(DaifukuError)
    def known(_request: Request, error: DaifukuError) -> Response:
        headers = {"Retry-After": f"{error.retry_after:g}"} if isinstance(error, BusyError) else {}
        return problem(status_of(error), str(error), kind=error.kind, headers=headers)

    @app.exception_handler(HTTPException)
    def http(_request: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), kind="http", headers=error.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        faults = [
            {"field": ".".join(map(str, fault["loc"])), "message": str(fault["msg"])}
            for fault in error.errors()
        ]
        names = ", ".join(fault["field"] for fault in faults)
        return problem(422, f"These do not fit: {names}.", kind="user", errors=faults)

    @app.exception_handler(StoreUnavailable)
    def no_store(request: Request, error: StoreUnavailable) -> Response:
        reason = redactor.text(reason_of(error))
        log.error("the database cannot be used", path=request.url.path, reason=reason)
        return problem(
            503,
            "The database cannot be used now: nothing was stored, try again. `daifuku doctor` "
            "says why.",
            kind="system",
            headers={"Retry-After": str(STORE_RETRY_AFTER)},
        )

    @app.exception_handler(Exception)
    def unknown(request: Request, error: Exception) -> Response:
        log.error("request failed", path=request.url.path, error=type(error).__name__)
        return problem(500, "The hub failed here; its log names the cause.", kind="system")
