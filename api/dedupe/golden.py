"""Golden records of many clusters, as lines of CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.dedupe.mapped import Mapped
from api.dedupe.rows import NO_TIME
from api.dedupe.write import COLUMNS, shown
from daifuku.records import Entity, MappedRecord, RecordKey
from identity.survivorship.survive import survive

_RECORDS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Clusters:
    """Some clusters: their golden ids and sizes, and what their records say, one after the other.

    Every field has a value for each record, None where it has none.
    """

    entity: Entity
    ids: Sequence[str]
    sizes: Sequence[int]
    keys: Sequence[RecordKey]
    fields: Mapping[str, Sequence[Any]]


def golden_lines(clusters: Clusters) -> str:
    """The CSV lines of their golden records."""
    text = io.StringIO()
    writer = csv.writer(text)
    records = _records(clusters)
    for golden_id, size in zip(clusters.ids, clusters.sizes, strict=True):
        fields = survive([next(records) for _ in range(size)])
        cells = [shown(fields[name].value) if name in fields else "" for name in COLUMNS]
        writer.writerow((golden_id, clusters.entity.value, size, *cells))
    return text.getvalue()


def _records(clusters: Clusters) -> Iterator[MappedRecord]:
    names = list(clusters.fields)
    for key, *told in zip(clusters.keys, *clusters.fields.values(), strict=True):
        said = {name: value for name, value in zip(names, told, strict=True) if value is not None}
        said.setdefault("observed_at", NO_TIME)
        yield MappedRecord(key=key, entity=clusters.entity, **said)


def in_batches(
    mapped: Mapped, entity: Entity, ids: Sequence[str], groups: Sequence[Sequence[int]]
) -> Iterator[Clusters]:
    """The clusters of rows, some at a time."""
    begin = 0
    while begin < len(ids):
        end, rows = begin, list[int]()
        while end < len(ids) and len(rows) < _RECORDS_AT_ONCE:
            rows += groups[end]
            end += 1
        yield Clusters(
            entity,
            ids[begin:end],
            [len(group) for group in groups[begin:end]],
            [mapped.keys[row] for row in rows],
            {
                name: [field.values[number] for number in field.rows[rows].tolist()]
                for name, field in mapped.fields.items()
            },
        )
        begin = end
