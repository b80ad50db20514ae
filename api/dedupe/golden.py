"""Golden records of many clusters, as lines of CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

from api.dedupe.cells import Numbers
from api.dedupe.mapped import Field, Mapped
from api.dedupe.write import COLUMNS, shown
from daifuku.records import Entity
from identity.survivorship.many import Clusters, Told, survive_many

_RECORDS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Some clusters and their golden ids."""

    ids: Sequence[str]
    clusters: Clusters


def golden_lines(batch: Batch) -> str:
    """The CSV lines of their golden records."""
    clusters, text = batch.clusters, io.StringIO()
    cells = survive_many(clusters, COLUMNS, shown)
    columns = [cells.get(name) or repeat("") for name in COLUMNS]
    rows = zip(batch.ids, repeat(clusters.entity.value), clusters.sizes, *columns, strict=False)
    csv.writer(text).writerows(rows)  # which writes None as an empty cell
    return text.getvalue()


def in_batches(
    mapped: Mapped, entity: Entity, ids: Sequence[str], groups: Sequence[Sequence[int]]
) -> Iterator[Batch]:
    """The clusters of rows, some at a time."""
    numbers: dict[str, int] = {}
    of_row = [numbers.setdefault(key.source, len(numbers)) for key in mapped.keys]
    told = {"source": Field(list(numbers), np.asarray(of_row, np.int32)), **mapped.fields}
    sizes = np.fromiter(map(len, groups), np.int64, len(groups))
    ends = np.cumsum(sizes)
    begin = 0
    while begin < len(ids):
        done = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, done + _RECORDS_AT_ONCE, "right")), begin + 1)
        rows = np.fromiter(chain.from_iterable(groups[begin:end]), np.int64)
        held = {name: _within(field, rows) for name, field in told.items()}
        sources = held.pop("source")
        yield Batch(ids[begin:end], Clusters(entity, sizes[begin:end].tolist(), sources, held))
        begin = end


def _within(field: Field, rows: Numbers) -> Told:
    """What those rows say."""
    numbers, which = np.unique(field.rows[rows], return_inverse=True)
    return Told([field.values[number] for number in numbers.tolist()], which.astype(np.int32))
