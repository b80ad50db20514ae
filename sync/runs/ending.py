"""Ends a stream that was read to its end: deletes what is gone, unless that is in doubt."""

from datetime import UTC, datetime

from daifuku.errors import SourceError
from daifuku.records import Receipt, StreamPhase, StreamRun
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import states, stream_runs
from daifuku.storage.repositories.landing import has_records
from daifuku.storage.repositories.sweeping import count_unseen
from sync.runs.context import RunContext
from sync.runs.guards import NoRecordsError, VolumeError, check_fewer, check_none, far_more
from sync.runs.stream import OneStream
from sync.runs.sweep import sweep


def end_stream(context: RunContext, one: OneStream, *, full_pass: bool) -> Receipt:
    """Say in the store that the stream is complete; returns what was deleted, as a receipt.

    With `full_pass` all that is there was listed. A pass in doubt deletes nothing: the stream
    then has an error that says why.

    Raises:
        RunLostError: the run is no longer ours.
    """
    if one.start.rereading and not full_pass:
        words = "Deletions were not looked for: this reading did not begin at the beginning."
        context.journal.note("info", words, one.name)
    number = generation_of(context, one)
    try:
        return _close(context, one, full_pass=full_pass, generation=number)
    except SourceError as doubt:
        one.error = doubt
        context.journal.note("error", str(doubt), one.name)
        return _close(context, one, full_pass=False, generation=number, doubt=doubt)


def generation_of(context: RunContext, one: OneStream) -> int:
    """The number of this pass over the stream, 0 where passes are not counted."""
    if one.generation is None:
        one.generation = 0
        if context.counts_passes(one.name):
            with context.store.write() as tx:
                now = datetime.now(UTC)
                one.generation = states.begin_pass(tx, context.source, one.name, now)
    return one.generation


def _close(
    context: RunContext,
    one: OneStream,
    *,
    full_pass: bool,
    generation: int,
    doubt: SourceError | None = None,
) -> Receipt:
    source, now = context.source, datetime.now(UTC)

    def commit(tx: Transaction) -> tuple[StreamRun, int]:
        deleted = _whole(context, one, tx, generation, now) if full_pass else 0
        if one.start.rereading:
            states.end_reread(tx, source, one.name, now, replaces=one.start.replaces)
        one.watch.settle(tx, now)
        context.count(tx, Receipt(deleted=deleted))
        phase = _phase(context, one, tx, doubt)
        run = one.tally.ended(phase, now, deleted=deleted, error=doubt)
        stream_runs.save(tx, context.run_id, run)
        return run, context.journal.write(tx)

    run, written = context.store.transact(commit)
    deleted = run.receipt.deleted - one.tally.run.receipt.deleted
    one.tally.adopt(run)
    context.journal.committed(written)
    return Receipt(deleted=deleted)


def _whole(
    context: RunContext, one: OneStream, tx: Transaction, generation: int, now: datetime
) -> int:
    """Delete what a whole pass did not list, after looking at what it did; returns how many."""
    listed, sweeps = one.tally.run.receipt.fetched, context.counts_passes(one.name)
    before = one.row.whole_pass
    if not context.allow_deletions:
        known = before or 0
        if sweeps:
            known = count_unseen(tx, context.source, one.name, generation).live
        check_none(context.source, one.name, listed=listed, known=known)
        if not sweeps:  # where passes delete, the brake judges by what would be deleted
            check_fewer(
                context.source, one.name, listed=listed, before=before, guards=context.guards
            )
    deleted = 0
    if before is not None and far_more(listed, before, context.guards):
        words = f"{listed:,} records, and the whole pass before listed {before:,}: look at it."
        context.journal.note("warning", words, one.name)
        sweeps = sweeps and context.allow_deletions
    if sweeps:
        deleted = sweep(
            tx,
            context.source,
            one.name,
            generation=generation,
            run_id=context.run_id,
            at=now,
            unlimited=context.allow_deletions,
        )
    states.note_whole_pass(tx, context.source, one.name, listed, now)
    return deleted


def _phase(
    context: RunContext, one: OneStream, tx: Transaction, doubt: SourceError | None
) -> StreamPhase:
    if doubt is not None and not isinstance(doubt, NoRecordsError | VolumeError):
        return StreamPhase.FAILED
    nothing = isinstance(doubt, NoRecordsError) or not has_records(tx, context.source, one.name)
    return StreamPhase.EMPTY if nothing else StreamPhase.COMPLETE
