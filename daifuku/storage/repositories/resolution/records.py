"""Mapped records as resolution takes them: those that await it, and those of a cluster."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import update

from daifuku.records import MappedRecord, RecordKey
from daifuku.storage import driver
from daifuku.storage.bulk import update_rows
from daifuku.storage.codec import load_mapped
from daifuku.storage.driver import Row, execute_in, fetch, fetch_in, moment
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.blocks import FeatureSet
from daifuku.storage.repositories.resolution.by_key import conditions
from daifuku.storage.tables import mapped_record


@dataclass(frozen=True, slots=True)
class PendingRecord:
    """A record to resolve. `golden_id` and `feature_set_id` are those of the last time, if any;
    `feature_set` is what that said."""

    id: int
    record: MappedRecord
    removed: bool
    golden_id: str | None
    feature_set_id: int | None
    run_id: int | None
    feature_set: FeatureSet | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a pending record came to; without feature set and golden record where it is gone."""

    id: int
    feature_set_id: int | None
    golden_id: str | None


_COLUMNS = "m.id, m.source, m.stream, m.external_id, m.part, m.entity, m.observed_at, m.body"
_PENDING = f"""
SELECT {_COLUMNS}, m.removed, m.golden_id, m.feature_set_id, s.run_id, f.id, f.entity, f.body
FROM mapped_record m JOIN source_record s ON s.id = m.source_record_id
LEFT JOIN feature_set f ON f.id = m.feature_set_id
WHERE m.pending"""  # noqa: S608 names of our own


def take(
    tx: Transaction, limit: int, only: Iterable[int] | None = None, *, after: int = 0
) -> list[PendingRecord]:
    """The oldest `limit` pending records past the id `after`, or those `only` of these ids.

    They stay as they are until the transaction ends. Those that a landing in another
    transaction holds are left for later.
    """
    if only is None:
        return ask(tx, limit, after=after)()
    return _pending(sorted(fetch_in(tx, f"{_PENDING} AND m.id IN (*){_held(tx)}", only)))


def ask(tx: Transaction, limit: int, *, after: int = 0) -> Callable[[], list[PendingRecord]]:
    """The oldest `limit` pending records, as `take` gives them, once they are called for."""
    query = f"{_PENDING} AND m.id > ? ORDER BY m.id LIMIT ?{_held(tx)}"
    answer = driver.ask(tx, query, (after, limit))
    return lambda: _pending(answer())


def _held(tx: Transaction) -> str:
    return "" if tx.dialect.name == "sqlite" else " FOR UPDATE OF m SKIP LOCKED"


def _pending(rows: Iterable[Row]) -> list[PendingRecord]:
    return [
        PendingRecord(
            id=row[0],
            record=_mapped(row),
            removed=bool(row[8]),
            golden_id=row[9],
            feature_set_id=row[10],
            run_id=row[11],
            feature_set=None if row[12] is None else FeatureSet(*row[12:]),
        )
        for row in rows
    ]


def count(tx: Transaction, at_most: int | None = None) -> int:
    """How many records await resolution, counted no further than `at_most`."""
    query = "SELECT 1 FROM mapped_record WHERE pending"
    if at_most is not None:
        query += f" LIMIT {at_most:d}"
    ((many,),) = fetch(tx, f"SELECT count(*) FROM ({query}) AS due")  # noqa: S608 a number
    return int(many)


def assign_sets(tx: Transaction, feature_set_ids: Mapping[int, int]) -> None:
    """Store which feature set each mapped record has, by the record's id."""
    update_rows(tx, mapped_record, ("id", "feature_set_id"), list(feature_set_ids.items()))


def mark_pending(tx: Transaction, keys: Iterable[RecordKey]) -> int:
    """Mark these records to be resolved again, as they are; returns how many there are."""
    marked = 0
    for condition in conditions(mapped_record, keys):
        change = update(mapped_record).where(condition).values(pending=True)
        marked += tx.execute(change).rowcount
    return marked


def mark_resolved(tx: Transaction, rows: Iterable[tuple[PendingRecord, Resolved]]) -> None:
    """Store what records that `take` gave came to; they are no longer pending.

    The indexes of where a record belongs are written only where it moved.
    """
    stayed, moved = [], []
    for was, now in rows:
        if (was.feature_set_id, was.golden_id) == (now.feature_set_id, now.golden_id):
            stayed.append(was.id)
        else:
            moved.append((now.id, now.feature_set_id, now.golden_id, False))
    execute_in(tx, "UPDATE mapped_record SET pending = FALSE WHERE id IN (*)", stayed)
    update_rows(tx, mapped_record, ("id", "feature_set_id", "golden_id", "pending"), moved)


def load(tx: Transaction, ids: Iterable[int]) -> dict[RecordKey, MappedRecord]:
    """These mapped records, by key."""
    query = f"SELECT {_COLUMNS} FROM mapped_record m WHERE m.id IN (*)"  # noqa: S608 names of our own
    found = map(_mapped, fetch_in(tx, query, ids))
    return {record.key: record for record in found}


def load_ahead(
    tx: Transaction, ids: Iterable[int]
) -> tuple[dict[RecordKey, MappedRecord], set[RecordKey]]:
    """These mapped records, by key, and which of them await resolution: they say something else
    than their feature sets."""
    query = f"SELECT {_COLUMNS}, m.pending FROM mapped_record m WHERE m.id IN (*)"  # noqa: S608 names of our own
    rows = fetch_in(tx, query, ids)
    found = [(_mapped(row), row[8]) for row in rows]
    return {r.key: r for r, _ in found}, {r.key for r, awaits in found if awaits}


def _mapped(row: Row) -> MappedRecord:
    """The mapped record of a row that begins with `_COLUMNS`."""
    _, source, stream, external_id, part, entity, observed_at, body, *_ = row
    key = RecordKey(source, stream, external_id, part)
    return load_mapped(key, entity, moment(observed_at), body)
