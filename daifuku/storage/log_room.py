"""Room at the end of SQLite's write-ahead log, so that a commit need not make the file longer.

A file that grows takes the file system a journal commit of its own at each sync: up to twice the
time of a small commit. Frames are overwritten in place once the log has wrapped; until then, from
each first opening on, its end is moved ahead in ever longer steps. What follows the last frame is
zeros, which are no frame: a frame counts only with the salts of the log's header and a matching
checksum (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
"""

import os
from pathlib import Path

SHORTEST = 256 * 1024
LONGEST = 8 * 1024 * 1024
_HEADER = 32


class LogRoom:
    """The write-ahead log of one database, as one writer sees it grow."""

    def __init__(self, database: Path, most: int) -> None:
        """`most` bytes are what the log may come to have room for."""
        self._log = Path(f"{database}-wal")
        self._most = most
        self._end = 0

    def keep(self) -> None:
        """Make room if SQLite has come to the end of it; to be called with the write lock held.

        Without that lock, what another process has just written might be overwritten.
        """
        try:
            end = os.stat(self._log).st_size
            if _HEADER < self._end < end < self._most:
                end += self._extend(end)
            self._end = end
        except OSError:  # a full disk, a log that is gone: SQLite says so if it matters
            self._end = 0

    def _extend(self, end: int) -> int:
        with self._log.open("r+b", buffering=0) as log:
            log.seek(end)
            return log.write(bytes(min(max(end, SHORTEST), LONGEST)))
