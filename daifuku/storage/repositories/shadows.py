"""Shadow runs: what another version would change, and whose each record was before it did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, delete, func, insert, select, update

from daifuku.storage.bulk import insert_rows
from daifuku.storage.engine import Transaction
from daifuku.storage.tables import (
    change_event,
    decision,
    feature_set,
    mapped_record,
    model_in_force,
    shadow_change,
    shadow_member,
    shadow_run,
)

OPEN, APPLIED, ROLLED_BACK = "open", "applied", "rolled_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredShadow:
    """A shadow run of `version`, where `base` was in force. `summary` is JSON."""

    id: str
    kind: str
    base: str
    version: str
    state: str
    digest: bytes
    summary: bytes
    records_to: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredChange:
    """What would become of a golden record; `body` is JSON."""

    position: int
    golden_id: str
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Watermark:
    """What resolution goes by, as far as it has come; equal ones have the same answer."""

    events: int
    feature_sets: int
    decisions: int
    withdrawn: int
    in_force: int
    pending: int


def save(tx: Transaction, run: StoredShadow, changes: Iterable[StoredChange]) -> None:
    """Store a run that is new, with all its changes."""
    tx.execute(
        insert(shadow_run).values(
            id=run.id,
            kind=run.kind,
            base=run.base,
            version=run.version,
            state=run.state,
            digest=run.digest,
            summary=run.summary,
            records_to=run.records_to,
            at=run.at,
        )
    )
    columns = ("shadow_id", "position", "golden_id", "kind", "body")
    rows = [(run.id, c.position, c.golden_id, c.kind, c.body) for c in changes]
    insert_rows(tx, shadow_change, columns, rows)


def find(tx: Transaction, shadow_id: str) -> StoredShadow | None:
    """The run of that id."""
    row = tx.execute(select(shadow_run).where(shadow_run.c.id == shadow_id)).first()
    return None if row is None else StoredShadow(**row._mapping)


def latest(tx: Transaction, limit: int) -> list[StoredShadow]:
    """The runs, newest first."""
    rows = tx.execute(select(shadow_run).order_by(shadow_run.c.at.desc(), shadow_run.c.id))
    return [StoredShadow(**row._mapping) for row in rows.fetchmany(limit)]


def changes(
    tx: Transaction, shadow_id: str, *, after: int = -1, limit: int = 100, kind: str | None = None
) -> list[StoredChange]:
    """The changes a run named, in order, those past the position `after`; of one kind or all."""
    columns = shadow_change.c
    query = select(columns.position, columns.golden_id, columns.kind, columns.body).where(
        columns.shadow_id == shadow_id, columns.position > after
    )
    if kind is not None:
        query = query.where(columns.kind == kind)
    rows = tx.execute(query.order_by(columns.position).limit(limit))
    return [StoredChange(*row) for row in rows]


def mark_applied(tx: Transaction, shadow_id: str, golden_of: Mapping[int, str]) -> None:
    """Note that a run was applied, and whose records were before, by their ids."""
    last = select(func.max(mapped_record.c.id)).scalar_subquery()
    tx.execute(
        update(shadow_run)
        .where(shadow_run.c.id == shadow_id)
        .values(state=APPLIED, records_to=last)
    )
    rows = [(shadow_id, id, golden_id) for id, golden_id in golden_of.items()]
    insert_rows(tx, shadow_member, ("shadow_id", "record_id", "golden_id"), rows)


def mark_rolled_back(tx: Transaction, shadow_id: str) -> None:
    """Note that a run was rolled back, and forget whose records were before it."""
    tx.execute(update(shadow_run).where(shadow_run.c.id == shadow_id).values(state=ROLLED_BACK))
    tx.execute(delete(shadow_member).where(shadow_member.c.shadow_id == shadow_id))


def members(tx: Transaction, shadow_id: str) -> dict[int, str]:
    """Whose records were before a run was applied, by their ids."""
    columns = shadow_member.c
    query = select(columns.record_id, columns.golden_id).where(columns.shadow_id == shadow_id)
    return {row.record_id: row.golden_id for row in tx.execute(query)}


def watermark(tx: Transaction) -> Watermark:
    """How far everything has come that resolution goes by."""

    def last(column: Column[int]) -> int:
        return int(tx.execute(select(func.max(column))).scalar() or 0)

    def count(condition: ColumnElement[bool]) -> int:
        return int(tx.execute(select(func.count()).where(condition)).scalar_one())

    return Watermark(
        events=last(change_event.c.sequence),
        feature_sets=last(feature_set.c.id),
        decisions=last(decision.c.id),
        withdrawn=count(decision.c.withdrawn_by.is_not(None)),
        in_force=last(model_in_force.c.id),
        pending=count(mapped_record.c.pending),
    )
