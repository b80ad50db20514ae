"""The figures that sides print: their cost, and how good their clusters are."""

import json
import resource
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from identity.measure.evaluate import evaluate

Labels = npt.NDArray[np.generic]


def quality(clusters: Iterable[Sequence[int]], truth: Sequence[str]) -> dict[str, float]:
    """Pair and B-cubed figures of clusters of record numbers."""
    found = evaluate(clusters, dict(enumerate(truth)))
    return {
        "precision": round(found.precision, 4),
        "recall": round(found.recall, 4),
        "f1": round(found.f1, 4),
        "bcubed_f1": round(found.bcubed_f1, 4),
    }


def label_quality(labels: Labels, truth: Labels) -> dict[str, float]:
    """The same of a cluster label for each record, for millions of them."""
    table = _Table(labels, truth)
    together, found, real = (_pairs(n) for n in (table.cells, table.left, table.right))
    precision, recall = together / max(found, 1.0), together / max(real, 1.0)
    cells = table.cells.astype(np.float64) ** 2
    records = float(table.cells.sum())
    pure = float((cells / table.left[table.rows]).sum()) / records
    whole = float((cells / table.right[table.columns]).sum()) / records
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * together / max(found + real, 1.0), 4),
        "bcubed_f1": round(2 * pure * whole / (pure + whole), 4),
        "clusters": len(table.left),
        "largest": int(table.left.max()),
    }


def agreement(one: Labels, other: Labels) -> dict[str, float]:
    """How far two partitions of the same records are one.

    `records` is the share of records whose clusters are identical, `pairs` the F1 of joined
    pairs, `rand` the adjusted Rand index (Hubert and Arabie, Comparing Partitions, 1985).
    """
    table = _Table(one, other)
    same = (table.cells == table.left[table.rows]) & (table.cells == table.right[table.columns])
    together, left, right = (_pairs(n) for n in (table.cells, table.left, table.right))
    records = float(table.cells.sum())
    chance = left * right / max(records * (records - 1) / 2, 1.0)
    return {
        "records": round(float(table.cells[same].sum()) / records, 5),
        "pairs": round(2 * together / max(left + right, 1.0), 5),
        "rand": round((together - chance) / max((left + right) / 2 - chance, 1.0), 5),
    }


class _Table:
    """How many records have each two labels (`cells` of `rows` and `columns`) and each label."""

    def __init__(self, one: Labels, other: Labels) -> None:
        _, first, self.left = np.unique(one, return_inverse=True, return_counts=True)
        _, second, self.right = np.unique(other, return_inverse=True, return_counts=True)
        keys, self.cells = np.unique(first * len(self.right) + second, return_counts=True)
        self.rows, self.columns = np.divmod(keys, len(self.right))


def _pairs(counts: npt.NDArray[np.integer]) -> float:
    sizes = counts.astype(np.float64)
    return float((sizes * (sizes - 1) / 2).sum())


class Cost:
    """Wall and CPU seconds (all threads) from the beginning of its block to the end."""

    wall = 0.0
    cpu = 0.0

    def __enter__(self) -> "Cost":
        self._wall, self._cpu = time.perf_counter(), cpu_seconds()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, cpu_seconds() - self._cpu


def cpu_seconds() -> float:
    """CPU this process has used so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """The most memory this process has held (its own, not that of the process it forked from)."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def report(**figures: object) -> None:
    print(json.dumps(figures))
