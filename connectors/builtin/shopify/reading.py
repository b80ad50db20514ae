"""Reads a stream of the shop in the order of the last change, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from connectors.builtin.shopify.client import ShopifyClient, TooCostlyError
from connectors.builtin.shopify.queries import MORE_LINES, ORDERS, PAGES
from connectors.protocol import Checkpoint, Message, Record, StreamState, Unreadable
from daifuku.errors import ConfigError, TransientError

KEY = "legacyResourceId"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a stream was read.

    `mark` is the time of the latest change read. While a reading is under way `since` is where
    it began (None: at the beginning) and `after` the cursor of the page read last.
    """

    mark: str | None = None
    since: str | None = None
    after: str | None = None

    def to_state(self) -> StreamState:
        """The position in JSON types."""
        return asdict(self)


_ADAPTER = TypeAdapter(Position)


def from_state(stream: str, state: StreamState | None) -> Position:
    """The position that `state` holds; an absent state is the beginning.

    Raises:
        ConfigError: another version or another connector wrote it.
    """
    try:
        position = _ADAPTER.validate_python(dict(state or {}))
        for time in filter(None, (position.mark, position.since)):
            datetime.fromisoformat(time)
    except (ValidationError, ValueError):
        raise ConfigError(
            f"The stored position of {stream} cannot be read.",
            hint="Reset the stream; reading it from the beginning changes nothing that is right.",
            stream=stream,
        ) from None
    return position


class StreamReader:
    """Reads one stream on from a position."""

    def __init__(
        self, client: ShopifyClient, stream: str, page_size: int, lookback: timedelta
    ) -> None:
        self._client = client
        self._stream = stream
        self._size = page_size
        self._lookback = lookback
        self._cursors: set[str] = set()

    def read(self, position: Position) -> Iterator[Message]:
        """Records and checkpoints, oldest change first.

        Raises:
            SourceError: as `ShopifyClient.ask` says; the checkpoints yielded so far stay valid.
        """
        if position.after is None:
            position = replace(position, since=self._bound(position))
        while True:
            try:
                page = self._page(position)
            except ConfigError:
                if position.after is None or self._cursors:
                    raise
                # The cursor that an earlier run left is not taken any more: begin at its mark.
                position = replace(position, after=None, since=self._bound(position))
                continue
            for node in page["nodes"]:
                yield self._record(node)
            position = self._moved(position, page)
            if position.after is None:
                break
            yield Checkpoint(self._stream, position.to_state())
        yield Checkpoint(self._stream, Position(mark=position.mark).to_state())

    def _bound(self, position: Position) -> str | None:
        """Where to begin: what changed last may have been visible only in part."""
        if position.mark is None:
            return None
        return (datetime.fromisoformat(position.mark) - self._lookback).isoformat()

    def _page(self, position: Position) -> Mapping[str, Any]:
        variables: dict[str, Any] = {"after": position.after}
        if position.since is not None:
            since = datetime.fromisoformat(position.since).astimezone(UTC)
            variables["query"] = f"updated_at:>='{since:%Y-%m-%dT%H:%M:%SZ}'"
        while True:
            try:
                data = self._client.ask(PAGES[self._stream], {**variables, "first": self._size})
            except TooCostlyError:
                if self._size == 1:
                    raise
                self._size //= 2
            else:
                break
        # Pages that refill within a pause let a long reading flow instead of being put off.
        self._size = max(1, int(self._size * self._client.affordable))
        page = data.get("page")
        if not isinstance(page, dict) or not isinstance(page.get("nodes"), list):
            raise TransientError("Shopify answered something other than a page.")
        return page

    def _moved(self, position: Position, page: Mapping[str, Any]) -> Position:
        times = [node.get("updatedAt") for node in page["nodes"] if isinstance(node, dict)]
        known = [time for time in (position.mark, *times) if isinstance(time, str)]
        info = page.get("pageInfo")
        if not isinstance(info, dict) or not isinstance(info.get("hasNextPage"), bool):
            raise TransientError(
                "Shopify answered a page that does not say whether it is the last."
            )
        cursor = info.get("endCursor") if info["hasNextPage"] else None
        if info["hasNextPage"] and (not isinstance(cursor, str) or cursor in self._cursors):
            raise TransientError(
                "Shopify gives the same page again.",
                hint="It is tried again; if it happens every time, tell Shopify's support.",
            )
        self._cursors.add(str(cursor))
        mark = max(known, key=datetime.fromisoformat, default=None)
        return replace(position, mark=mark, after=cursor)

    def _record(self, node: Any) -> Message:
        key = node.get(KEY) if isinstance(node, dict) else None
        if not isinstance(key, str | int) or not key:
            reason = "The record has no id."
            return Unreadable(self._stream, "", "no_key", reason)
        data = {name: value for name, value in node.items() if name != "id"}
        if self._stream == ORDERS:
            data["lineItems"] = {"nodes": self._lines(node)}
        return Record(self._stream, str(key), data)

    def _lines(self, node: Mapping[str, Any]) -> list[Any]:
        """All lines of an order: those beyond the first page are asked for one order at a time."""
        held = node.get("lineItems") or {}
        lines, info = list(held.get("nodes") or ()), held.get("pageInfo") or {}
        seen: set[str] = set()
        while info.get("hasNextPage"):
            cursor = str(info.get("endCursor"))
            if cursor in seen:
                raise TransientError("Shopify gives the same page of an order's lines again.")
            seen.add(cursor)
            order = self._client.ask(MORE_LINES, {"id": node.get("id"), "after": cursor})
            held = (order.get("order") or {}).get("lineItems") or {}
            lines += held.get("nodes") or ()
            info = held.get("pageInfo") or {}
        return lines
