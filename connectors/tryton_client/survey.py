"""Finds the ids that a reading has to yield, and the position that it thereby reaches."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connectors.ids import IdSet
from connectors.tryton_client.changes import Feed, Mark, moved
from connectors.tryton_client.client import Row, TrytonClient
from connectors.tryton_client.config import TrytonConfig
from connectors.tryton_client.fingerprints import BLOCK, Fingerprints, disturbed, taken
from connectors.tryton_client.plan import STAMPS, Link, StreamPlan
from connectors.tryton_client.progress import Position

ROWS_PER_RECORD = 5
"""A page here holds this many times the records of a page, as its rows are that much smaller."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Yield the records `ids`, and the stream has been read up to `target`."""

    target: Position
    ids: frozenset[int]


class Surveyor:
    """Looks at the models of `plan`, reading no more of a row than its id, link and time."""

    def __init__(
        self,
        client: TrytonClient,
        plan: StreamPlan,
        config: TrytonConfig,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._plan = plan
        self._lookback = float(config.lookback_seconds)
        self._size = config.page_size * ROWS_PER_RECORD
        self._clock = clock

    def everything(self) -> Survey:
        """All records there are. The marks come first: what is written meanwhile comes again."""
        marks = {feed.name: feed.newest(self._client, self._clock()) for feed, _ in self._feeds()}
        parts = {link.name: taken(self._pairs(link)) for link in self._plan.parts}
        return Survey(Position(marks, parts), frozenset(self.census()))

    def changes(self, base: Position, known: IdSet, *, deletions: bool) -> Survey:
        """The records changed since `base`; with `deletions` those that lost a nested row too."""
        marks: dict[str, Mark] = {}
        own: set[int] = set()
        joined: set[int] = set()
        for feed, link in self._feeds():
            mark, ids = self._changed(feed, link, base.marks.get(feed.name, Mark()))
            marks[feed.name] = mark
            (joined if link in self._plan.members else own).update(ids)
        parts = dict(base.parts)
        if deletions:
            for link in self._plan.parts:
                parts[link.name], ids = self._bereft(link, base.parts.get(link.name), known)
                own.update(ids)
        if self._plan.members:
            own = {id_ for id_ in own if id_ in known}
        return Survey(Position(marks, parts), frozenset(own | joined))

    def census(self) -> Iterator[int]:
        """The ids of all records of the stream, archived ones included; some may come twice."""
        if not self._plan.members:
            domain = self._plan.domain
            for row in self._client.listing(self._plan.model, domain, ["id"], size=self._size):
                yield row["id"]
        for link in self._plan.members:
            yield from (record for _, record in self._pairs(link))

    def _feeds(self) -> Iterator[tuple[Feed, Link | None]]:
        for stamp in STAMPS:
            yield Feed(self._plan.model, stamp, self._plan.domain), None
            for link in self._plan.parts + self._plan.members:
                yield Feed(link.model, stamp, link.domain), link

    def _changed(self, feed: Feed, link: Link | None, mark: Mark) -> tuple[Mark, set[int]]:
        now = self._clock()
        newest: str | None = None
        ids: set[int] = set()
        fields = [link.field] if link else []
        for row in feed.since(self._client, mark, self._lookback, fields, self._size):
            newest = row[feed.stamp]
            record = self._record_of(row, link)
            if record is not None:
                ids.add(record)
        return moved(mark, newest, now, self._lookback), ids

    def _bereft(
        self, link: Link, before: Fingerprints | None, known: IdSet
    ) -> tuple[Fingerprints, set[int]]:
        pairs = list(self._pairs(link))
        if before is None:
            return taken(pairs), set()
        blocks = disturbed(before, taken(pairs, before.upto))
        return taken(pairs), {id_ for id_ in known if id_ // BLOCK in blocks}

    def _pairs(self, link: Link) -> Iterator[tuple[int, int]]:
        """(row id, record id) of every row of the link's model that points to a record."""
        domain = [*link.domain, [link.field, "!=", None]]
        for row in self._client.listing(link.model, domain, [link.field], size=self._size):
            record = self._record_of(row, link)
            if record is not None:
                yield row["id"], record

    def _record_of(self, row: Row, link: Link | None) -> int | None:
        """The record that `row` belongs to; a Reference is written `model,id`."""
        held: Any = row.get(link.field) if link else row["id"]
        if isinstance(held, str):
            model, _, number = held.partition(",")
            return int(number) if model == self._plan.model and number.isdigit() else None
        return held if isinstance(held, int) else None
