"""A Typeform account: forms and responses in memory behind the Create and Responses API.

Speaks what https://www.typeform.com/developers/create/reference/retrieve-forms/,
.../create/reference/retrieve-form/ and .../responses/reference/retrieve-responses/ describe, and
signs webhooks as .../webhooks/secure-your-webhooks/ says.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from demo.simulators.http import Request, Response, Simulator

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
FIELDS: list[dict[str, Any]] = [
    {"id": "f1", "ref": "name", "title": "お名前", "type": "short_text", "properties": {}},
    {"id": "f2", "ref": "mail", "title": "ご連絡先は?", "type": "email", "properties": {}},
    {"id": "f3", "ref": "topics", "title": "ご興味", "type": "multiple_choice", "properties": {}},
    {
        "id": "f4",
        "ref": "contact",
        "title": "会社について",
        "type": "contact_info",
        "properties": {
            "fields": [
                {"id": "f5", "ref": "company", "title": "会社名", "type": "short_text"},
                {"id": "f6", "ref": "tel", "title": "Phone number", "type": "phone_number"},
            ]
        },
    },
]


def definition(form: str) -> dict[str, Any]:
    return {"id": form, "title": f"お問い合わせ {form}", "fields": FIELDS}


def response(number: int, *, spacing: int = 1) -> dict[str, Any]:
    """The response of that number, submitted `number * spacing` seconds after the first."""
    submitted = (FIRST + timedelta(seconds=number * spacing)).strftime("%Y-%m-%dT%H:%M:%SZ")
    token = f"t{number:07}"
    return {
        "landing_id": token,
        "token": token,
        "response_id": token,
        "response_type": "completed",
        "landed_at": submitted,
        "submitted_at": submitted,
        "metadata": {"user_agent": "Mozilla/5.0", "platform": "other", "network_id": "0a"},
        "hidden": {},
        "calculated": {"score": 0},
        "answers": [
            _answer("f1", "name", "short_text", "text", f"見本 花子{number}"),
            _answer("f2", "mail", "email", "email", f"hanako{number}@example.com"),
            _answer(
                "f3",
                "topics",
                "multiple_choice",
                "choices",
                {"labels": ["茶", "菓子"], "other": "器"},
            ),
            _answer("f5", "company", "short_text", "text", "株式会社見本"),
            _answer("f6", "tel", "phone_number", "phone_number", "+81312345678"),
        ],
    }


def _answer(field: str, ref: str, asked: str, kind: str, value: Any) -> dict[str, Any]:
    return {"field": {"id": field, "ref": ref, "type": asked}, "type": kind, kind: value}


class TypeformSimulator(Simulator):
    """An account with the given responses by form id."""

    def __init__(
        self,
        responses: Mapping[str, Iterable[Mapping[str, Any]]],
        *,
        token: str = "demo-token",  # noqa: S107 - the demo account is made up
        secret: str = "demo-secret",  # noqa: S107 - the same
    ) -> None:
        super().__init__()
        self.responses = {form: [dict(item) for item in held] for form, held in responses.items()}
        self._token = token
        self._secret = secret
        self.route("GET", "/forms", self._forms)
        self.route("GET", "/forms/{form}", self._form)
        self.route("GET", "/forms/{form}/responses", self._list)

    def config(self, **more: Any) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "access_token": self._token,
            "webhook_secret": self._secret,
            "allow_private": True,
            "tries": 1,
            **more,
        }

    def error_body(self, status: int) -> Any:
        codes = {401: "AUTHENTICATION_FAILED", 403: "AUTHORIZATION_FAILED", 404: "FORM_NOT_FOUND"}
        return {"code": codes.get(status, "INTERNAL_ERROR"), "description": "It failed"}

    def delivery(
        self, form: str, number: int, *, event: str = "form_response"
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of the webhook for a response."""
        told = response(number)
        body = orjson.dumps(
            {
                "event_id": f"e{number}",
                "event_type": event,
                "form_response": {
                    "form_id": form,
                    "token": told["token"],
                    "landed_at": told["landed_at"],
                    "submitted_at": told["submitted_at"],
                    "calculated": {"score": 0},
                    "definition": definition(form),
                    "answers": told["answers"],
                },
            }
        )
        digest = base64.b64encode(hmac.digest(self._secret.encode(), body, hashlib.sha256))
        return {"typeform-signature": f"sha256={digest.decode()}"}, body

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return Response(self.error_body(401), 401)
        form = request.params.get("form")
        if form is not None and form not in self.responses:
            return Response(self.error_body(404), 404)
        return None

    def _forms(self, request: Request) -> Response:
        size, page = int(request.query["page_size"]), int(request.query["page"])
        forms = [{"id": form, "title": form} for form in self.responses]
        return self._refused(request) or Response(
            {
                "total_items": len(forms),
                "page_count": -(-len(forms) // size),
                "items": forms[(page - 1) * size : page * size],
            }
        )

    def _form(self, request: Request) -> Response:
        return self._refused(request) or Response(definition(request.params["form"]))

    def _list(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        with self.lock:
            held = sorted(
                self.responses[request.params["form"]],
                key=lambda item: (item["submitted_at"], item["token"]),
                reverse=True,
            )
        since = request.query.get("since", "")
        found = [item for item in held if item["submitted_at"][:19] >= since]
        before = request.query.get("before")
        if before is not None:
            tokens = [item["token"] for item in held]
            older = set(tokens[tokens.index(before) + 1 :]) if before in tokens else set()
            found = [item for item in found if item["token"] in older]
        size = int(request.query.get("page_size", 25))
        return Response(
            {
                "total_items": len(found),
                "page_count": -(-len(found) // size),
                "items": found[:size],
            }
        )
