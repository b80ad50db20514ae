"""Finds what changed since the last sync by the times at which Tryton created and wrote rows.

Every row carries `create_date` and, once changed, `write_date`: the time at which the writing
transaction began. Rows written together share it, so a page ends at a (time, id), and a
transaction may be seen long after its time: a mark is read again until `lookback` has passed
since it was first seen, measured by one clock, ours, so that skew does not matter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.tryton_client.client import Row, TrytonClient, advanced
from connectors.tryton_client.plan import Domain
from connectors.tryton_client.wire import timestamp
from daifuku.errors import TransientError


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a feed was read: `at`, None before its first row, first seen at `seen` (epoch).

    `seen` is None once nothing older than `at` can appear any more.
    """

    at: str | None = None
    seen: float | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """The rows of `model` within `domain` in the order of one of their `STAMPS`."""

    model: str
    stamp: str
    domain: Domain = ()

    @property
    def name(self) -> str:
        return f"{self.model}.{self.stamp}"

    def newest(self, client: TrytonClient, now: float) -> Mark:
        """The mark that covers every row there is."""
        order = [(self.stamp, "DESC"), ("id", "DESC")]
        domain = [*self.domain, [self.stamp, "!=", None]]
        rows = client.search(self.model, domain, [self.stamp], order=order, size=1, inactive=True)
        return Mark(self._stamp_of(rows[0]), now) if rows else Mark()

    def since(
        self, client: TrytonClient, mark: Mark, lookback: float, fields: Sequence[str], size: int
    ) -> Iterator[Row]:
        """The rows past `mark`, and those within `lookback` seconds before it until it settles."""
        start = mark.at
        if start is not None and mark.seen is not None:
            start = (datetime.fromisoformat(start) - timedelta(seconds=lookback)).isoformat()
        beyond: list[Any] = [self.stamp, "!=", None]
        if start is not None:
            beyond = [self.stamp, ">", timestamp(start)]
        place: tuple[datetime, int] | None = None
        while page := client.search(
            self.model,
            [*self.domain, beyond],
            [self.stamp, *fields],
            order=[(self.stamp, "ASC"), ("id", "ASC")],
            size=size,
            inactive=True,
        ):
            yield from page
            at, last = self._stamp_of(page[-1]), page[-1]["id"]
            found = (datetime.fromisoformat(at), last)
            place = found if place is None else advanced(self.model, place, found)
            here = timestamp(at)
            beyond = [
                "OR",
                [[self.stamp, ">", here]],
                [[self.stamp, "=", here], ["id", ">", last]],
            ]

    def _stamp_of(self, row: Row) -> str:
        found = row.get(self.stamp)
        if not isinstance(found, str):
            raise TransientError(f"The server answered a row of {self.model} without {self.stamp}.")
        return found


def moved(mark: Mark, newest: str | None, now: float, lookback: float) -> Mark:
    """The mark after a reading begun at `now` that saw rows up to `newest`."""
    if newest is not None and (mark.at is None or _later(newest, mark.at)):
        return Mark(newest, now)
    if mark.seen is not None and now - mark.seen >= lookback:
        return replace(mark, seen=None)
    return mark


def _later(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)
