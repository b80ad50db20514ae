"""Checks of an installation, each with what to do about what it found."""

import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import Literal

import redis

from connectors.registry import own_faults
from daifuku.errors import DaifukuError, SettingsError, UserError
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store, StoreUnavailable, open_store
from daifuku.storage.repositories import jobs, notices, sources
from daifuku.storage.revision import is_current
from sync.models.force import described_otherwise, superseded
from sync.pairing import next_poll_is_missing
from sync.sealing import seals

SQLITE_SOUND_FROM = (3, 51, 3)
"""Earlier ones can corrupt a write-ahead log that several connections reset at once."""

OVERDUE = timedelta(minutes=5)

Level = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result."""

    subject: str
    level: Level
    message: str
    next_step: str = ""


def examine(settings: Settings) -> list[Finding]:
    """All checks, in the order in which one would mend things."""
    findings = [_python(), *_key_file(settings), *_broker(settings), _readings()]
    findings += [_connector(error) for _, error in own_faults()]
    try:
        store = open_store(settings.store_url)
    except DaifukuError as error:
        return [*findings, Finding("database", "fault", error.message, error.hint)]
    try:
        found = list(_store(store))
        sound = all(finding.level != "fault" for finding in found)
        return [*findings, *found, *(_seals(store, settings) if sound else ())]
    finally:
        store.close()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", "ok", f"Python {version}.")


def _connector(error: UserError) -> Finding:
    """What is wrong with a connector of the installation's own."""
    return Finding("connectors", "fault", error.message, error.hint)


def _readings() -> Finding:
    if find_spec("sudachipy") is None:
        message = "Readings of names come from the name table and furigana alone."
        return Finding("readings", "ok", message, "The extra `readings` adds a dictionary.")
    return Finding("readings", "ok", "SudachiPy is installed.")


def _key_file(settings: Settings) -> Iterator[Finding]:
    path = settings.home / "secret.key"
    if settings.secret_key is not None or not path.exists():
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        step = f"Run: chmod 600 {path}"
        yield Finding("secret key", "fault", f"Others can read {path}.", step)
    else:
        yield Finding("secret key", "ok", f"{path} is for its owner alone.")


def _seals(store: Store, settings: Settings) -> Iterator[Finding]:
    try:
        found = seals(store, load_box(settings))
    except SettingsError as error:
        yield Finding("secrets", "fault", error.message, error.hint)
        return
    if found.unknown:
        step = "Name their key in DAIFUKU_SECRET_KEYS_OLD, or enter them: daifuku source change NAME"
        message = f"{found.unknown} are sealed with a key that this process does not have."
        yield Finding("secrets", "fault", message, step)
    elif found.old:
        step = "Run: daifuku secret-key rotate"
        yield Finding("secrets", "warning", f"{found.old} are sealed with an old key.", step)
    else:
        yield Finding("secrets", "ok", f"{found.current} are sealed with the current key.")


def _broker(settings: Settings) -> Iterator[Finding]:
    if settings.redis_url is None:
        yield Finding("broker", "ok", "None set: jobs run inside the process.")
        return
    try:
        with redis.Redis.from_url(settings.redis_url.get_secret_value(), socket_timeout=5) as link:
            info = link.info("persistence")
    except (redis.RedisError, OSError, ValueError) as error:
        step = "Start it, or mend DAIFUKU_REDIS_URL. Jobs are safe in the database meanwhile."
        yield Finding("broker", "fault", f"It does not answer ({type(error).__name__}).", step)
        return
    if isinstance(info, dict) and not info.get("aof_enabled"):
        step = "Start it with --appendonly yes."
        yield Finding("broker", "warning", "It forgets its messages when it is killed.", step)
    else:
        yield Finding("broker", "ok", "It answers and keeps its messages.")


def _store(store: Store) -> Iterator[Finding]:
    try:
        if store.is_sqlite:
            yield _sqlite_version(store)
        current = is_current(store)
    except StoreUnavailable:
        step = "Start it, or mend DAIFUKU_DATABASE_URL."
        yield Finding("database", "fault", "It does not answer.", step)
        return
    except SettingsError as error:
        yield Finding("database", "fault", error.message, error.hint)
        return
    if not current:
        step = "Run: daifuku db upgrade"
        yield Finding("database", "fault", "Its schema is not this version's.", step)
        return
    yield Finding("database", "ok", "It answers and has the current schema.")
    for check in (
        *(_overdue_jobs, _parked_jobs, _paused_sources, _unpaired_sources),
        *(_incidents, _models, _description),
    ):
        yield check(store)


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
