"""Counts what comes of one stream in one run, and how fast it comes."""

from collections import deque
from dataclasses import replace
from datetime import datetime

from daifuku.errors import DaifukuError
from daifuku.logs import redactor
from daifuku.records import Receipt, StreamPhase, StreamRun

WINDOW = 8
"""Checkpoints over which the rate is taken."""


class Tally:
    """`run` is how far the stream has come, as it stands in the store."""

    def __init__(self, stream: str) -> None:
        self.run = StreamRun(stream=stream, state=StreamPhase.WAITING)
        self._seen: deque[tuple[datetime, int]] = deque(maxlen=WINDOW)

    def started(self, now: datetime, expected: int | None) -> StreamRun:
        """What the run says once the stream is being read; hand it to `adopt` when that holds."""
        return replace(self.run, state=StreamPhase.READING, started_at=now, expected=expected)

    def after(self, receipt: Receipt, now: datetime) -> StreamRun:
        """What the run will say once a checkpoint with this receipt has landed."""
        total = self.run.receipt + receipt
        return replace(
            self.run,
            receipt=total,
            checkpoints=self.run.checkpoints + 1,
            checkpoint_at=now,
            rate=self._rate(total.fetched, now),
        )

    def ended(
        self, state: StreamPhase, now: datetime, deleted: int = 0, error: DaifukuError | None = None
    ) -> StreamRun:
        """What the run will say once the stream has ended so."""
        receipt = self.run.receipt + Receipt(deleted=deleted)
        ended = replace(self.run, state=state, receipt=receipt, ended_at=now)
        if error is None:
            return ended
        return replace(ended, error=redactor.text(str(error)), error_kind=error.kind)

    def adopt(self, run: StreamRun) -> None:
        """`run`, one of the above, is in the store."""
        self.run = run
        moment = run.checkpoint_at or run.started_at
        if moment is not None:
            self._seen.append((moment, run.receipt.fetched))

    def _rate(self, fetched: int, now: datetime) -> float | None:
        if not self._seen:
            return None
        since, before = self._seen[0]
        seconds = (now - since).total_seconds()
        return round((fetched - before) / seconds, 1) if seconds > 0 else None
