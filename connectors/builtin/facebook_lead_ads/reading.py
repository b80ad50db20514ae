"""Reads the leads of each form of a page.

A form's cursor is `{"newest": time}` after a whole pass, and `{"newest", "since", "after"}` within
one; `since` is in seconds. Meta lists the newest first and keeps leads for 90 days.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import orjson

from connectors.builtin.facebook_lead_ads.config import FacebookLeadAdsConfig
from connectors.builtin.facebook_lead_ads.graph import GraphApi
from connectors.builtin.facebook_lead_ads.leads import AD_FIELDS, FIELDS, lead_record
from connectors.forms.reading import Cursor, Page
from daifuku.errors import ConfigError, TransientError

_FORMS_PER_PAGE = 100


class Leads:
    """The forms of a page, as `connectors.forms.reading` wants them."""

    def __init__(self, api: GraphApi, config: FacebookLeadAdsConfig) -> None:
        self._api = api
        self._config = config

    def forms(self) -> list[str]:
        """The forms configured, or all of the page."""
        if self._config.forms:
            return list(dict.fromkeys(self._config.forms))
        params: dict[str, str | int] = {"fields": "id", "limit": _FORMS_PER_PAGE}
        found = [
            str(form["id"])
            for page, _ in self._api.pages(f"{self._config.page_id}/leadgen_forms", params)
            for form in page
            if form.get("id")
        ]
        return list(dict.fromkeys(found))

    def pages(self, form: str, cursor: Cursor) -> Iterator[Page]:
        """The leads since the cursor; a pass that was broken off goes on."""
        newest = str(cursor.get("newest") or "")
        since = int(cursor["since"]) if "since" in cursor else self._since(newest)
        definition: dict[str, Any] = {}
        for leads, after in self._pages(form, since, str(cursor.get("after") or "")):
            definition = definition or (self.definition(form) if leads else {})
            newest = _latest(newest, leads)
            records = [lead_record(definition, form, lead) for lead in leads]
            resume = {"newest": newest, "since": since, "after": after}
            yield Page(records, resume if after else {"newest": newest})

    def definition(self, form: str) -> dict[str, Any]:
        """The form with its questions."""
        return self._api.get(quote(form, safe=""), {"fields": "id,name,questions"})

    def some(self, form: str) -> None:
        """Ask for one lead, to see that it is allowed."""
        path = f"{quote(form, safe='')}/leads"
        self._api.get(path, {"fields": self._fields(), "limit": 1})

    def _pages(
        self, form: str, since: int, after: str
    ) -> Iterator[tuple[list[dict[str, Any]], str]]:
        """The pages from the cursor on; from the beginning where it is no longer known."""
        path = f"{quote(form, safe='')}/leads"
        params: dict[str, str | int] = {"fields": self._fields(), "limit": self._config.page_size}
        if since:
            later = {"field": "time_created", "operator": "GREATER_THAN", "value": since - 1}
            params["filtering"] = orjson.dumps([later]).decode()
        pages = self._api.pages(path, params, after)
        try:
            first = next(pages)
        except ConfigError as error:
            if not after or "(400)" not in error.message:
                raise
            pages = self._api.pages(path, params)
            first = next(pages)
        yield first
        yield from pages

    def _fields(self) -> str:
        return f"{FIELDS},{AD_FIELDS}" if self._config.ad_details else FIELDS

    def _since(self, newest: str) -> int:
        """Where a pass begins, 0 being the beginning."""
        if newest:
            at = _moment(newest) - timedelta(minutes=self._config.lookback_minutes)
        elif self._config.since:
            at = datetime.combine(self._config.since, time(), UTC)
        else:
            return 0
        return int(at.timestamp())


def _latest(newest: str, leads: list[dict[str, Any]]) -> str:
    times = [str(lead.get("created_time") or "") for lead in leads]
    return max(filter(None, [newest, *times]), key=_moment, default="")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise TransientError("Meta gave a time that is none.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
