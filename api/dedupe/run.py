"""From rows to golden records and links."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from api.dedupe.by_model import resolve_cells
from api.dedupe.cells import Cells, Numbers
from api.dedupe.encode import encoded, normalise
from api.dedupe.found import found_by_model, found_in
from api.dedupe.golden import Found, golden_lines, in_batches
from api.dedupe.keys import RowKeys
from api.dedupe.mapped import Mapped, map_cells
from api.dedupe.rows import Plan
from api.dedupe.workers import Workers, no_collecting
from api.dedupe.write import Output, write_links
from daifuku.records import Entity
from identity.bulk import BulkTable
from identity.model.load import shipped_models
from identity.model.types import Model

_VALUES_AT_ONCE = 10_000
_WORTH_WORKERS = 20_000
"""Rows from which starting processes pays."""

Progress = Callable[[str, int, int | None], None]
"""Is told the stage, how much of it is done, and how much there is, where that is known."""


@dataclass(frozen=True, slots=True)
class Deduped:
    """How many rows there were, golden records they became, and pairs of these that may be one.

    `rejected` are the rows that stand alone, by id, and why: they cannot be read, or say nobody.
    """

    rows: int
    goldens: int
    possible: int
    rejected: Mapping[str, str]


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
        if cells.count >= _WORTH_WORKERS:
            workers.start()
        with ThreadPoolExecutor(1) as beside:  # mapping is done by others, and mostly waited for
            resolving = None
            if model is not None:
                on_progress("resolving", 0, cells.count)
                resolving = beside.submit(resolve_cells, cells, model, train=train)
            on_progress("mapping", 0, cells.count)
            mapped = map_cells(plan, cells, workers.each)
            found_by = resolving.result() if resolving else None
        del cells  # a table's texts would be held twice
        count = len(mapped.keys)
        rows = _RowLinks(count)
        goldens = possible = 0
        with output.goldens() as file:
            for entity, shipped in sorted(shipped_models().items()):
                if found_by is not None:
                    found = found_by_model(mapped, entity, found_by)
                else:
                    found = _resolved(mapped, entity, shipped, workers, on_progress)
                possible += found.possible
                goldens += len(found.ids)
                rows.take(found)
                batches = in_batches(mapped, entity, found)
                done = 0
                for size, lines in workers.each(golden_lines, batches):
                    file.write(lines)
                    done += size
                    on_progress("golden records", done, len(found.members))
        if links is not None:
            on_progress("writing links", 0, count)
            write_links(links, rows.lines(mapped.keys))
    rejected = {mapped.keys.id_of(row): why for row, why in sorted(mapped.rejected.items())}
    return Deduped(count, goldens, possible, rejected)


def _resolved(
    mapped: Mapped, entity: Entity, model: Model, workers: Workers, on_progress: Progress
) -> Found:
    records = encoded(mapped, entity, partial(_normalise, workers, on_progress))
    table = BulkTable(records, model)
    table.find_links(partial(on_progress, "comparing pairs"))
    on_progress("grouping", 0, None)
    return found_in(mapped, table, table.clusters())


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


class _RowLinks:
    """Which golden record each row belongs to, and how surely."""

    def __init__(self, rows: int) -> None:
        self._golden_ids: list[str] = []
        self._golden: Numbers = np.full(rows, -1)
        self._chances = np.ones(rows)

    def take(self, found: Found) -> None:
        places = np.arange(len(found.ids)) + len(self._golden_ids)
        self._golden[found.members] = np.repeat(places, found.sizes)
        self._chances[found.members] = found.chances
        self._golden_ids += found.ids

    def lines(self, keys: RowKeys) -> Iterator[tuple[str, str, float]]:
        """(record id, golden id, probability) of every row, in their order."""
        ids = self._golden_ids
        told = zip(self._golden.tolist(), self._chances.tolist(), strict=True)
        for row, (place, chance) in enumerate(told):
            record_id = keys.id_of(row)
            yield record_id, ids[place] if place >= 0 else f"unreadable_{record_id}", chance
