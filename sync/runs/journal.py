"""The log of a run: kept in the store beside its receipt, and sent to the process's own log."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from daifuku.logs import get_logger, redactor
from daifuku.records import LogLine
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import run_log

log = get_logger(__name__)

Level = Literal["debug", "info", "warning", "error"]

MOST_LINES = 1_000
"""Lines kept of a run."""
KEPT_FOR_TROUBLE = 100
"""So many of them only warnings and errors may take."""
LONGEST = 2_000
"""Characters kept of a line."""


class Journal:
    """Takes lines; they are in the store after the next `committed`. For one thread."""

    def __init__(
        self, run_id: int, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.run_id = run_id
        self._now = now
        self._waiting: list[LogLine] = []
        self._kept = 0
        self._left_out = 0

    def note(self, level: Level, words: str, stream: str | None = None) -> None:
        """Add a line; secrets in it are masked, and what is too long is cut."""
        words = redactor.text(words)[:LONGEST]
        getattr(log, level)(words, **({"stream": stream} if stream else {}))
        room = MOST_LINES - 1 if level in ("warning", "error") else MOST_LINES - KEPT_FOR_TROUBLE
        if self._kept >= room:
            self._left_out += 1
            return
        self._kept += 1
        self._waiting.append(LogLine(self._now(), level, words, stream))

    def write(self, tx: Transaction) -> int:
        """Write the lines that wait; hand the result to `committed` once they are durable."""
        run_log.append(tx, self.run_id, self._waiting)
        return len(self._waiting)

    def committed(self, lines: int) -> None:
        """So many lines, the first that waited, are in the store."""
        del self._waiting[:lines]

    def flush(self, store: Store) -> None:
        """Write the lines that wait in a transaction of their own."""
        if self._waiting:
            with store.write() as tx:
                written = self.write(tx)
            self.committed(written)

    def close(self, tx: Transaction) -> None:
        """Write what waits, and say how many lines there was no room for."""
        if self._left_out:
            words = f"{self._left_out:,} more lines were left out: a run keeps {MOST_LINES:,}."
            self._waiting.append(LogLine(self._now(), "info", words))
        self.write(tx)
        self._waiting.clear()
