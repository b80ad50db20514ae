"""A page with lead ads: forms and leads in memory behind Meta's Graph API.

Speaks what https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving and
.../docs/graph-api/results describe: pages by cursor, filtering by time, appsecret_proof, errors by
code; and signs webhooks as .../docs/graph-api/webhooks/getting-started says.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from demo.simulators.http import Request, Response, Simulator

PAGE = "104000000000001"
VERSION = "v26.0"
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
QUESTIONS = [
    {"id": "1", "key": "full_name", "label": "氏名", "type": "FULL_NAME"},
    {"id": "2", "key": "email", "label": "メールアドレス", "type": "EMAIL"},
    {"id": "3", "key": "phone_number", "label": "電話番号", "type": "PHONE"},
    {"id": "4", "key": "ご興味のある製品", "label": "ご興味のある製品", "type": "CUSTOM"},
    {"id": "5", "key": "q5", "label": "会社名をご記入ください", "type": "CUSTOM"},
]
_CODES = {401: 190, 403: 200, 404: 803, 429: 4, 500: 2}


def lead(number: int, *, spacing: int = 1) -> dict[str, Any]:
    """The lead of that number, created `number * spacing` seconds after the first."""
    created = FIRST + timedelta(seconds=number * spacing)
    values = {
        "full_name": [f"見本 花子{number}"],
        "email": [f"hanako{number}@example.com"],
        "phone_number": ["+819000000000"],
        "ご興味のある製品": ["茶", "菓子"],
        "q5": ["株式会社見本"],
    }
    return {
        "id": f"{9_000_000 + number}",
        "created_time": created.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "ad_id": "1200",
        "ad_name": "春の新茶",
        "campaign_id": "1300",
        "is_organic": False,
        "platform": "ig",
        "field_data": [{"name": name, "values": held} for name, held in values.items()],
    }


class LeadAdsSimulator(Simulator):
    """One page with the given leads by form id."""

    def __init__(
        self,
        leads: Mapping[str, Iterable[Mapping[str, Any]]],
        *,
        token: str = "demo-token",  # noqa: S107 - the demo account is made up
        secret: str = "demo-secret",  # noqa: S107 - the same
    ) -> None:
        super().__init__()
        self.leads = {form: [dict(item) for item in held] for form, held in leads.items()}
        self._token = token
        self._secret = secret
        self._cursors: set[str] = set()
        self.route("GET", f"/{VERSION}/{{page}}/leadgen_forms", self._forms)
        self.route("GET", f"/{VERSION}/{{form}}/leads", self._list)
        self.route("GET", f"/{VERSION}/{{form}}", self._form)

    def config(self, **more: Any) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "page_id": PAGE,
            "page_access_token": self._token,
            "app_secret": self._secret,
            "allow_private": True,
            "tries": 1,
            **more,
        }

    def expire_cursors(self) -> None:
        self._cursors.clear()

    def error_body(self, status: int) -> Any:
        return error(_CODES.get(status, 100))

    def delivery(self, *numbers: int, page: str = PAGE) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook that tells of leads."""
        changes = [
            {
                "field": "leadgen",
                "value": {
                    "leadgen_id": f"{9_000_000 + number}",
                    "page_id": page,
                    "form_id": "501",
                    "created_time": 1_772_000_000 + number,
                },
            }
            for number in numbers
        ]
        entry = {"id": page, "time": 1_772_000_000, "changes": changes}
        body = orjson.dumps({"object": "page", "entry": [entry]})
        digest = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        return {"x-hub-signature-256": f"sha256={digest}"}, body

    def _refused(self, request: Request) -> Response | None:
        proof = hmac.new(self._secret.encode(), self._token.encode(), hashlib.sha256).hexdigest()
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return Response(error(190), 400)
        if request.query.get("appsecret_proof") != proof:
            return Response(error(100), 400)
        return None

    def _forms(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        if request.params["page"] != PAGE:
            return Response(error(100), 400)
        return self._page(request, [{"id": form} for form in self.leads], "forms")

    def _form(self, request: Request) -> Response:
        form = request.params["form"]
        if refused := self._refused(request):
            return refused
        if form not in self.leads:
            return Response(error(100), 400)
        return Response({"id": form, "name": f"資料請求 {form}", "questions": QUESTIONS})

    def _list(self, request: Request) -> Response:
        with self.lock:
            form = request.params["form"]
            if refused := self._refused(request):
                return refused
            if form not in self.leads:
                return Response(error(100), 400)
            later = 0
            for rule in orjson.loads(request.query.get("filtering", "[]")):
                assert (rule["field"], rule["operator"]) == ("time_created", "GREATER_THAN")
                later = rule["value"]
            held = sorted(self.leads[form], key=lambda item: item["created_time"], reverse=True)
            wanted = {"id", "created_time", *request.query["fields"].split(",")}
            found = [
                {key: value for key, value in item.items() if key in wanted}
                for item in held
                if datetime.fromisoformat(item["created_time"]).timestamp() > later
            ]
            return self._page(request, found, form)

    def _page(self, request: Request, found: list[dict[str, Any]], what: str) -> Response:
        after = request.query.get("after", "")
        if after and after not in self._cursors:
            return Response(error(100), 400)
        start = int(after.rpartition("-")[2] or 0)
        end = start + int(request.query.get("limit", 25))
        cursors = {"before": f"{what}-{start}", "after": f"{what}-{min(end, len(found))}"}
        paging: dict[str, Any] = {"cursors": cursors}
        if end < len(found):
            self._cursors.add(cursors["after"])
            paging["next"] = f"{self.url}{request.path}?after={cursors['after']}"
        data = found[start:end]
        return Response({"data": data, "paging": paging} if data else {"data": []})


def error(code: int) -> dict[str, Any]:
    return {"error": {"message": "It failed", "type": "OAuthException", "code": code}}
