"""Google Forms: forms and responses in memory behind the Forms API v1.

Speaks what https://developers.google.com/workspace/forms/api/reference/rest describes of forms.get
and forms.responses.list: a filter by time, opaque page tokens, no promise of an order.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.simulators.http import Request, Response, Simulator

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
_REASONS = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}


def form(form_id: str) -> dict[str, Any]:
    def single(question: str, title: str, kind: str = "textQuestion") -> dict[str, Any]:
        asked = {"questionId": question, "required": True, kind: {}}
        return {"itemId": f"i{question}", "title": title, "questionItem": {"question": asked}}

    rows = [{"questionId": "q6", "rowQuestion": {"title": "味"}}]
    return {
        "formId": form_id,
        "info": {"title": f"お問い合わせ {form_id}", "documentTitle": "untitled"},
        "items": [
            {"itemId": "i0", "title": "ようこそ", "textItem": {}},
            single("q1", "お名前"),
            single("q2", "メールアドレス"),
            single("q3", "電話番号"),
            single("q4", "会社名"),
            single("q5", "ご興味", "choiceQuestion"),
            {"title": "満足度", "questionGroupItem": {"questions": rows, "grid": {}}},
        ],
    }


def response(number: int, *, spacing: int = 1) -> dict[str, Any]:
    """The response of that number, submitted `number * spacing` seconds after the first."""
    submitted = FIRST + timedelta(seconds=number * spacing)
    values = {
        "q5": ["茶", "菓子"],
        "q2": [f"hanako{number}@example.com"],
        "q1": [f"見本 花子{number}"],
        "q3": ["03-1234-5678"],
        "q4": ["株式会社見本"],
        "q6": ["満足"],
    }
    return {
        "responseId": f"r{number:07}",
        "createTime": submitted.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lastSubmittedTime": submitted.strftime("%Y-%m-%dT%H:%M:%S.123456789Z"),
        "respondentEmail": f"account{number}@example.com",
        "answers": {
            question: {
                "questionId": question,
                "textAnswers": {"answers": [{"value": text} for text in texts]},
            }
            for question, texts in values.items()
        },
    }


class FormsSimulator(Simulator):
    """The forms of one account, with their responses by form id."""

    def __init__(
        self,
        responses: Mapping[str, Iterable[Mapping[str, Any]]],
        *,
        token: str = "demo-token",  # noqa: S107 - the demo account is made up
    ) -> None:
        super().__init__()
        self.responses = {name: [dict(item) for item in held] for name, held in responses.items()}
        self._token = token
        self._tokens: set[str] = set()
        self.route("GET", "/v1/forms/{form}", self._form)
        self.route("GET", "/v1/forms/{form}/responses", self._list)

    def config(self, **more: Any) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "client_id": "demo-client",
            "access_token": self._token,
            "forms": list(self.responses),
            "allow_private": True,
            "tries": 1,
            **more,
        }

    def expire_page_tokens(self) -> None:
        self._tokens.clear()

    def error_body(self, status: int) -> Any:
        return {"error": {"code": status, "status": _REASONS.get(status, "INTERNAL")}}

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return Response(self.error_body(401), 401)
        found = request.params["form"] in self.responses
        return None if found else Response(self.error_body(404), 404)

    def _form(self, request: Request) -> Response:
        return self._refused(request) or Response(form(request.params["form"]))

    def _list(self, request: Request) -> Response:
        with self.lock:
            refused = self._refused(request)
            if refused:
                return refused
            since = request.query.get("filter", "").removeprefix("timestamp >= ")
            first = datetime.fromisoformat(since) if since else FIRST
            # Any order that is no order of time.
            held = sorted(
                self.responses[request.params["form"]], key=lambda r: r["responseId"][::-1]
            )
            found = [
                {key: value for key, value in each.items() if key != "formId"}
                for each in held
                if datetime.fromisoformat(each["lastSubmittedTime"]) >= first
            ]
            token = request.query.get("pageToken", "")
            if token and token not in self._tokens:
                return Response(self.error_body(400), 400)
            start = int(token.partition("-")[0] or 0)
            size = int(request.query.get("pageSize", 5_000))
            answer: dict[str, Any] = {"responses": found[start : start + size]} if found else {}
            if start + size < len(found):
                answer["nextPageToken"] = f"{start + size}-{since}"
                self._tokens.add(answer["nextPageToken"])
            return Response(answer)
