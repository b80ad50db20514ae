"""Checks of the store and of the work in it, each with what to do about what it found."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from api.read.finding import Finding, Level
from daifuku.errors import SettingsError
from daifuku.logs import redactor
from daifuku.settings import Settings
from daifuku.storage.engine import Store, StoreUnavailable
from daifuku.storage.known_errors import reason_of, step_after
from daifuku.storage.repositories import jobs, notices, sources
from daifuku.storage.revision import NEWER, NEWER_STEP, head, is_newer, stored_revision
from sync.models.force import described_otherwise, superseded
from sync.notices.watch import NOTICE
from sync.pairing import next_poll_is_missing

SQLITE_SOUND_FROM = (3, 51, 3)
"""Earlier ones can corrupt a write-ahead log that several connections reset at once."""

OVERDUE = timedelta(minutes=5)

SCARCE_BYTES = 1_000_000_000
"""SQLite: less than this left on its disk is worth a warning ..."""
NO_ROOM_BYTES = 100_000_000
"""... and less than this a fault: a first load or a backup fills it."""


def check_store(store: Store, settings: Settings) -> Iterator[Finding]:
    """What is to be said of the store, and of the work in it where that can be read."""
    try:
        if store.is_sqlite:
            yield _sqlite_version(store)
        with store.read() as tx:
            revision = stored_revision(tx)
    except StoreUnavailable as error:
        reason = redactor.text(reason_of(error))
        step = f"The reason: {reason}. {step_after(error)}"
        yield Finding("database", "fault", "It does not answer.", step)
        return
    except SettingsError as error:
        yield Finding("database", "fault", error.message, error.hint)
        return
    if is_newer(revision):
        yield Finding("database", "fault", NEWER, NEWER_STEP)
        return
    if revision != head():
        step = "Run: daifuku db upgrade"
        yield Finding("database", "fault", "Its schema is not this version's.", step)
        return
    yield Finding("database", "ok", "It answers and has the current schema.")
    yield from _room(store)
    for check in (
        *(_overdue_jobs, _parked_jobs, _paused_sources, _unpaired_sources),
        *(_incidents, _models, _description),
    ):
        yield check(store)
    yield from _notices(store, settings)


def _room(store: Store) -> Iterator[Finding]:
    """Whether there is room, and leave, to write: what is full or a standby still answers."""
    path = store.path
    if path is None:
        with store.write() as tx:
            closed = tx.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
        if closed:
            step = "Name the primary in DAIFUKU_DATABASE_URL, or let this user write."
            yield Finding("database", "fault", "It takes no writes: is it a standby?", step)
        return
    left = shutil.disk_usage(path.parent).free
    if left < SCARCE_BYTES:
        level: Level = "fault" if left < NO_ROOM_BYTES else "warning"
        message = f"{left // 1_000_000:,} MB are left on the disk of {path}."
        yield Finding("room", level, message, "Make room there, or move it to a larger disk.")


def _sqlite_version(store: Store) -> Finding:
    version = store.version()
    if tuple(map(int, version.split("."))) < SQLITE_SOUND_FROM:
        step = "One process writes at a time, which keeps clear of it; PostgreSQL has no such bug."
        return Finding("sqlite", "warning", f"SQLite {version}. It has the WAL-reset bug.", step)
    return Finding("sqlite", "ok", f"SQLite {version}.")


def _overdue_jobs(store: Store) -> Finding:
    now = datetime.now(UTC)
    with store.read() as tx:
        waiting = jobs.in_states(tx, jobs.QUEUED, limit=1000)
    late = max((now - job.due_at for job in waiting), default=timedelta())
    if late > OVERDUE:
        minutes = int(late.total_seconds() // 60)
        step = "Is a worker running? Start one: daifuku worker"
        return Finding("jobs", "fault", f"The oldest has waited {minutes} minutes.", step)
    return Finding("jobs", "ok", "None is overdue.")


def _parked_jobs(store: Store) -> Finding:
    with store.read() as tx:
        parked = jobs.in_states(tx, jobs.PARKED, limit=100)
    if parked:
        step = "`daifuku jobs list --state parked` says what happened."
        return Finding("parked jobs", "warning", f"{len(parked)} failed too often.", step)
    return Finding("parked jobs", "ok", "None.")


def _incidents(store: Store) -> Finding:
    with store.read() as tx:
        lasting = notices.incidents(tx, lasting=True)
        told = notices.targets(tx)
    if lasting:
        named = ", ".join(sorted({one.source for one in lasting}))
        step = "`daifuku incidents` says what is amiss."
        return Finding("incidents", "warning", f"Something is amiss with {named}.", step)
    if not told:
        step = "Have somebody told: daifuku notify add NAME ADDRESS"
        return Finding("incidents", "ok", "None; nobody would be told of one.", step)
    return Finding("incidents", "ok", "None.")


def _notices(store: Store, settings: Settings) -> Iterator[Finding]:
    """Whether those who are to be told of incidents are."""
    with store.read() as tx:
        mailed = [one.name for one in notices.targets(tx) if one.kind == "email"]
        failed = [one for one in jobs.in_states(tx, jobs.FAILED, limit=1000) if one.kind == NOTICE]
    if mailed and (settings.smtp_url is None or settings.mail_from is None):
        message = f"Nobody mails {', '.join(mailed)}: no mail server is set here."
        step = "Set DAIFUKU_SMTP_URL and DAIFUKU_MAIL_FROM where workers run, and here."
        yield Finding("notices", "warning", message, step)
    elif failed:
        targets = ", ".join(sorted({str(one.args["target"]) for one in failed}))
        step = "`daifuku jobs list --state failed` says why, `daifuku jobs retry` sends them again."
        message = f"{len(failed)} did not reach {targets}."
        yield Finding("notices", "warning", message, step)


def _paused_sources(store: Store) -> Finding:
    with store.read() as tx:
        paused = [row.id for row in sources.list_all(tx) if row.paused]
    if paused:
        step = "`daifuku source list` says why."
        return Finding("sources", "warning", f"Paused: {', '.join(paused)}.", step)
    return Finding("sources", "ok", "None is paused.")


def _unpaired_sources(store: Store) -> Finding:
    """Deliveries get lost on the way now and then: what pushes must be read now and then, too."""
    with store.read() as tx:
        alone = [row.id for row in sources.list_all(tx) if next_poll_is_missing(row)]
    if alone:
        step = f"Read it hourly as well: daifuku source schedule {alone[0]} --every 1h"
        message = f"Deliveries alone feed {', '.join(alone)}: one lost on its way stays lost."
        return Finding("deliveries", "warning", message, step)
    return Finding("deliveries", "ok", "Each source that pushes is read on a schedule as well.")


def _models(store: Store) -> Finding:
    with store.read() as tx:
        newer = superseded(tx)
    if newer:
        named = ", ".join(f"{one.shipped} instead of {one.in_force}" for one in newer)
        step = f"See what it would change: daifuku model try {newer[0].shipped}"
        return Finding("models", "warning", f"This version brings {named}.", step)
    return Finding("models", "ok", "Those in force are the newest of their kind, or your own.")


def _description(store: Store) -> Finding:
    with store.read() as tx:
        otherwise = described_otherwise(tx)
    if otherwise is None:
        return Finding("records", "ok", "All are described by this version.")
    level: Level = "fault" if otherwise.newer else "warning"
    return Finding("records", level, otherwise.message, otherwise.hint)
