"""Pins: the values stewards set, the records each follows, and where it stands now."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, insert, select

from daifuku.records import Entity, RecordKey
from daifuku.storage.bulk import update_rows
from daifuku.storage.driver import fetch
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.chunks import select_in
from daifuku.storage.tables import mapped_record, pin, pin_record


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPin:
    """A pin to store, made on the golden record `golden_id`, whose records are `records`.

    `value` and `seen`, what the sources said at that time, are JSON.
    """

    entity: Entity
    golden_id: str
    records: Sequence[RecordKey]
    field: str
    value: bytes
    seen: bytes
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPin:
    """A pin. `golden_id` is where it stands now, None while none of its records is there.

    It holds unless it is `overridden` by a later one on the same field or has `ended_at`;
    `stale` says that the sources have said something else since.
    """

    id: int
    entity: Entity
    field: str
    value: bytes
    seen: bytes
    by: str
    reason: str
    at: datetime
    golden_id: str | None
    overridden: bool
    stale: bool
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a pin stands and how."""

    golden_id: str | None
    overridden: bool
    stale: bool


def add(tx: Transaction, new: NewPin) -> int:
    """Store a pin; returns its id."""
    values = {
        "entity": new.entity,
        "field": new.field,
        "value": new.value,
        "seen": new.seen,
        "by": new.by,
        "reason": new.reason,
        "at": new.at,
        "golden_id": new.golden_id,
        "overridden": False,
        "stale": False,
    }
    (pin_id,) = tx.execute(insert(pin).values(values)).inserted_primary_key or (0,)
    rows = [
        {
            "pin_id": pin_id,
            "source": key.source,
            "stream": key.stream,
            "external_id": key.external_id,
            "part": key.part,
        }
        for key in new.records
    ]
    tx.execute(insert(pin_record), rows)
    return int(pin_id)


def end(tx: Transaction, ids: Iterable[int], by: str, at: datetime) -> None:
    """Take pins back; they stay as history."""
    update_rows(tx, pin, ("id", "ended_at", "ended_by"), [(id, at, by) for id in ids])


def any_in_force(tx: Transaction) -> bool:
    """Whether anything is pinned at all."""
    return bool(fetch(tx, "SELECT 1 FROM pin WHERE ended_at IS NULL LIMIT 1"))


def concerned(tx: Transaction, golden_ids: Iterable[str]) -> list[StoredPin]:
    """The pins in force that stand at these golden records or follow a record of theirs."""
    ids = list(golden_ids)
    in_force = pin.c.ended_at.is_(None)
    followed = select(pin).join(pin_record, pin_record.c.pin_id == pin.c.id)
    followed = followed.join(mapped_record, _is_its_record())
    rows = [
        *select_in(tx, select(pin), pin.c.golden_id, ids, in_force),
        *select_in(tx, followed, mapped_record.c.golden_id, ids, in_force),
    ]
    return [_pin(row) for row in {row.id: row for row in rows}.values()]


def homes(tx: Transaction, ids: Iterable[int]) -> dict[int, list[tuple[str, RecordKey]]]:
    """Per pin the records it follows, each with the golden record it belongs to now.

    Records that are gone, or stand for another entity now, are left out.
    """
    columns = mapped_record.c
    query = (
        select(
            pin.c.id,
            columns.golden_id,
            columns.source,
            columns.stream,
            columns.external_id,
            columns.part,
        )
        .join(pin_record, pin_record.c.pin_id == pin.c.id)
        .join(mapped_record, and_(_is_its_record(), columns.entity == pin.c.entity))
        .where(columns.golden_id.is_not(None))
    )
    found: defaultdict[int, list[tuple[str, RecordKey]]] = defaultdict(list)
    for row in select_in(tx, query, pin.c.id, ids):
        key = RecordKey(row.source, row.stream, row.external_id, row.part)
        found[row.id].append((row.golden_id, key))
    return dict(found)


def place(tx: Transaction, standings: dict[int, Standing]) -> None:
    """Store where pins stand now, by id."""
    columns = ("id", "golden_id", "overridden", "stale")
    rows = [(id, s.golden_id, s.overridden, s.stale) for id, s in standings.items()]
    update_rows(tx, pin, columns, rows)


def find(tx: Transaction, pin_id: int) -> StoredPin | None:
    """The pin of that id, ended or not."""
    row = tx.execute(select(pin).where(pin.c.id == pin_id)).first()
    return None if row is None else _pin(row)


def page(
    tx: Transaction,
    *,
    golden_id: str | None = None,
    flagged: bool = False,
    ended: bool = False,
    after: int = 0,
    limit: int = 100,
) -> list[StoredPin]:
    """Pins by id, from the one after `after`: of one golden record, or of all.

    `flagged` are those that are stale, overridden or without records; `ended` ones are listed
    only when asked for.
    """
    query = select(pin).where(pin.c.id > after)
    if golden_id is not None:
        query = query.where(pin.c.golden_id == golden_id)
    if flagged:
        query = query.where(pin.c.stale | pin.c.overridden | pin.c.golden_id.is_(None))
    if not ended:
        query = query.where(pin.c.ended_at.is_(None))
    return _pins(tx, query.order_by(pin.c.id).limit(limit))


def _is_its_record() -> ColumnElement[bool]:
    theirs, ours = mapped_record.c, pin_record.c
    return and_(
        theirs.source == ours.source,
        theirs.stream == ours.stream,
        theirs.external_id == ours.external_id,
        theirs.part == ours.part,
    )


def _pins(tx: Transaction, query: Select[tuple[object, ...]]) -> list[StoredPin]:
    return [_pin(row) for row in tx.execute(query)]


def _pin(row: Row[tuple[object, ...]]) -> StoredPin:
    return StoredPin(
        id=row.id,
        entity=Entity(row.entity),
        field=row.field,
        value=row.value,
        seen=row.seen,
        by=row.by,
        reason=row.reason,
        at=row.at,
        golden_id=row.golden_id,
        overridden=row.overridden,
        stale=row.stale,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )
