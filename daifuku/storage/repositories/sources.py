"""The sources of an installation, their configs sealed, and when each is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from daifuku.errors import ConflictError, NotFoundError
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source. `config` is sealed; `mapping` is YAML, None for the connector's built-in one.

    It runs every `interval_seconds`, or at the times of `cron` in `time_zone`, or by hand. Its
    next run is meant for `occurrence_at` and begins at `next_run_at`, up to `jitter_seconds`
    later; `catch_up` says what becomes of runs that were missed.
    """

    id: str
    connector: str
    config: Mapping[str, Any]
    mapping: str | None = None
    interval_seconds: float | None = None
    cron: str | None = None
    time_zone: str | None = None
    jitter_seconds: float = 0.0
    catch_up: str = "once"
    occurrence_at: datetime | None = None
    next_run_at: datetime | None = None
    paused: bool = False
    paused_reason: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


def add(tx: Transaction, row: SourceRow, *, at: datetime) -> None:
    """Store a new source.

    Raises:
        ConflictError: there is one of that name.
    """
    values = {
        "id": row.id,
        "connector": row.connector,
        "config": orjson.dumps(row.config),
        "mapping": row.mapping,
        "interval_seconds": row.interval_seconds,
        "cron": row.cron,
        "time_zone": row.time_zone,
        "jitter_seconds": row.jitter_seconds,
        "catch_up": row.catch_up,
        "occurrence_at": row.occurrence_at,
        "next_run_at": row.next_run_at,
        "paused": row.paused,
        "created_at": at,
        "updated_at": at,
    }
    try:
        tx.execute(insert(source).values(values))
    except IntegrityError:
        raise ConflictError(f"There is a source named {row.id!r} already.") from None


def get(tx: Transaction, source_id: str, *, for_update: bool = False) -> SourceRow:
    """The source; with `for_update` no other transaction changes it until this one ends.

    Raises:
        NotFoundError: no source has that name.
    """
    wanted = select(source).where(source.c.id == source_id)
    row = tx.execute(wanted.with_for_update() if for_update else wanted).one_or_none()
    if row is None:
        raise NotFoundError(
            f"There is no source named {source_id!r}.", hint="`daifuku source list` shows them."
        )
    return _row(row)


def list_all(tx: Transaction) -> list[SourceRow]:
    """Every source, by name."""
    return [_row(row) for row in tx.execute(select(source).order_by(source.c.id))]


def set_config(tx: Transaction, source_id: str, config: Mapping[str, Any], at: datetime) -> None:
    """Replace the sealed config."""
    _set(tx, source_id, config=orjson.dumps(config), updated_at=at)


def set_mapping(tx: Transaction, source_id: str, mapping: str | None, at: datetime) -> None:
    """Replace the mapping; None goes back to the built-in one."""
    _set(tx, source_id, mapping=mapping, updated_at=at)


def set_schedule(
    tx: Transaction,
    source_id: str,
    *,
    interval_seconds: float | None,
    cron: str | None,
    time_zone: str | None,
    next_run_at: datetime | None,
    at: datetime,
    jitter_seconds: float = 0.0,
    catch_up: str = "once",
    occurrence_at: datetime | None = None,
) -> None:
    """Replace when the source runs."""
    _set(
        tx,
        source_id,
        interval_seconds=interval_seconds,
        cron=cron,
        time_zone=time_zone,
        jitter_seconds=jitter_seconds,
        catch_up=catch_up,
        occurrence_at=occurrence_at,
        next_run_at=next_run_at,
        updated_at=at,
    )


def pause(tx: Transaction, source_id: str, reason: str, at: datetime) -> None:
    """Stop the schedule until `resume`; `reason` is shown to the owner."""
    _set(tx, source_id, paused=True, paused_reason=reason, updated_at=at)


def resume(tx: Transaction, source_id: str, at: datetime) -> None:
    """Let the schedule go on."""
    _set(tx, source_id, paused=False, paused_reason=None, updated_at=at)


def remove(tx: Transaction, source_id: str) -> None:
    """Forget the source and its config. Its records stay."""
    tx.execute(delete(source).where(source.c.id == source_id))


def due(tx: Transaction, now: datetime, limit: int = 100) -> list[SourceRow]:
    """Sources whose time has come; locked, so that no other scheduler takes them too."""
    wanted = (
        select(source)
        .where(source.c.next_run_at <= now, source.c.paused.is_(False))
        .order_by(source.c.next_run_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_row(row) for row in tx.execute(wanted)]


def any_due(tx: Transaction, now: datetime) -> bool:
    """Whether `due` would find one, without locking."""
    wanted = select(source.c.id).where(source.c.next_run_at <= now, source.c.paused.is_(False))
    return tx.execute(wanted.limit(1)).first() is not None


def set_next_run(tx: Transaction, source_id: str, at: datetime | None) -> None:
    """When the schedule runs the source next, whatever its time by schedule."""
    set_next_runs(tx, {source_id: (at, at)})


def set_next_runs(
    tx: Transaction, coming: Mapping[str, tuple[datetime | None, datetime | None]]
) -> None:
    """When each source runs next: the time by schedule, and that with its jitter."""
    statement = (
        update(source)
        .where(source.c.id == bindparam("of"))
        .values(occurrence_at=bindparam("meant"), next_run_at=bindparam("due"))
    )
    tx.execute(
        statement,
        [{"of": name, "meant": meant, "due": due} for name, (meant, due) in coming.items()],
    )


def _set(tx: Transaction, source_id: str, **values: Any) -> None:
    result = tx.execute(update(source).where(source.c.id == source_id).values(values))
    if result.rowcount == 0:
        raise NotFoundError(f"There is no source named {source_id!r}.")


def _row(row: Row[Any]) -> SourceRow:
    values = dict(row._mapping)
    values["config"] = orjson.loads(values["config"])
    return SourceRow(**values)
