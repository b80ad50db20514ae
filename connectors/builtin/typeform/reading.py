"""Reads the responses of each form, newest first, as the Responses API lists them.

https://www.typeform.com/developers/responses/reference/retrieve-responses/

A form's cursor is `{"newest": time}` after a whole pass, and `{"newest", "since", "before": token}`
within one. A pass begins some time before the newest response seen: the API shows a response up to
30 minutes after it was submitted.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.builtin.typeform.config import TypeformConfig
from connectors.builtin.typeform.responses import response_record
from connectors.forms.reading import Cursor, Page
from connectors.http import HttpSource, Params
from connectors.page_tokens import SeenTokens
from daifuku.errors import AuthExpiredError, ConfigError, TransientError

_FORMS_PER_PAGE = 200
_STALE = ("(400)", "(404)")


class Responses:
    """The forms of an account, as `connectors.forms.reading` wants them."""

    def __init__(self, http: HttpSource, config: TypeformConfig) -> None:
        self._http = http
        self._config = config

    def forms(self) -> list[str]:
        """The forms configured, or all of the account."""
        if self._config.forms:
            return list(self._config.forms)
        found: list[str] = []
        page, pages = 1, 1
        while page <= pages:
            params: dict[str, str | int] = {"page": page, "page_size": _FORMS_PER_PAGE}
            answer = self._get("/forms", params)
            found += [str(form["id"]) for form in _items(answer) if form.get("id")]
            pages, page = int(answer.get("page_count") or 1), page + 1
        return list(dict.fromkeys(found))

    def pages(self, form: str, cursor: Cursor) -> Iterator[Page]:
        """The responses since the cursor; a pass that was broken off goes on."""
        newest = str(cursor.get("newest") or "")
        since = str(cursor["since"]) if "since" in cursor else self._since(newest)
        before = str(cursor.get("before") or "")
        items = self._resumed(form, since, before) if before else []
        items = items or self._page(form, since, "")
        definition = self.definition(form) if items else {}
        tokens = SeenTokens("Typeform's list of responses")
        while items:
            newest = max([newest, *(str(item.get("submitted_at") or "") for item in items)])
            records = [response_record(definition, item) for item in items]
            before = str(items[-1].get("token") or "")
            if len(items) < self._config.page_size or not before:
                yield Page(records, {"newest": newest})
                return
            resume = {"newest": newest, "since": since, "before": tokens.note(before)}
            yield Page(records, resume)
            items = self._page(form, since, before)
        yield Page([], {"newest": newest})

    def definition(self, form: str) -> dict[str, Any]:
        """The form with its questions."""
        return self._get(f"/forms/{quote(form, safe='')}")

    def some(self, form: str) -> None:
        """Ask for one response, to see that it is allowed."""
        self._get(f"/forms/{quote(form, safe='')}/responses", {"page_size": 1})

    def _resumed(self, form: str, since: str, before: str) -> list[dict[str, Any]]:
        """The page before that response, empty where the response itself is gone."""
        try:
            return self._page(form, since, before)
        except ConfigError as error:
            if not any(status in error.message for status in _STALE):
                raise
            return []

    def _page(self, form: str, since: str, before: str) -> list[dict[str, Any]]:
        params: dict[str, str | int] = {"page_size": self._config.page_size}
        params |= {"since": since} if since else {}
        params |= {"before": before} if before else {}
        return _items(self._get(f"/forms/{quote(form, safe='')}/responses", params))

    def _get(self, path: str, params: Params | None = None) -> dict[str, Any]:
        answer = self._http.send("GET", path, params=params, answered=(401,))
        if answer.status == 401:
            raise AuthExpiredError(
                "Typeform does not take the access token.",
                hint="Enter a new personal token, or sign in again.",
            )
        return _object(answer.json())

    def _since(self, newest: str) -> str:
        """Where a pass begins, to the second, as the API takes it; "" is the beginning."""
        first = self._config.since
        if not newest:
            return f"{first.isoformat()}T00:00:00" if first else ""
        at = datetime.fromisoformat(newest) - timedelta(minutes=self._config.lookback_minutes)
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _items(answer: dict[str, Any]) -> list[dict[str, Any]]:
    items = answer.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise TransientError("Typeform answered something other than a list.")
    return items


def _object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise TransientError("Typeform answered something other than an object.")
    return answer
