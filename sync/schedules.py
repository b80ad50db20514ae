"""When a source runs by itself: every so often, or at the times of a cron line."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice

from daifuku.errors import UserError
from sync.cron import parse

_SHORTEST = 1.0
MISSED_AFTER = timedelta(minutes=1)
"""A run that begins later than this was missed: the hub was down, or had no worker."""


class CatchUp(StrEnum):
    """What becomes of runs that were missed."""

    ONCE = "once"
    """One run at once stands for all of them."""
    SKIP = "skip"
    """They are left out; the next run is that of the schedule."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A run by schedule. It begins at `due`: its time `at` with the jitter that falls to it."""

    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every `interval_seconds`, or `cron`: five fields, meant in the IANA zone `time_zone`.

    Each run begins up to `jitter_seconds` late, so that sources do not all call at once; by
    how much is the same for the same source and time, wherever it is asked.
    """

    interval_seconds: float | None = None
    cron: str | None = None
    time_zone: str = "UTC"
    jitter_seconds: float = 0.0
    catch_up: CatchUp = CatchUp.ONCE

    def __post_init__(self) -> None:
        if (self.interval_seconds is None) == (self.cron is None):
            raise UserError("A schedule has an interval or a cron line, and not both.")
        if self.interval_seconds is not None and not self.interval_seconds >= _SHORTEST:
            raise UserError("The interval of a schedule is at least one second.")
        if not 0 <= self.jitter_seconds < (self.interval_seconds or float("inf")):
            raise UserError("The jitter of a schedule is not negative, and below its interval.")
        if self.cron is not None:
            parse(self.cron, self.time_zone)

    def next_after(self, moment: datetime, *, anchor: datetime | None = None) -> datetime:
        """The first time to run after `moment`. Intervals count from `anchor`, or `moment`.

        Raises:
            UserError: the cron line names a date that never comes.
        """
        if self.interval_seconds is None:
            return parse(self.cron or "", self.time_zone).next_after(moment)
        interval = timedelta(seconds=self.interval_seconds)
        start = anchor or moment
        return start + ((moment - start) // interval + 1) * interval

    def occurrence(self, source: str, at: datetime) -> Occurrence:
        """The run of `source` whose time by schedule is `at`."""
        if not self.jitter_seconds:
            return Occurrence(at, at)
        named = f"{source}\0{at.astimezone(UTC).isoformat()}".encode()
        share = int.from_bytes(hashlib.blake2b(named, digest_size=8).digest()) / 2**64
        return Occurrence(at, at + timedelta(seconds=share * self.jitter_seconds))

    def after(self, source: str, last: datetime, now: datetime) -> Occurrence:
        """The first run of `source` that is not due yet, after the one meant for `last`.

        Raises:
            UserError: the cron line names a date that never comes.
        """
        jitter = timedelta(seconds=self.jitter_seconds)
        at = self.next_after(max(last, now - jitter), anchor=last)
        while (coming := self.occurrence(source, at)).due <= now:
            at = self.next_after(at, anchor=last)
        return coming

    def upcoming(self, source: str, at: datetime, count: int = 5) -> list[Occurrence]:
        """The run meant for `at`, and those after it."""

        def times() -> Iterator[datetime]:
            time = at
            while True:
                yield time
                time = self.next_after(time)

        return [self.occurrence(source, time) for time in islice(times(), count)]

    def makes_up_for(self, due: datetime, now: datetime) -> bool:
        """Whether a run that was due then still begins now."""
        return self.catch_up is CatchUp.ONCE or now - due <= MISSED_AFTER
