"""Golden records as they are read: by id, by identifier, with the records and links beneath."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, false, func, or_, select

from daifuku.records import Entity, Interaction, MappedRecord, RecordKey
from daifuku.storage.codec import load_interaction, load_mapped
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.resolution.by_key import select_by_key
from daifuku.storage.tables import (
    golden_key,
    golden_record,
    interaction,
    mapped_record,
    source_record,
)

IDENTIFIER = "identifier:"
"""What the kind of an identifier begins with; its scheme follows."""
MAX_REDIRECTS = 32
"""Merges followed from a retired id; longer chains are shortened when they arise."""


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A golden record as stored: `body` is the JSON the API answers with."""

    id: str
    entity: Entity
    version: int
    body: bytes
    state: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A mapped record with its row id."""

    id: int
    record: MappedRecord


def find(tx: Transaction, golden_id: str) -> StoredProfile | None:
    """The golden record of that id; a retired id answers with its survivor."""
    for _ in range(MAX_REDIRECTS):
        row = tx.execute(select(golden_record).where(golden_record.c.id == golden_id)).first()
        if row is None:
            return None
        if row.merged_into is None:
            return _profile(row)
        golden_id = row.merged_into
    return None


def lookup(
    tx: Transaction, keys: Iterable[tuple[str, str]], limit: int = 20
) -> list[StoredProfile]:
    """The golden records that hold one of these (kind, normalised value) pairs, by id.

    The kind is email, phone, corporate_number, identifier:SCHEME, or one of identity.relations.
    """
    values: defaultdict[str, set[str]] = defaultdict(set)
    for kind, value in keys:
        values[kind].add(value)
    held = or_(
        false(),
        *(
            and_(golden_key.c.kind == kind, golden_key.c.value.in_(sorted(of_kind)))
            for kind, of_kind in values.items()
        ),
    )
    ids = select(golden_key.c.golden_id).where(held).distinct()
    rows = tx.execute(
        select(golden_record)
        .where(golden_record.c.id.in_(ids), golden_record.c.state == "active")
        .order_by(golden_record.c.id)
        .limit(limit)
    )
    return [_profile(row) for row in rows]


def identifier_kinds(tx: Transaction) -> list[str]:
    """The kinds of the identifiers that golden records hold, one for each scheme.

    The index gives one after the other, so that however many identifiers there are it takes as
    many steps as there are schemes.
    """
    kinds: list[str] = []
    after = IDENTIFIER
    while True:
        (kind,) = tx.execute(
            select(func.min(golden_key.c.kind)).where(golden_key.c.kind > after)
        ).one()
        if kind is None or not kind.startswith(IDENTIFIER):
            return kinds
        kinds.append(kind)
        after = kind


def members(tx: Transaction, golden_id: str) -> list[StoredRecord]:
    """The mapped records of a golden record, by key."""
    return _records(tx, select(mapped_record).where(mapped_record.c.golden_id == golden_id))


def record(tx: Transaction, key: RecordKey) -> tuple[StoredRecord, str | None] | None:
    """A mapped record by its key, with the id of its golden record."""
    columns = mapped_record.c
    row = tx.execute(
        select(mapped_record).where(
            columns.source == key.source,
            columns.stream == key.stream,
            columns.external_id == key.external_id,
            columns.part == key.part,
        )
    ).first()
    return None if row is None else (_record(row), row.golden_id)


def interactions(tx: Transaction, keys: Sequence[RecordKey], limit: int = 100) -> list[Interaction]:
    """The latest interactions that hang on these mapped records, newest first."""
    of, came_from = interaction.c, source_record.c
    query = (
        select(interaction, came_from.source, came_from.stream, came_from.external_id)
        .join(source_record, came_from.id == of.source_record_id)
        .order_by(of.at.desc(), of.id)
        .limit(limit)
    )
    rows = select_by_key(tx, query, interaction, keys, prefix="of_")
    latest = sorted(rows, key=lambda row: (-row.at.timestamp(), row.id))[:limit]
    return [
        load_interaction(
            RecordKey(row.source, row.stream, row.external_id),
            RecordKey(row.of_source, row.of_stream, row.of_external_id, row.of_part),
            row._asdict(),
        )
        for row in latest
    ]


def page(
    tx: Transaction, after: str, limit: int, entity: Entity | None = None
) -> list[StoredProfile]:
    """Active golden records in the order of their ids, from the one after `after`."""
    query = select(golden_record).where(
        golden_record.c.id > after, golden_record.c.state == "active"
    )
    if entity is not None:
        query = query.where(golden_record.c.entity == entity)
    rows = tx.execute(query.order_by(golden_record.c.id).limit(limit))
    return [_profile(row) for row in rows]


def _records(tx: Transaction, query: Select[tuple[object, ...]]) -> list[StoredRecord]:
    found = [_record(row) for row in tx.execute(query)]
    return sorted(found, key=lambda stored: stored.record.key)


def _record(row: Row[tuple[object, ...]]) -> StoredRecord:
    key = RecordKey(row.source, row.stream, row.external_id, row.part)
    return StoredRecord(row.id, load_mapped(key, row.entity, row.observed_at, row.body))


def _profile(row: Row[tuple[object, ...]]) -> StoredProfile:
    return StoredProfile(
        id=row.id,
        entity=Entity(row.entity),
        version=row.version,
        body=row.body,
        state=row.state,
        updated_at=row.updated_at,
    )
