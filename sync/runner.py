"""Runs one source once: reads, lands, accounts, and says how it ended."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter

from connectors.protocol import StreamSpec
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    DaifukuError,
    SourceError,
    SystemFault,
    UserError,
)
from daifuku.logs import get_logger, redactor
from daifuku.records import RunState, SyncRun
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, runs, sources, states
from daifuku.storage.repositories.sources import SourceRow
from sync.leases import kept_alive, lease_end
from sync.reading import (
    COMPLETE,
    EMPTY,
    INCOMPLETE,
    Progress,
    Reading,
    RunContext,
    RunLostError,
    RunStoppedError,
)
from sync.sources import connect_source, mapper_of, streams_of, update_config

log = get_logger(__name__)

LEASE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to run a source. `allow_deletions` takes the brake off deletions, for this run.

    `full` reads the streams from their beginnings anew, `since` from that moment on.
    """

    streams: Sequence[str] | None = None
    since: datetime | None = None
    full: bool = False
    lease_seconds: float = LEASE_SECONDS
    attempt: int = 1
    allow_deletions: bool = False
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

    with kept_alive(renew, options.lease_seconds):
        reading, error = _read_all(store, box, row, run_id, options)
    ends = reading.ends if reading else {}
    return _finish(store, row, run_id, ends=ends, error=error)


def _read_all(
    store: Store, box: SecretBox, row: SourceRow, run_id: int, options: RunOptions
) -> tuple[Reading | None, DaifukuError | None]:
    """Read until the end or the first error that concerns the whole source."""
    reading = None
    try:
        connector = connect_source(box, row)
        specs = ordered(streams_of(connector))
        names = _chosen(specs, options.streams)
        context = RunContext(
            store=store,
            source=row.id,
            run_id=run_id,
            mapper=mapper_of(row),
            specs={spec.name: spec for spec in specs},
            lease_seconds=options.lease_seconds,
            update_config=lambda fields: update_config(store, box, row.id, fields),
            progress=options.progress,
            stop=options.stop or threading.Event(),
            allow_deletions=options.allow_deletions,
        )
        reading = Reading(context)
        reading.ends.update(dict.fromkeys(names, INCOMPLETE))
        with store.read() as tx:
            state = states.load(tx, row.id)
        for message in connector.read(names, state):
            reading.take(message)
    except DaifukuError as error:
        return reading, _landed_after(reading, error)
    except Exception as error:
        log.exception("a sync failed for a fault of ours", source=row.id, run=run_id)
        fault = SystemFault(
            f"The {row.connector} connector failed: {type(error).__name__}.",
            hint="This is a bug: the log has the details.",
        )
        return reading, fault
    return reading, _landed_after(reading, next(iter(reading.errors.values()), None))


def _landed_after(reading: Reading | None, error: DaifukuError | None) -> DaifukuError | None:
    """Land what is still buffered, unless the run is no longer ours; the first error counts."""
    if reading is None or isinstance(error, RunLostError | RunStoppedError):
        return error
    try:
        reading.close()
    except DaifukuError as late:
        return error or late
    return error


def _finish(
    store: Store, row: SourceRow, run_id: int, *, ends: dict[str, str], error: DaifukuError | None
) -> RunResult:
    now = datetime.now(UTC)
    with store.write() as tx:
        if isinstance(error, RunLostError):
            return RunResult(runs.get(tx, run_id), error)
        receipt = runs.get(tx, run_id).receipt
        state = _end_state(ends.values(), anything=receipt.fetched > 0, error=error)
        runs.finish(
            tx,
            run_id,
            state,
            streams=ends,
            at=now,
            error=redactor.text(str(error)) if error else None,
            error_kind=error.kind if error else None,
        )
        if _needs_its_owner(error) and not _any_complete(ends.values()):
            sources.pause(tx, row.id, redactor.text(str(error)), now)
        if receipt.new or receipt.changed or receipt.deleted or receipt.rejected:
            jobs.enqueue(tx, "resolve", {}, now=now, dedup_key="resolve")
        run = runs.get(tx, run_id)
    log.info("sync ended", source=row.id, run=run_id, state=run.state.value, kind=run.error_kind)
    return RunResult(run, error)


def _end_state(ends: Iterable[str], *, anything: bool, error: DaifukuError | None) -> RunState:
    how = list(ends)
    if error is None and all(end in (COMPLETE, EMPTY) for end in how):
        return RunState.SUCCEEDED
    return RunState.PARTIAL if anything or _any_complete(how) else RunState.FAILED


def _any_complete(ends: Iterable[str]) -> bool:
    return any(end in (COMPLETE, EMPTY) for end in ends)


def _needs_its_owner(error: DaifukuError | None) -> bool:
    return isinstance(error, ConfigError | AuthExpiredError | UserError)


def ordered(specs: Sequence[StreamSpec]) -> list[StreamSpec]:
    """The streams, each after those it depends on; otherwise in the order given."""
    by_name = {spec.name: spec for spec in specs}
    graph = {spec.name: [name for name in spec.depends_on if name in by_name] for spec in specs}
    try:
        return [by_name[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError:
        raise SystemFault("The streams of a connector depend on each other in a circle.") from None


def _chosen(specs: Sequence[StreamSpec], streams: Sequence[str] | None) -> list[str]:
    names = [spec.name for spec in specs]
    unknown = set(streams or ()) - set(names)
    if unknown:
        raise SourceError(
            f"There is no stream {', '.join(sorted(unknown))}.", hint=f"Known: {', '.join(names)}."
        )
    return [name for name in names if streams is None or name in streams]
