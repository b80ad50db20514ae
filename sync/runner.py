"""Runs one source once: reads, lands, accounts, and says how it ended."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from structlog.contextvars import bound_contextvars

from connectors.protocol import StreamSpec
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    DaifukuError,
    RateLimitedError,
    SystemFault,
    TransientError,
    UserError,
)
from daifuku.logs import get_logger, redactor
from daifuku.records import Receipt, RunState, StreamPhase, SyncRun
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store, Transaction
from daifuku.storage.repositories import jobs, runs, sources, stream_runs
from daifuku.storage.repositories.sources import SourceRow
from sync.leases import kept_alive, lease_end
from sync.notices.watch import run_ended
from sync.runs.context import Progress, RunContext, RunLostError, RunStoppedError
from sync.runs.drift import still_paused
from sync.runs.guards import Guards
from sync.runs.journal import Journal
from sync.runs.opening import Opening, open_streams
from sync.runs.reading import Reading
from sync.sources import (
    connect_source,
    keeping_rotated,
    mapper_with,
    mapping_of,
    streams_of,
    update_config,
)
from sync.standing import Mapper
from sync.tokens import StoredTokens

log = get_logger(__name__)

LEASE_SECONDS = 30.0
PARTS = ("new", "changed", "unchanged", "rejected", "suppressed")
"""What the records fetched come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to run a source. `allow_deletions` takes the brake off deletions, for this run, and
    accepts a pass that lists far fewer records than the one before.

    `full` reads the streams from their beginnings anew, `since` from that moment on; a stream of
    which that was done after `asked_at` is not read so again.
    """

    streams: Sequence[str] | None = None
    since: datetime | None = None
    full: bool = False
    asked_at: datetime | None = None
    lease_seconds: float = LEASE_SECONDS
    attempt: int = 1
    allow_deletions: bool = False
    guards: Guards = field(default_factory=Guards)
    progress: Progress = lambda _stream, _receipt: None
    stop: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run that has ended, and the error that decides what to do next, if there was one."""

    run: SyncRun
    error: DaifukuError | None = None


def run_sync(
    store: Store, box: SecretBox, source_id: str, options: RunOptions | None = None
) -> SyncRun:
    """Sync a source now, in this thread, and return the run with its receipt.

    What goes wrong at the source is not raised: it is in the run, by stream and by kind, and
    a source whose settings are wrong is paused. A run that died earlier is closed and gone
    on with from its last checkpoint.

    Raises:
        NotFoundError: no source has that name.
        ConflictError: a sync of it is running.
    """
    return run_source(store, box, source_id, options or RunOptions()).run


def run_source(store: Store, box: SecretBox, source_id: str, options: RunOptions) -> RunResult:
    """As `run_sync`, with the error as it was raised."""
    with store.write() as tx:
        row = sources.get(tx, source_id)
        run_id = runs.begin(
            tx,
            source_id,
            now=datetime.now(UTC),
            lease_until=lease_end(options.lease_seconds),
            attempt=options.attempt,
        )

    def renew(until: datetime) -> bool:
        with store.write() as tx:
            return runs.renew(tx, run_id, until)

    journal = Journal(run_id)
    with (
        bound_contextvars(source=source_id, run=run_id),
        kept_alive(renew, options.lease_seconds) as lost,
    ):
        run = _Run(store, box, row, run_id, journal, options, lost)
        error = run.read()
    with bound_contextvars(source=source_id, run=run_id):
        return _finish(run, error)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run under way."""

    store: Store
    box: SecretBox
    row: SourceRow
    id: int
    journal: Journal
    options: RunOptions
    lost: threading.Event

    def read(self) -> DaifukuError | None:
        """Read until the end or the first error that concerns the whole source."""
        reading = None
        try:
            tokens = StoredTokens(self.store, self.box, self.row.id)
            connector = connect_source(self.box, self.row, tokens)
            keeping_rotated(self.store, self.box, self.row.id, connector)
            specs = streams_of(connector)
            mapping = mapping_of(self.row)
            mapper = mapper_with(mapping)
            options = self.options
            opening = Opening(
                source=self.row.id,
                run_id=self.id,
                streams=options.streams,
                full=options.full,
                since=options.since,
                asked_at=options.asked_at,
                mapper=mapper,
                mapping_digest=mapping.digest,
            )
            streams, state = open_streams(self.store, connector, specs, opening)
            reading = Reading(self._context(specs, mapper), streams)
            left_out = reading.paused
            for one in left_out:
                self.journal.note("warning", f"{one} is paused and left out.", one)
            if reading.wanted:
                for message in connector.read(reading.wanted, state):
                    reading.take(message)
        except DaifukuError as error:
            return _landed_after(reading, error)
        except Exception as error:
            log.exception("a sync failed for a fault of ours")
            return SystemFault(
                f"The {self.row.connector} connector failed: {type(error).__name__}.",
                hint="This is a bug: the log has the details.",
            )
        return _landed_after(reading, None) or still_paused(self.row.id, left_out)

    def _context(self, specs: Sequence[StreamSpec], mapper: Mapper) -> RunContext:
        store, box, source, options = self.store, self.box, self.row.id, self.options
        return RunContext(
            store=store,
            source=source,
            run_id=self.id,
            mapper=mapper,
            specs={spec.name: spec for spec in specs},
            journal=self.journal,
            lease_seconds=options.lease_seconds,
            update_config=lambda fields: update_config(store, box, source, fields, rotated=True),
            progress=options.progress,
            stop=options.stop or threading.Event(),
            lost=self.lost,
            guards=options.guards,
            allow_deletions=options.allow_deletions,
        )


def _landed_after(reading: Reading | None, error: DaifukuError | None) -> DaifukuError | None:
    """Land what is still buffered, unless the run is no longer ours; the first error counts."""
    if reading is None or isinstance(error, RunLostError | RunStoppedError):
        return error
    try:
        reading.close()
    except DaifukuError as late:
        return error or late
    return error or min(reading.errors.values(), key=_urgency, default=None)


def _urgency(error: DaifukuError) -> int:
    """Of several streams' errors the one the hub itself can act on decides what happens next."""
    return 0 if isinstance(error, RateLimitedError | TransientError) else 1


def _finish(run: _Run, error: DaifukuError | None) -> RunResult:
    with run.store.write() as tx:
        if isinstance(error, RunLostError):
            return _lost(run, tx, error)
        now = datetime.now(UTC)
        stream_runs.leave(tx, [run.id], now)
        so_far = runs.get(tx, run.id)
        error = error or _doubt(so_far)
        phases = [one.state for one in so_far.by_stream.values()]
        state = _end_state(phases, anything=so_far.receipt.fetched > 0, error=error)
        words = redactor.text(str(error)) if error else None
        kind = error.kind if error else None
        runs.finish(tx, run.id, state, at=now, error=words, error_kind=kind)
        if _needs_its_owner(error) and not _any_whole(phases):
            sources.pause(tx, run.row.id, words or "", now)
        _tell_end(run, so_far.receipt, state, error)
        run.journal.close(tx)
        _resolve_soon(tx, so_far.receipt, now)
        ended = runs.get(tx, run.id)
        run_ended(tx, ended, now)
        return RunResult(ended, error)


def _lost(run: _Run, tx: Transaction, error: RunLostError) -> RunResult:
    """The run was ended from outside: what it had landed is to be resolved all the same."""
    ended = runs.get(tx, run.id)
    run.journal.note("warning", f"The run stops here: it was ended from outside ({ended.state}).")
    run.journal.close(tx)
    _resolve_soon(tx, ended.receipt, datetime.now(UTC))
    return RunResult(ended, error)


def _doubt(run: SyncRun) -> SystemFault | None:
    """A run whose receipt does not add up has a fault of ours in it, and says so."""
    if run.reconciles:
        return None
    return SystemFault(
        f"The receipt of run {run.id} does not add up.",
        hint="This is a bug: report it with the run's log.",
    )


def _tell_end(run: _Run, receipt: Receipt, state: RunState, error: DaifukuError | None) -> None:
    if error is not None:
        run.journal.note("error", str(error))
    parts = " + ".join(f"{getattr(receipt, name):,} {name}" for name in PARTS)
    counted = f"{receipt.fetched:,} fetched = {parts}, {receipt.deleted:,} deleted"
    run.journal.note("info", f"The run {state}: {counted}.")


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
