"""The clusters found among the rows of a table."""

import numpy as np
import numpy.typing as npt

from api.dedupe.by_model import ByModel
from api.dedupe.golden import Found
from api.dedupe.mapped import Mapped
from daifuku.records import Entity
from identity.bulk import BulkTable
from identity.resolve import count_possible
from identity.scoring.weights import probability
from sync.resolution.identities import founding_id


def found_by_model(mapped: Mapped, entity: Entity, found: ByModel) -> Found:
    """The clusters that a model over the table found."""
    rows = mapped.rows_of(entity)
    possible = found.possible if entity is Entity.PERSON else 0
    return _found(
        mapped, entity, found.labels[rows].astype(np.int64), found.chances[rows], possible
    )


def found_in(mapped: Mapped, table: BulkTable, labels: npt.NDArray[np.int64]) -> Found:
    """The clusters in the table of the mapped records, `labels` being each record's."""
    chances, possible = _chances(table, labels), count_possible(table, labels)
    return _found(mapped, table.encoded.entity, labels, chances, possible)


def _found(
    mapped: Mapped,
    entity: Entity,
    labels: npt.NDArray[np.int64],
    chances: npt.NDArray[np.float64],
    possible: int,
) -> Found:
    """Clusters of the rows of one entity, in the order of their keys; sorted by their first."""
    _, first, cluster = np.unique(labels, return_index=True, return_inverse=True)
    begin = first[cluster]
    order = np.argsort(begin, kind="stable")
    rows, founders = mapped.rows_of(entity), np.sort(first)
    return Found(
        [founding_id(entity, mapped.keys[row]) for row in rows[founders].tolist()],
        np.bincount(begin, minlength=len(rows))[founders],
        rows[order],
        chances[order],
        possible,
    )


def _chances(table: BulkTable, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Each record's match probability by its best link in its cluster; 1 where it has none."""
    records, matches = table.encoded, table.matches
    label = labels[records.first]
    best = np.full(len(labels), -np.inf)
    equal = matches.a == matches.b
    of_node = np.full(len(label), -np.inf)
    of_node[matches.a[equal]] = matches.weights[equal]
    together = label[records.node_of] == labels
    best[together] = of_node[records.node_of[together]]
    inside = ~equal & (label[matches.a] == label[matches.b])
    for ends in (matches.a, matches.b):
        np.maximum.at(best, records.first[ends[inside]], matches.weights[inside])
    weights, where = np.unique(best, return_inverse=True)
    chances = [
        round(probability(weight, table.model), 6) if weight > -np.inf else 1.0
        for weight in weights.tolist()
    ]
    return np.asarray(chances)[where]
