"""Runs one source once: reads, lands, accounts, and says how it ended."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from structlog.contextvars import bound_contextvars

from connectors.protocol import StreamSpec
from daifuku.errors import (
    BusyError,
    DaifukuError,
    RateLimitedError,
    SystemFault,
    TransientError,
)
from daifuku.logs import get_logger, redactor
from daifuku.records import SyncRun
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store, StoreUnavailable
from daifuku.storage.known_errors import reason_of, step_after
from daifuku.storage.repositories import runs, sources
from daifuku.storage.repositories.sources import SourceRow
from sync.leases import kept_alive, lease_end
from sync.patience import patiently
from sync.runs.context import Progress, RunBrokenError, RunContext, RunLostError, RunStoppedError
from sync.runs.drift import still_paused
from sync.runs.finishing import finish
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
        BusyError: the store was not to be had to begin the run, or for long to end it.
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

    def renew() -> bool:
        with store.write() as tx:
            return runs.renew(tx, run_id, lease_end(options.lease_seconds))

    journal = Journal(run_id)
    with (
        bound_contextvars(source=source_id, run=run_id),
        kept_alive(renew, options.lease_seconds) as lost,
    ):
        run = _Run(store, box, row, run_id, journal, options, lost)
        error = run.read()
    with bound_contextvars(source=source_id, run=run_id):
        return RunResult(*patiently(lambda: finish(store, source_id, run_id, journal, error)))


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
        except StoreUnavailable as error:
            reason = redactor.text(reason_of(error))
            log.warning("the database could not be used", reason=reason)
            return RunBrokenError(
                f"The hub's own database could not be used: {reason}.",
                hint=f"{step_after(error)} `daifuku doctor` looks closer.",
            )
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


_NOT_TO_LAND = (RunLostError, RunStoppedError, RunBrokenError, BusyError)
"""After these nothing more can be landed, or is ours to land."""


def _landed_after(reading: Reading | None, error: DaifukuError | None) -> DaifukuError | None:
    """Land what is still buffered, where it can be and is ours to land; the first error counts."""
    if reading is None or isinstance(error, _NOT_TO_LAND):
        return error
    try:
        reading.close()
    except DaifukuError as late:
        return error or late
    return error or min(reading.errors.values(), key=_urgency, default=None)


def _urgency(error: DaifukuError) -> int:
    """Of several streams' errors the one the hub itself can act on decides what happens next."""
    return 0 if isinstance(error, RateLimitedError | TransientError) else 1
