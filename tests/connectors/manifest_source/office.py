"""An API with the habits of many: each list has its own way of pages, keys, nesting and changes."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from demo.simulators.http import Request, Response, Simulator

PEOPLE = 25
PAGE = 10
SECRET = "planted-client-secret"
FIRST_TOKEN = "planted-refresh-token"

Items = Sequence[dict[str, Any]]


def person(number: int) -> dict[str, Any]:
    day = f"2026-01-{number + 1:02}"
    name = {"family": "山田", "given": f"太郎{number}"}
    return {"Id": number, "Name": name, "at": f"{day}T00:00:00Z", "Note": "x", "dead": number == 7}


class Office(Simulator):
    """Gives to whoever shows the newest token, which it issues for the newest refresh token."""

    def __init__(self) -> None:
        super().__init__()
        self.people = [person(number) for number in range(PEOPLE)]
        self.refresh, self.issued = FIRST_TOKEN, 0
        self.asked: list[str] = []
        self.route("POST", "/token", self.token)
        self.route("GET", "/offset", self.by_offset)
        self.route("GET", "/number", self.by_number)
        self.route("GET", "/cursor", self.by_cursor)
        self.route("GET", "/link", self.by_link)
        self.route("GET", "/windows", self.in_windows)
        self.route("GET", "/teams", self.teams)
        self.route("GET", "/teams/{id}/members", self.members)

    def token(self, request: Request) -> Response:
        form = dict(part.split("=", 1) for part in request.body.decode().split("&"))
        if form.get("grant_type") == "client_credentials":
            good = form.get("client_secret") == SECRET
            return Response(
                {"access_token": "planted-token-0", "expires_in": 3600}, 200 if good else 401
            )
        if form.get("refresh_token") != self.refresh:
            return Response({"error": "invalid_grant"}, 400)
        self.issued += 1
        self.refresh = f"planted-refresh-token-{self.issued}"
        told = {"access_token": f"planted-token-{self.issued}", "expires_in": 3600}
        return Response({**told, "refresh_token": self.refresh})

    def refused(self, request: Request) -> bool:
        self.asked.append(request.path)
        basic = "Basic " + b64encode(f"me:{SECRET}".encode()).decode()
        return request.headers.get("authorization") not in (
            f"Bearer planted-token-{self.issued}", basic
        )  # fmt: skip

    def by_offset(self, request: Request) -> Response:
        start = int(request.query.get("skip", 0))
        return self.answer_with(request, self.people[start : start + PAGE])

    def by_number(self, request: Request) -> Response:
        start = (int(request.query.get("page", 1)) - 1) * PAGE
        return self.answer_with(request, self.people[start : start + PAGE])

    def by_cursor(self, request: Request) -> Response:
        start = int(request.query.get("after", 0))
        following = str(start + PAGE) if start + PAGE < PEOPLE else None
        return self.answer_with(request, self.people[start : start + PAGE], following)

    def by_link(self, request: Request) -> Response:
        start = int(request.query.get("from", 0))
        following = f"{self.url}/link?from={start + PAGE}" if start + PAGE < PEOPLE else None
        return self.answer_with(request, self.people[start : start + PAGE], following)

    def in_windows(self, request: Request) -> Response:
        since, until = request.query["since"], request.query["until"]
        return self.answer_with(request, [p for p in self.people if since <= p["at"][:10] <= until])

    def teams(self, request: Request) -> Response:
        return self.answer_with(request, [{"id": "a"}, {"id": "b"}])

    def members(self, request: Request) -> Response:
        team = request.params["id"]
        found = [
            {"number": n, "name": f"{team}{n}", "mail": f"{team}{n}@example.jp"} for n in (1, 2)
        ]
        return self.answer_with(request, found)

    def answer_with(self, request: Request, items: Items, following: str | None = None) -> Response:
        if self.refused(request):
            return Response({"error": "who are you?"}, 401)
        return Response({"data": {"items": list(items)}, "next": following})
