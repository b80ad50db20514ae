"""Turns where records stand now into the rows to write: only what differs from what is stored."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from daifuku.records import Interaction, MappedRecord
from daifuku.storage.codec import dump_interaction, dump_mapped
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories.landing import (
    Changes,
    StoredMapped,
    new_source_ids,
    stored_mapped,
    write,
)
from sync.evidence import storable
from sync.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """When and in which run rows are written, and the pass over the stream that lists them."""

    at: datetime
    run_id: int | None
    generation: int = 0


def write_standings(tx: Transaction, standings: Iterable[Standing], landing: Landing) -> None:
    """Write what became of the records, all that hangs on them, and nothing else."""
    everything = list(standings)
    ids = iter(new_source_ids(tx, sum(standing.stored is None for standing in everything)))
    numbered = [
        (standing.stored.id if standing.stored else next(ids), standing) for standing in everything
    ]
    changes = Changes()
    for row_id, standing in numbered:
        _source_row(changes, row_id, standing, landing)
        _rejection_row(changes, row_id, standing, landing)
    _mapped_rows(tx, changes, numbered)
    write(tx, changes)


def _source_row(changes: Changes, row_id: int, standing: Standing, landing: Landing) -> None:
    key, stored, at, run = standing.key, standing.stored, standing.observed_at, landing.run_id
    generation = landing.generation
    if stored is None:
        name = (row_id, key.source, key.stream, key.external_id)
        content = (standing.payload, standing.content_hash, at, at)
        changes.new.append((*name, *content, generation, standing.deleted, run))
    elif standing.content_changed and standing.payload is not None:
        row = (row_id, standing.payload, standing.content_hash, at)
        changes.changed.append((*row, generation, standing.deleted, run))
    elif standing.content_changed:
        changes.deleted.append((row_id, at, generation, standing.deleted, run))
    elif stored.generation < generation:
        changes.listed.append((row_id, generation))


def _rejection_row(changes: Changes, row_id: int, standing: Standing, landing: Landing) -> None:
    if not standing.rejection_is_new:
        return
    key, rejection = standing.key, standing.rejection
    if rejection is None:
        changes.accepted.append(row_id)
        return
    row = (row_id, key.source, key.stream, key.external_id, rejection.stage, rejection.code)
    changes.rejected.append((*row, rejection.reason, rejection.field, landing.at, landing.run_id))


def _mapped_rows(
    tx: Transaction, changes: Changes, numbered: Sequence[tuple[int, Standing]]
) -> None:
    known = [
        row_id for row_id, standing in numbered if standing.stored and standing.outcome is not None
    ]
    before: defaultdict[int, dict[str, StoredMapped]] = defaultdict(dict)
    for mapped in stored_mapped(tx, known):
        before[mapped.source_record_id][mapped.part] = mapped
    changes.interactions_of.extend(known)
    for row_id, standing in numbered:
        if standing.outcome is None:
            continue
        _compare_parts(changes, row_id, before[row_id], standing.outcome.records)
        rows = _interaction_rows(row_id, standing.outcome.interactions)
        changes.interactions.extend(rows)


def _compare_parts(
    changes: Changes,
    row_id: int,
    before: dict[str, StoredMapped],
    records: Sequence[MappedRecord],
) -> None:
    for record in records:
        key, body = record.key, dump_mapped(record)
        part = storable(key.part)
        stored = before.pop(part, None)
        if stored is None:
            name = (row_id, key.source, key.stream, storable(key.external_id), part)
            values = (record.entity.value, body, record.observed_at)
            changes.mapped.append((*name, *values, True, False, 1))
        elif not _is_same(stored, record, body):
            values = (record.entity.value, body, record.observed_at)
            changes.remapped.append((stored.id, *values, True, False, stored.revision + 1))
    for stored in before.values():
        if not stored.removed:
            changes.removed.append((stored.id, True, True, stored.revision + 1))


def _is_same(stored: StoredMapped, record: MappedRecord, body: bytes) -> bool:
    return (
        not stored.removed
        and stored.body == body
        and stored.entity == record.entity
        and stored.observed_at == record.observed_at
    )


def _interaction_rows(
    row_id: int, interactions: Iterable[Interaction]
) -> Iterator[tuple[object, ...]]:
    for sequence, interaction in enumerate(interactions):
        of = interaction.of
        names = (of.source, of.stream, of.external_id, of.part)
        words = (interaction.channel, interaction.kind, interaction.direction)
        yield (
            row_id,
            sequence,
            *map(storable, names),
            *map(storable, words),
            interaction.at,
            dump_interaction(interaction),
        )
