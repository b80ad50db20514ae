"""Deletes what a complete pass no longer lists, and brakes deletions that look like a mistake."""

from datetime import datetime

from daifuku.errors import SourceError
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import stream_runs
from daifuku.storage.repositories.landing import lock_source
from daifuku.storage.repositories.sweeping import count_gone, count_unseen, delete_unseen

SHARE = 0.3
"""More than this share of a stream's live records is never deleted by one reading ..."""
ROWS = 20
"""... unless it is so few records."""


class DeletionBrakeError(SourceError):
    """A source lists so little, or tells of so many deletions, that it looks like a mistake."""

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
    if not unlimited and _too_many(found.unseen, found.live):
        raise DeletionBrakeError(
            f"{source}/{stream} lists {found.live - found.unseen:,} records, and "
            f"{found.unseen:,} of {found.live:,} would be deleted: nothing was.",
            hint="Check the source; if it is right, sync once more and allow the deletions.",
            stream=stream,
        )
    if not found.unseen:
        return 0
    return delete_unseen(tx, source, stream, generation=generation, run_id=run_id, at=at)


def check_told(tx: Transaction, source: str, stream: str, deleted: int) -> None:
    """Doubt deletions that the source told of, of which `deleted` have just landed.

    Those of a reading count together, also where it was interrupted and gone on with; those of
    records that never came do not.

    Raises:
        DeletionBrakeError: they are too many; take them back.
    """
    before = stream_runs.deleted_so_far(tx, source, stream)
    if before + deleted <= ROWS:  # few, whatever was there: most often it need not be counted
        return
    found = count_gone(tx, source, stream)
    live = found.live + found.gone
    if _too_many(found.gone, live):
        held = "all" if deleted >= found.gone else f"the last {deleted:,}"
        raise DeletionBrakeError(
            f"{source}/{stream} tells of {found.gone:,} deletions among {live:,} records: "
            f"{held} are held.",
            hint="Check the source and what its credentials may see; if it is right, sync once "
            "more and allow the deletions.",
            stream=stream,
        )


def _too_many(gone: int, live: int) -> bool:
    return gone > ROWS and gone > live * SHARE
