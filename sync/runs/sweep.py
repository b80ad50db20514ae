"""Deletes what a complete pass no longer lists, with a brake."""

from datetime import datetime

from daifuku.errors import SourceError
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.landing import lock_source
from daifuku.storage.repositories.sweeping import count_unseen, delete_unseen

SHARE = 0.3
"""More than this share of a stream's live records is never deleted by one pass ..."""
ROWS = 20
"""... unless it is so few records."""


class DeletionBrakeError(SourceError):
    """A complete pass lists so little that deleting the rest looks like a mistake."""

    kind = "deletion_brake"


def sweep(
    tx: Transaction,
    source: str,
    stream: str,
    *,
    generation: int,
    run_id: int,
    at: datetime,
    unlimited: bool = False,
) -> int:
    """Turn what the pass `generation`, now complete, did not list into tombstones.

    Returns how many records that is. `unlimited` takes the brake off.

    Raises:
        DeletionBrakeError: it would be too many; nothing was deleted.
    """
    lock_source(tx, source)
    found = count_unseen(tx, source, stream, generation)
    if not unlimited and found.unseen > ROWS and found.unseen > found.live * SHARE:
        raise DeletionBrakeError(
            f"{source}/{stream} lists {found.live - found.unseen:,} records, and "
            f"{found.unseen:,} of {found.live:,} would be deleted: nothing was.",
            hint="Check the source; if it is right, sync once more and allow the deletions.",
            stream=stream,
        )
    if not found.unseen:
        return 0
    return delete_unseen(tx, source, stream, generation=generation, run_id=run_id, at=at)
