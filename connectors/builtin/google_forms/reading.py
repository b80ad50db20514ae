"""Reads the responses of each form, in whatever order Google lists them.

https://developers.google.com/workspace/forms/api/reference/rest/v1/forms.responses/list

A form's cursor is `{"newest": time}` after a whole pass, and `{"newest", "since", "pageToken"}`
within one.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from connectors.builtin.google_forms.config import GoogleFormsConfig
from connectors.builtin.google_forms.responses import response_record
from connectors.forms.reading import Cursor, Page
from connectors.google.api import GoogleApi
from connectors.page_tokens import SeenTokens
from daifuku.errors import ConfigError, TransientError


class Responses:
    """The forms in the settings, as `connectors.forms.reading` wants them."""

    def __init__(self, api: GoogleApi, config: GoogleFormsConfig) -> None:
        self._api = api
        self._config = config

    def forms(self) -> list[str]:
        return list(dict.fromkeys(self._config.forms))

    def pages(self, form: str, cursor: Cursor) -> Iterator[Page]:
        """The responses since the cursor; a pass that was broken off goes on."""
        newest = str(cursor.get("newest") or "")
        since = str(cursor["since"]) if "since" in cursor else self._since(newest)
        token = str(cursor.get("pageToken") or "")
        definition: dict[str, Any] = {}
        tokens = SeenTokens("Google's list of responses")
        while True:
            found, token = self._page(form, since, token)
            definition = definition or (self.definition(form) if found else {})
            newest = _latest(newest, found)
            records = [response_record(definition, form, response) for response in found]
            if not token:
                yield Page(records, {"newest": newest})
                return
            yield Page(records, {"newest": newest, "since": since, "pageToken": tokens.note(token)})

    def definition(self, form: str) -> dict[str, Any]:
        """The form with its questions."""
        return self._api.get(f"/v1/forms/{quote(form, safe='')}")

    def some(self, form: str) -> None:
        """Ask for one response, to see that it is allowed."""
        self._api.get(f"/v1/forms/{quote(form, safe='')}/responses", {"pageSize": 1})

    def _page(self, form: str, since: str, token: str) -> tuple[list[Mapping[str, Any]], str]:
        """A page and the token of the next; from the beginning where `token` is no longer known."""
        params: dict[str, str | int] = {"pageSize": self._config.page_size}
        params |= {"filter": f"timestamp >= {since}"} if since else {}
        params |= {"pageToken": token} if token else {}
        try:
            answer = self._api.get(f"/v1/forms/{quote(form, safe='')}/responses", params)
        except ConfigError as error:
            if not token or "(400)" not in error.message:
                raise
            return self._page(form, since, "")
        found = answer.get("responses", [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise TransientError("Google answered something other than a list of responses.")
        return found, str(answer.get("nextPageToken") or "")

    def _since(self, newest: str) -> str:
        """Where a pass begins, "" being the beginning."""
        if newest:
            at = _moment(newest) - timedelta(minutes=self._config.lookback_minutes)
        elif self._config.since:
            at = datetime.combine(self._config.since, time(), UTC)
        else:
            return ""
        return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _latest(newest: str, responses: list[Mapping[str, Any]]) -> str:
    times = [str(response.get("lastSubmittedTime") or "") for response in responses]
    return max(filter(None, [newest, *times]), key=_moment, default="")


def _moment(text: str) -> datetime:
    """A time as Google writes it, with up to nine digits of a second, to the microsecond."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise TransientError("Google gave a time that is none.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
