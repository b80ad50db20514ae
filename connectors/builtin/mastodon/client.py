"""The parts of Mastodon's REST API that are read, as of Mastodon 4.6.

https://docs.joinmastodon.org/methods/
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.http import Answer, HttpSource, Params
from connectors.http_errors import DEFAULT_WAIT, LONGEST_WAIT, retry_after
from daifuku.errors import RateLimitedError, TransientError

Entity = dict[str, Any]
_LINK = re.compile(r'<([^<>]+)>\s*;\s*rel="?(next|prev)"?')
_BEGINNING = "0"


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, with the places from which the older and the newer ones go on.

    Places are the server's own: of followers they are no ids that an entry shows.
    """

    entries: list[Entity]
    older: str | None
    newer: str | None


class MastodonClient:
    """Speaks to one server for one account; raises as `HttpSource.get_json` says."""

    def __init__(self, http: HttpSource, page_size: int) -> None:
        self._http = http
        self._size = page_size

    def account(self) -> Entity:
        """The account that the token belongs to."""
        found = self._get("/api/v1/accounts/verify_credentials").json()
        if not isinstance(found, dict) or not isinstance(found.get("id"), str):
            raise TransientError("Mastodon answered something other than an account.")
        return found

    def domain(self) -> str:
        """The domain in the addresses of the server's own accounts."""
        found = self._get("/api/v2/instance").json()
        domain = found.get("domain") if isinstance(found, dict) else None
        if not isinstance(domain, str) or not domain:
            raise TransientError("Mastodon does not say its domain.")
        return domain

    def older(self, path: str, start: str | None) -> Iterator[Page]:
        """Pages from the newest entry, or from the place `start`, to the oldest."""
        seen = {start}
        while True:
            page = self._page(path, {"max_id": start} if start else {})
            yield page
            start = page.older
            if start is None:
                return
            _guard(start, seen)

    def newer(self, path: str, start: str | None, params: Params | None = None) -> Iterator[Page]:
        """Pages from the place `start`, or from the oldest entry, to the newest."""
        place = start or _BEGINNING
        seen: set[str | None] = {place}
        while True:
            page = self._page(path, {**(params or {}), "min_id": place})
            if not page.entries:
                return
            place = page.newer or str(page.entries[0].get("id"))
            _guard(place, seen)
            yield page

    def _page(self, path: str, params: Params) -> Page:
        answer = self._get(path, {**params, "limit": self._size})
        entries = answer.json()
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise TransientError("Mastodon answered something other than a page.")
        links = dict(_links(answer.headers.get("link", "")))
        older, newer = links.get("next", {}), links.get("prev", {})
        return Page(entries, older.get("max_id"), newer.get("min_id"))

    def _get(self, path: str, params: Params | None = None) -> Answer:
        answer = self._http.send("GET", path, params=params, answered=(429,))
        if answer.status == 429:
            raise RateLimitedError(
                f"{answer.origin} asks to slow down (429).", retry_after=_wait(answer)
            )
        return answer


def _links(header: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each link's relation and the parameters in its address (RFC 8288).

    Of the address nothing else is used: the credential goes to the server of the settings only.
    """
    for address, relation in _LINK.findall(header):
        found = parse_qs(urlsplit(address).query)
        yield relation, {name: values[0] for name, values in found.items()}


def _guard(place: str, seen: set[str | None]) -> None:
    if place in seen:
        raise TransientError(
            "Mastodon gives the same page again.",
            hint="It is tried again; if it happens every time, tell the server's administrator.",
        )
    seen.add(place)


def _wait(answer: Answer) -> float:
    """Seconds until the limit is lifted, by X-RateLimit-Reset (a time)."""
    told = retry_after(answer.headers)
    if told is not None:
        return told
    try:
        until = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", ""))
        wait = (until - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return DEFAULT_WAIT
    return min(max(wait, 1.0), LONGEST_WAIT)
