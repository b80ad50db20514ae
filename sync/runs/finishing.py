"""Ends a run: closes its streams, checks its receipt, and says how it went."""

from collections.abc import Collection
from datetime import UTC, datetime

from daifuku.errors import AuthExpiredError, ConfigError, DaifukuError, SystemFault, UserError
from daifuku.logs import redactor
from daifuku.records import Receipt, RunState, StreamPhase, SyncRun
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import jobs, runs, sources, stream_runs
from sync.notices.watch import run_ended
from sync.runs.context import RunLostError
from sync.runs.journal import Journal

PARTS = ("new", "changed", "unchanged", "rejected", "suppressed")
"""What the records fetched come to."""


def finish(
    store: Store, source: str, run_id: int, journal: Journal, error: DaifukuError | None
) -> tuple[SyncRun, DaifukuError | None]:
    """Close a run that ended with this error, or well; returns it, and the error that counts.

    A source that needs its owner is paused, what was landed is queued to be resolved, and whoever
    is to be told of how it went is told.
    """
    with store.write() as tx:
        if isinstance(error, RunLostError):
            return _lost(tx, run_id, journal), error
        now = datetime.now(UTC)
        stream_runs.leave(tx, [run_id], now)
        so_far = runs.get(tx, run_id)
        error = error or _doubt(so_far)
        phases = [one.state for one in so_far.by_stream.values()]
        state = _end_state(phases, anything=so_far.receipt.fetched > 0, error=error)
        words = redactor.text(str(error)) if error else None
        kind = error.kind if error else None
        runs.finish(tx, run_id, state, at=now, error=words, error_kind=kind)
        if _needs_its_owner(error) and not _any_whole(phases):
            sources.pause(tx, source, words or "", now)
        _tell_end(journal, so_far.receipt, state, error)
        journal.close(tx)
        _resolve_soon(tx, so_far.receipt, now)
        ended = runs.get(tx, run_id)
        run_ended(tx, ended, now)
        return ended, error


def _lost(tx: Transaction, run_id: int, journal: Journal) -> SyncRun:
    """The run was ended from outside: what it had landed is to be resolved all the same."""
    ended = runs.get(tx, run_id)
    journal.note("warning", f"The run stops here: it was ended from outside ({ended.state}).")
    journal.close(tx)
    _resolve_soon(tx, ended.receipt, datetime.now(UTC))
    return ended


def _doubt(run: SyncRun) -> SystemFault | None:
    """A run whose receipt does not add up has a fault of ours in it, and says so."""
    if run.reconciles:
        return None
    return SystemFault(
        f"The receipt of run {run.id} does not add up.",
        hint="This is a bug: report it with the run's log.",
    )


def _tell_end(
    journal: Journal, receipt: Receipt, state: RunState, error: DaifukuError | None
) -> None:
    if error is not None:
        journal.note("error", str(error))
    parts = " + ".join(f"{getattr(receipt, name):,} {name}" for name in PARTS)
    counted = f"{receipt.fetched:,} fetched = {parts}, {receipt.deleted:,} deleted"
    journal.note("info", f"The run {state}: {counted}.")


def _resolve_soon(tx: Transaction, receipt: Receipt, now: datetime) -> None:
    if receipt.new or receipt.changed or receipt.deleted or receipt.rejected:
        jobs.enqueue(tx, "resolve", {}, now=now, dedup_key="resolve")


def _end_state(
    phases: Collection[StreamPhase], *, anything: bool, error: DaifukuError | None
) -> RunState:
    if error is None and all(phase.whole for phase in phases):
        return RunState.SUCCEEDED
    return RunState.PARTIAL if anything or _any_whole(phases) else RunState.FAILED


def _any_whole(phases: Collection[StreamPhase]) -> bool:
    return any(phase.whole for phase in phases)


def _needs_its_owner(error: DaifukuError | None) -> bool:
    return isinstance(error, ConfigError | AuthExpiredError | UserError)
