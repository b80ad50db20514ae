"""Golden records of many clusters, as lines of CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt

from api.dedupe.cells import Numbers
from api.dedupe.mapped import Field, Mapped
from api.dedupe.write import COLUMNS, shown
from daifuku.records import Entity
from identity.survivorship.many import Clusters, Told, survive_many

_RECORDS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The clusters of one entity: their golden ids and sizes, and their rows, one cluster after
    the other. `chances` are those rows' match probabilities by their best links within, 1 where
    there is none; `possible` counts the pairs of clusters that may be one."""

    ids: Sequence[str]
    sizes: Numbers
    members: Numbers
    chances: npt.NDArray[np.float64]
    possible: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some clusters and their golden ids."""

    ids: Sequence[str]
    clusters: Clusters


def golden_lines(batch: Batch) -> tuple[int, str]:
    """How many records they have, and the CSV lines of their golden records."""
    clusters, text = batch.clusters, io.StringIO()
    cells = survive_many(clusters, COLUMNS, shown)
    columns = [cells.get(name) or repeat("") for name in COLUMNS]
    rows = zip(batch.ids, repeat(clusters.entity.value), clusters.sizes, *columns, strict=False)
    csv.writer(text).writerows(rows)  # which writes None as an empty cell
    return len(clusters.sources.rows), text.getvalue()


def in_batches(mapped: Mapped, entity: Entity, found: Found) -> Iterator[Batch]:
    """The clusters of rows, some at a time."""
    keys = mapped.keys
    told = {"source": Field(list(keys.sources), keys.source_of), **mapped.fields}
    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(found.sizes)))
    begin = 0
    while begin < len(found.ids):
        limit = ends[begin] + _RECORDS_AT_ONCE
        end = max(int(np.searchsorted(ends, limit, "right")) - 1, begin + 1)
        rows = found.members[ends[begin] : ends[end]]
        held = {name: _within(field, rows) for name, field in told.items()}
        sources, sizes = held.pop("source"), found.sizes[begin:end].tolist()
        yield Batch(found.ids[begin:end], Clusters(entity, sizes, sources, held))
        begin = end


def _within(field: Field, rows: Numbers) -> Told:
    """What those rows say."""
    numbers, which = np.unique(field.rows[rows], return_inverse=True)
    return Told([field.values[number] for number in numbers.tolist()], which.astype(np.int32))
