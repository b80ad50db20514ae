"""What landing a record costs, beside the driver writing one bare row of it.

`python -m tests.bench.land [--json] [--rows N]`: rows a second and CPU microseconds a row of this
process, 1,000 rows a transaction, on SQLite and on a local PostgreSQL (whose own CPU is not
counted, and which does not wait for the disk). Landing hashes, maps and writes the evidence,
two mapped records a row and the run's counters; the yardstick is the driver's executemany of
the evidence alone.

`python -m tests.bench.land --memory`: the peak memory of a process that lands 100,000 rows and of
one that lands a million, on SQLite, each row made when it is landed.
"""

import argparse
import multiprocessing
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import psycopg

from connectors.protocol import Record
from daifuku.records import MappingResult, SourceRecord, content_hash
from daifuku.storage.engine import Store, open_store
from daifuku.storage.upgrade import upgrade
from sync.landing import land
from tests.support.customers import mapper
from tests.support.servers import postgres_server

PAGE = 1_000
Figures = dict[str, float]


def records(count: int, version: int, start: int = 0) -> list[Record]:
    """Customers of about 300 bytes, numbered from `start`; another version changes each."""
    return [
        Record(
            "customers",
            f"C{number:07}",
            {
                "name": f"客{number}",
                "email": f"customer{number}@example.com",
                "company": f"会社{number % 997}",
                "born": "1990-01-02",
                "version": version,
                "note": "x" * 150,
            },
        )
        for number in range(start, start + count)
    ]


def measured(rows: int, work: Callable[[], object]) -> Figures:
    """Rows a second and CPU microseconds a row of some work."""
    wall, cpu = time.perf_counter(), _cpu()
    work()
    seconds, used = time.perf_counter() - wall, _cpu() - cpu
    return {"rows_per_second": round(rows / seconds), "cpu_us_per_row": round(used / rows * 1e6, 1)}


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def landing(store: Store, arrivals: list[Record], *, mapping: bool = True) -> Callable[[], None]:
    """Lands them page by page."""

    def work() -> None:
        for start in range(0, len(arrivals), PAGE):
            page, now = arrivals[start : start + PAGE], datetime.now(UTC)
            with store.write() as tx:
                land(
                    tx,
                    "shop" if mapping else "bare",
                    "customers",
                    page,
                    mapper=mapper if mapping else _nothing,
                    at=now,
                )

    return work


def _nothing(_: SourceRecord) -> MappingResult:
    return MappingResult()


def bare_rows(arrivals: list[Record]) -> list[tuple[str, bytes, bytes, str]]:
    """What the yardstick writes: id, payload, hash and time."""
    now = datetime.now(UTC).isoformat()
    return [(r.external_id, orjson.dumps(r.data), content_hash(r.data), now) for r in arrivals]


def sqlite_yardstick(path: str, arrivals: list[Record]) -> Callable[[], None]:
    def work() -> None:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE bare (id TEXT UNIQUE, payload BLOB, hash BLOB, at TEXT)")
        for start in range(0, len(arrivals), PAGE):
            rows = bare_rows(arrivals[start : start + PAGE])
            with connection:
                connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?)", rows)
        connection.close()

    return work


def postgres_yardstick(url: str, arrivals: list[Record]) -> Callable[[], None]:
    def work() -> None:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(
                "CREATE TABLE bare (id text UNIQUE, payload bytea, hash bytea, at timestamptz)"
            )
            for start in range(0, len(arrivals), PAGE):
                rows = bare_rows(arrivals[start : start + PAGE])
                with connection.cursor() as cursor:
                    cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s)", rows)
                connection.commit()

    return work


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The URL of an empty database of each kind."""
    with tempfile.TemporaryDirectory() as folder, postgres_server() as postgres:
        yield {"sqlite": f"sqlite:///{folder}/bench.sqlite", "postgresql": postgres}


def bench(kind: str, url: str, rows: int) -> dict[str, Figures]:
    """The figures of one database."""
    upgrade(url)
    store = open_store(url)
    first, second = records(rows, 1), records(rows, 2)
    yardstick = (
        sqlite_yardstick(url.removeprefix("sqlite:///") + ".bare", first)
        if kind == "sqlite"
        else postgres_yardstick(url, first)
    )
    figures = {
        "driver": measured(rows, yardstick),
        "evidence_only": measured(rows, landing(store, first, mapping=False)),
        "new": measured(rows, landing(store, first)),
        "unchanged": measured(rows, landing(store, first)),
        "changed": measured(rows, landing(store, second)),
    }
    store.close()
    return figures


MEMORY_ROWS = (100_000, 1_000_000)


def peak_memory(rows: int) -> float:
    """Megabytes a process of its own holds at most while it lands so many new rows, then again."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_peak_memory, rows).result()


def _peak_memory(rows: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        upgrade(url)
        store = open_store(url)
        for _ in range(2):
            for start in range(0, rows, PAGE):
                landing(store, records(PAGE, 1, start), mapping=False)()
        store.close()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    if arguments.memory:
        for rows in MEMORY_ROWS:
            sys.stdout.write(f"{rows:>9,} rows{peak_memory(rows):>8.0f} MB at most\n")
        return
    with databases() as urls:
        result: dict[str, Any] = {
            kind: bench(kind, url, arguments.rows) for kind, url in urls.items()
        }
    if arguments.json:
        sys.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    for kind, figures in result.items():
        for name, values in figures.items():
            ratio = values["rows_per_second"] / figures["driver"]["rows_per_second"]
            sys.stdout.write(
                f"{kind:<11}{name:<14}{values['rows_per_second']:>9,} rows/s"
                f"{values['cpu_us_per_row']:>8} us CPU a row{ratio:>7.2f} x driver\n"
            )


if __name__ == "__main__":
    main()
