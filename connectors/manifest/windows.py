"""Pages through a list that is sorted by time and moves while it is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from airbyte_cdk.sources.declarative.requesters.paginators.strategies.pagination_strategy import (
    PaginationStrategy,
)
from airbyte_cdk.sources.types import Record, StreamSlice

SECONDS = len("2026-01-01T00:00:00")


@dataclass
class SlidingWindow(PaginationStrategy):
    """Asks for what changed since the last record of a page instead of for the next page.

    Page numbers lose a record whenever one already read is edited and moves to the end of the
    list. The token is `{since, page}`: `since` lies one second before the last record, because
    APIs differ in whether a start is inclusive; while a page spans no more than that, its
    successor is asked for by number. `records` and `field` name the list in the answer and the
    time stamp the list is sorted by, oldest first.
    """

    records: str
    field: str
    page_size: int

    @property
    def initial_token(self) -> Any | None:
        return None

    def get_page_size(self) -> int | None:
        return self.page_size

    def next_page_token(
        self,
        response: requests.Response,
        last_page_size: int,
        last_record: Record | None,
        last_page_token_value: Any | None = None,
        *_: Any,
        **more: Any,
    ) -> dict[str, Any] | None:
        """The token of the next page; None after a page that is not full."""
        if last_page_size < self.page_size or last_record is None:
            return None
        first = str(response.json()[self.records][0][self.field])[:SECONDS]
        since = _second_before(str(last_record[self.field])[:SECONDS])
        if since > first:
            return {"since": since, "page": 1}
        token = last_page_token_value or {"since": _start(more.get("stream_slice")), "page": 1}
        return {"since": token["since"], "page": token["page"] + 1}


def _start(stream_slice: StreamSlice | None) -> str:
    return str(stream_slice.get("start_time", ""))[:SECONDS] if stream_slice else ""


def _second_before(stamp: str) -> str:
    return (datetime.fromisoformat(stamp) - timedelta(seconds=1)).isoformat()
