"""Golden records as the resolver writes them: bodies, identifiers, retired ids, events, tasks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from daifuku.records import ChangeKind, Entity, RecordKey
from daifuku.storage.bulk import insert_rows, update_rows
from daifuku.storage.driver import Row, ask_in, execute_many, fetch, fetch_in, moment
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.by_key import select_by_key
from daifuku.storage.tables import change_event, golden_key, golden_record, mapped_record

_MEMBERSHIP = (
    "SELECT id, feature_set_id, golden_id, source, stream, external_id, part FROM mapped_record"
)
MEMBERS = f"{_MEMBERSHIP} WHERE golden_id IN (*)"
MEMBERS_OF_SETS = f"{_MEMBERSHIP} WHERE feature_set_id IN (*)"


@dataclass(frozen=True, slots=True)
class StoredGolden:
    """A golden record's row. `state` is active, merged or deleted."""

    id: str
    entity: Entity
    version: int
    body: bytes
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """Which golden record a mapped record belonged to when it was last resolved."""

    record_id: int
    key: RecordKey
    feature_set_id: int | None
    golden_id: str | None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A change to append to the feed."""

    golden_id: str
    entity: Entity
    kind: ChangeKind
    version: int
    into: str | None = None
    body: bytes | None = None


def any_stored(tx: Transaction) -> bool:
    """Whether there is or ever was a golden record."""
    return bool(fetch(tx, "SELECT 1 FROM golden_record LIMIT 1"))


def load(tx: Transaction, ids: Iterable[str]) -> dict[str, StoredGolden]:
    """These golden records, retired ones too, by id."""
    return ask(tx, ids)()


def ask(tx: Transaction, ids: Iterable[str]) -> Callable[[], dict[str, StoredGolden]]:
    """What `load` gives, once it is called for."""
    query = "SELECT id, entity, version, body, state, created_at FROM golden_record WHERE id IN (*)"
    answer = ask_in(tx, query, ids)
    return lambda: {
        id: StoredGolden(id, Entity(entity), version, body, state, moment(created_at))
        for id, entity, version, body, state, created_at in answer()
    }


def members(tx: Transaction, golden_ids: Iterable[str]) -> list[Membership]:
    """The records that belong to these golden records."""
    return as_memberships(fetch_in(tx, MEMBERS, golden_ids))


def members_of_sets(tx: Transaction, feature_set_ids: Iterable[int]) -> list[Membership]:
    """The records that have these feature sets."""
    return as_memberships(fetch_in(tx, MEMBERS_OF_SETS, feature_set_ids))


def as_memberships(rows: Iterable[Row]) -> list[Membership]:
    """The records that `MEMBERS` or `MEMBERS_OF_SETS` found."""
    return [
        Membership(id, RecordKey(source, stream, external_id, part), feature_set_id, golden_id)
        for id, feature_set_id, golden_id, source, stream, external_id, part in rows
    ]


def sets_of(tx: Transaction, keys: Iterable[RecordKey]) -> dict[RecordKey, int]:
    """The feature set of each of these records that has one."""
    columns = mapped_record.c
    named = (columns.source, columns.stream, columns.external_id, columns.part)
    query = select(*named, columns.feature_set_id).where(columns.feature_set_id.is_not(None))
    return {
        RecordKey(row.source, row.stream, row.external_id, row.part): row.feature_set_id
        for row in select_by_key(tx, query, mapped_record, keys)
    }


def assign(tx: Transaction, golden_ids: Mapping[int, str | None]) -> None:
    """Store which golden record each mapped record belongs to, by the record's id."""
    update_rows(tx, mapped_record, ("id", "golden_id"), list(golden_ids.items()))


def insert_new(tx: Transaction, goldens: Iterable[StoredGolden], at: datetime) -> None:
    """Store golden records whose ids are new."""
    columns = ("id", "entity", "version", "body", "state", "created_at", "updated_at")
    rows = [(g.id, g.entity, g.version, g.body, "active", g.created_at, at) for g in goldens]
    insert_rows(tx, golden_record, columns, rows)


def rewrite(tx: Transaction, goldens: Iterable[StoredGolden], at: datetime) -> None:
    """Store new bodies and versions; a retired id that is used again becomes active."""
    columns = ("id", "version", "body", "state", "merged_into", "updated_at")
    rows = [(g.id, g.version, g.body, "active", None, at) for g in goldens]
    update_rows(tx, golden_record, columns, rows)


def retire(tx: Transaction, into: Mapping[str, str | None], at: datetime) -> None:
    """Retire ids: merged into a survivor, or deleted where there is none.

    Ids that were merged into a retired one lead to its survivor from now on.
    """
    if not into:
        return
    versions = {id: row.version for id, row in load(tx, into).items()}
    columns = ("id", "version", "state", "merged_into", "updated_at")
    rows = [
        (id, versions[id] + 1, "merged" if into[id] else "deleted", into[id], at) for id in versions
    ]
    update_rows(tx, golden_record, columns, rows)
    query = "SELECT id, merged_into FROM golden_record WHERE merged_into IN (*)"
    led = [(id, into[through]) for id, through in fetch_in(tx, query, into) if into[through]]
    update_rows(tx, golden_record, ("id", "merged_into"), led)


def add_keys(tx: Transaction, keys: Mapping[str, Iterable[tuple[str, str]]]) -> None:
    """Store by which (kind, value) new golden records are looked up."""
    _insert_keys(tx, {(*pair, id) for id, pairs in keys.items() for pair in pairs})


def replace_keys(tx: Transaction, keys: Mapping[str, Iterable[tuple[str, str]]]) -> None:
    """Store by which (kind, value) each golden record is looked up, instead of what was."""
    if not keys:
        return
    query = "SELECT kind, value, golden_id FROM golden_key WHERE golden_id IN (*)"
    before = {*fetch_in(tx, query, keys)}
    after = {(*pair, id) for id, pairs in keys.items() for pair in pairs}
    _insert_keys(tx, after - before)
    gone = sorted(before - after)
    statement = "DELETE FROM golden_key WHERE kind = ? AND value = ? AND golden_id = ?"
    if gone:
        execute_many(tx, statement, gone)


def _insert_keys(tx: Transaction, rows: Iterable[tuple[str, str, str]]) -> None:
    insert_rows(tx, golden_key, ("kind", "value", "golden_id"), sorted(rows))


def append_events(tx: Transaction, events: Iterable[NewEvent], at: datetime) -> None:
    """Append to the change feed, in order."""
    columns = ("golden_id", "entity", "kind", "version", "into_id", "at", "body")
    rows = [(e.golden_id, e.entity, e.kind, e.version, e.into, at, e.body) for e in events]
    insert_rows(tx, change_event, columns, rows)
