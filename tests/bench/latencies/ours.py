"""Our side: fills a store, then changes records one by one and by the thousand.

`python -m tests.bench.latencies.ours FOLDER sqlite|postgres`; prints figures as JSON.
"""

import contextlib
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from daifuku.records import MappedRecord
from daifuku.storage.engine import Store, open_store
from daifuku.storage.upgrade import upgrade
from sync.resolution import resolve_pending
from tests.bench.latencies.customers import changed, customers, land, land_changes
from tests.bench.resolvers.figures import cpu_seconds, peak_mb, report
from tests.support.servers import postgres_server

SINGLES, WARM = 500, 50
BATCHES, BATCH = 6, 1_000


def main(folder: Path, kind: str) -> None:
    filled, used = folder / "filled.sqlite", folder / "hub.sqlite"
    with _database(used, kind) as url:
        figures: dict[str, Any] = {}
        if kind == "sqlite" and filled.exists():
            shutil.copy(filled, used)
        else:
            figures = fill(url, folder)
        if kind == "sqlite" and not filled.exists():
            shutil.copy(used, filled)
        store = open_store(url)
        figures |= measure(store, folder)
        store.close()
    report(**figures)


@contextlib.contextmanager
def _database(file: Path, kind: str) -> Iterator[str]:
    if kind == "sqlite":
        file.unlink(missing_ok=True)
        yield f"sqlite:///{file}"
        return
    with postgres_server() as url:
        yield url


def fill(url: str, folder: Path) -> dict[str, Any]:
    """Fill the store at `url`, and close it; figures of that."""
    upgrade(url)
    store = open_store(url)
    land(store, customers(folder / "customers.parquet"))
    begun, cpu = time.perf_counter(), cpu_seconds()
    resolve_pending(store)
    spent, spent_cpu = time.perf_counter() - begun, cpu_seconds() - cpu
    store.close()
    return {"fill_s": round(spent, 1), "fill_cpu_s": round(spent_cpu, 1)}


def measure(store: Store, folder: Path) -> dict[str, Any]:
    """Resolve changes of a filled store; figures of each."""
    table = folder / "customers.parquet"
    stored = pq.ParquetFile(table).metadata.num_rows
    rng = random.Random(7)
    wanted = {*rng.sample(range(stored), min(stored, WARM + SINGLES + BATCHES * BATCH))}
    chosen = [r for number, r in enumerate(customers(table)) if number in wanted]
    rng.shuffle(chosen)
    news = [changed(record, number) for number, record in enumerate(chosen)]
    rest = news[WARM + SINGLES :]
    pieces = [rest[start : start + BATCH] for start in range(0, len(rest), BATCH)]
    _each(store, pieces[:1])
    batches = _each(store, pieces[1:])
    # Then one by one: SQLite's log has reached its length by now, as in any store in use.
    _each(store, [[record] for record in news[:WARM]])
    singles = _each(store, [[record] for record in news[WARM : WARM + SINGLES]])
    return {
        "records": stored,
        "rss_mb": round(peak_mb()),
        "p50_ms": _percentile(singles, 50, 1e3),
        "p99_ms": _percentile(singles, 99, 1e3),
        "cpu_ms": round(float(np.mean([cpu for _, cpu in singles])) * 1e3, 2),
        "batch_records_s": round(BATCH * len(batches) / sum(wall for wall, _ in batches)),
        "batch_cpu_us": round(sum(cpu for _, cpu in batches) / (BATCH * len(batches)) * 1e6),
    }


def _each(store: Store, pieces: Sequence[list[MappedRecord]]) -> list[tuple[float, float]]:
    """Wall and CPU seconds from landed to golden records committed, for each piece."""
    return [_timed(store, piece, lambda: resolve_pending(store)) for piece in pieces]


def _timed(store: Store, piece: list[MappedRecord], work: Callable[[], Any]) -> tuple[float, float]:
    land_changes(store, piece)
    wall, cpu = time.perf_counter(), cpu_seconds()
    work()
    return time.perf_counter() - wall, cpu_seconds() - cpu


def _percentile(rows: Sequence[tuple[float, float]], which: int, scale: float) -> float:
    return round(float(np.percentile([wall for wall, _ in rows], which)) * scale, 2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
