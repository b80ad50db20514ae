"""A table in, golden records and links out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from api.dedupe.by_model import ByModel, resolve_cells
from api.dedupe.cells import Cells, Numbers
from api.dedupe.encode import encoded, normalise
from api.dedupe.golden import Batch, golden_lines, in_batches
from api.dedupe.mapped import Mapped, map_cells
from api.dedupe.rows import Plan
from api.dedupe.workers import Workers, no_collecting
from api.dedupe.write import Output, write_links
from daifuku.records import Entity
from identity.bulk import BulkTable, groups_of
from identity.model.load import shipped_models
from identity.model.types import Model
from identity.resolve import count_possible
from identity.scoring.weights import probability
from sync.resolution.identities import founding_id

_VALUES_AT_ONCE = 10_000
_WORTH_WORKERS = 20_000
"""Rows from which starting processes pays."""

Progress = Callable[[str, int, int | None], None]
"""Is told the stage, how much of it is done, and how much there is, where that is known."""


@dataclass(frozen=True, slots=True)
class Deduped:
    """How many rows there were, golden records they became, pairs of these that may be one, and
    rows that say nobody."""

    rows: int
    goldens: int
    possible: int
    unreadable: int


def dedupe(
    plan: Plan,
    read: Callable[[Callable[[int], None]], Cells],
    output: Output,
    *,
    links: Path | None = None,
    model: Model | None = None,
    train: bool = False,
    processes: int | None = None,
    on_progress: Progress = lambda *_: None,
) -> Deduped:
    """Resolve all rows of a table and write its golden records, and the link of every row.

    With a `model` over the table's own columns that decides who is who; it learns its numbers first
    where it has none, or is to `train`.

    `read` gives the cells of the table and is given what to tell how many rows it has read. The
    files are the same bytes on every run, with any number of processes.

    Raises:
        UserError: two rows of one source have the same id, or a file cannot be written.
        ModelError: the table lacks a column the model names.
    """
    with Workers(processes) as workers, no_collecting():
        cells = read(lambda rows: on_progress("reading rows", rows, None))
        found_by = None
        if model is not None:
            on_progress("resolving", 0, cells.count)
            found_by = resolve_cells(cells, model, train=train)
        on_progress("mapping", 0, cells.count)
        mapped = map_cells(plan, cells)
        del cells  # a table's texts would be held twice
        count = len(mapped.keys)
        if count >= _WORTH_WORKERS:
            workers.start()
        rows = _RowLinks(count)
        goldens = possible = 0
        with output.goldens() as file:
            for entity, shipped in sorted(shipped_models().items()):
                if found_by is not None:
                    found = _told(mapped, entity, found_by)
                else:
                    found = _resolved(mapped, entity, shipped, workers, on_progress)
                possible += found.possible
                goldens += len(found.groups)
                rows.take(found)
                batches = in_batches(mapped, entity, found.ids, found.groups)
                done = 0
                for size, lines in workers.each(_golden, batches):
                    file.write(lines)
                    done += size
                    on_progress("golden records", done, len(found.rows))
        if links is not None:
            on_progress("writing links", 0, count)
            write_links(links, rows.lines(mapped))
    return Deduped(count, goldens, possible, len(mapped.rejected))


def _golden(batch: Batch) -> tuple[int, str]:
    return len(batch.clusters.sources.rows), golden_lines(batch)


@dataclass(frozen=True, slots=True)
class _Found:
    """The clusters of one entity: rows of the table by cluster, and each row's probability."""

    rows: Numbers
    ids: Sequence[str]
    groups: Sequence[Sequence[int]]
    probabilities: npt.NDArray[np.float64]
    possible: int


def _told(mapped: Mapped, entity: Entity, found: ByModel) -> _Found:
    """The clusters of one entity that a model over the table found."""
    rows = mapped.rows_of(entity)
    groups: dict[int, list[int]] = {}
    for row, label in zip(rows.tolist(), found.labels[rows].tolist(), strict=True):
        groups.setdefault(label, []).append(row)
    return _Found(
        rows,
        [founding_id(entity, mapped.keys[group[0]]) for group in groups.values()],
        list(groups.values()),
        found.chances[rows],
        found.possible if entity is Entity.PERSON else 0,
    )


def _resolved(
    mapped: Mapped, entity: Entity, model: Model, workers: Workers, on_progress: Progress
) -> _Found:
    records = encoded(mapped, entity, partial(_normalise, workers, on_progress))
    table = BulkTable(records, model)
    table.find_links(partial(on_progress, "comparing pairs"))
    on_progress("grouping", 0, None)
    labels = table.clusters()
    rows = mapped.rows_of(entity)
    clusters = groups_of(labels)
    return _Found(
        rows,
        [founding_id(entity, records.keys[group[0]]) for group in clusters],
        [rows[group].tolist() for group in clusters],
        _probabilities(table, labels),
        count_possible(table, labels),
    )


def _normalise(
    workers: Workers, on_progress: Progress, part: str, values: Sequence[Sequence[Any]]
) -> list[Any]:
    starts = range(0, len(values), _VALUES_AT_ONCE)
    pieces = (values[start : start + _VALUES_AT_ONCE] for start in starts)
    done: list[Any] = []
    for piece in workers.each(partial(normalise, part), pieces):
        done += piece
        on_progress(f"normalising {part}", len(done), len(values))
    return done


def _probabilities(table: BulkTable, labels: Numbers) -> npt.NDArray[np.float64]:
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


class _RowLinks:
    """Which golden record each row belongs to, and how surely."""

    def __init__(self, rows: int) -> None:
        self._ids: list[str] = [""] * rows
        self._chances = np.ones(rows)

    def take(self, found: _Found) -> None:
        for golden_id, group in zip(found.ids, found.groups, strict=True):
            for row in group:
                self._ids[row] = golden_id
        self._chances[found.rows] = found.probabilities

    def lines(self, mapped: Mapped) -> Iterator[tuple[str, str, float]]:
        """(record id, golden id, probability) of every row, in their order."""
        told: Iterable[tuple[Any, str, float]] = zip(
            mapped.keys, self._ids, self._chances.tolist(), strict=True
        )
        for key, golden_id, chance in told:
            record_id = key.external_id
            yield record_id, golden_id or f"unreadable_{record_id}", chance
