"""What more worker processes bring: many sources through 1, 2 and 4 of them.

`python -m tests.bench.workers [--json] [--sources N] [--records N]`: so many sources, synced by
`daifuku worker --only jobs --processes N` on PostgreSQL and Valkey, with a scheduler beside them:
files of `--records` customers each, and accounts of twenty that take 0.2 s for each answer.
Durability of PostgreSQL is off. Wall time depends on how many cores there are: beside it stands
what the workers and PostgreSQL took of them.
"""

import argparse
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select, text

from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store, open_store
from daifuku.storage.repositories import jobs
from daifuku.storage.repositories.landing import pending_exists
from daifuku.storage.tables import sync_run
from daifuku.storage.upgrade import upgrade
from sync.jobs.asking import ask_sync
from tests.bench.working.sources import Add, files, slow_accounts, source_name
from tests.support.deadline import until
from tests.support.servers import postgres_server, valkey_server

PROCESSES = (1, 2, 4)
KEY = "WmFoZ2FlY2gzb29uZzFpZXBoZWU0YWhuZ2llbm9oOG8="
DAIFUKU = Path(sysconfig.get_path("scripts")) / "daifuku"
TICKS = os.sysconf("SC_CLK_TCK")


def run(sources: int, records: int) -> dict[str, Any]:
    """Figures for each workload and number of processes."""
    workloads = {"files": files(records), "slow_accounts": slow_accounts}
    rows = {
        name: {str(count): _measure(count, sources, add) for count in PROCESSES}
        for name, add in workloads.items()
    }
    return {"sources": sources, "records": records, "cores": os.cpu_count(), "rows": rows}


def _measure(processes: int, sources: int, add: Add) -> dict[str, float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url, broker = (stack.enter_context(each()) for each in (postgres_server, valkey_server))
        upgrade(url)
        store = open_store(url)
        stack.callback(store.close)
        add(stack, store, SecretBox(KEY), folder, sources)
        environment = os.environ | {
            "DAIFUKU_HOME": str(folder),
            "DAIFUKU_DATABASE_URL": url,
            "DAIFUKU_REDIS_URL": broker,
            "DAIFUKU_SECRET_KEY": KEY,
        }
        stack.enter_context(_worker(folder, environment, "scheduler"))
        workers = stack.enter_context(_worker(folder, environment, "jobs", processes))
        _wait_for_start(folder, processes)
        return _timed(store, workers, sources)


@contextmanager
def _worker(
    folder: Path, environment: dict[str, str], role: str, processes: int = 1
) -> Iterator[int]:
    """The process id of a supervisor of so many workers, stopped when the block ends."""
    command = [DAIFUKU, "worker", "--only", role, "--processes", str(processes)]
    with (folder / f"{role}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for_start(folder: Path, processes: int) -> None:
    def started() -> bool:
        logs = {role: (folder / f"{role}.log").read_text() for role in ("scheduler", "jobs")}
        counts = {role: log.count("worker started") for role, log in logs.items()}
        return counts == {"scheduler": 1, "jobs": processes}

    until(started, seconds=120, what="the workers to start")


def _timed(store: Store, workers: int, sources: int) -> dict[str, float]:
    begun, before = time.monotonic(), _cpu(store, workers)
    with store.write() as tx:
        for number in range(sources):
            ask_sync(tx, source_name(number), datetime.now(UTC))
    _wait(lambda: not _live(store, "sync"))
    synced, after_syncs = time.monotonic() - begun, _cpu(store, workers)
    _wait(lambda: not _live(store) and not _pending(store))
    resolved, after = time.monotonic() - begun, _cpu(store, workers)
    with store.read() as tx:
        landed = int(tx.execute(select(func.sum(sync_run.c.new))).scalar_one())
    return {
        "landed": landed,
        "records_per_s": round(landed / synced),
        "sync_s": round(synced, 1),
        "resolved_s": round(resolved, 1),
        "sync_cpu_s": round(after_syncs[0] - before[0], 1),
        "workers_cpu_s": round(after[0] - before[0], 1),
        "postgres_cpu_s": round(after[1] - before[1], 1),
    }


def _wait(until_this: Callable[[], bool]) -> None:
    while not until_this():
        time.sleep(0.05)


def _live(store: Store, kind: str | None = None) -> bool:
    with store.read() as tx:
        return any(kind in (None, each.kind) for each in jobs.in_states(tx, *jobs.LIVE))


def _pending(store: Store) -> bool:
    with store.read() as tx:
        return pending_exists(tx)


def _cpu(store: Store, workers: int) -> tuple[float, float]:
    """CPU seconds of the workers, and of PostgreSQL."""
    with store.read() as tx:
        folder = tx.execute(text("show data_directory")).scalar_one()
    postmaster = (Path(folder) / "postmaster.pid").read_text().split()[0]
    return _cpu_below(workers), _cpu_below(int(postmaster))


def _cpu_below(pid: int) -> float:
    """CPU seconds of a process and the processes below it, those that ended too."""
    total = 0.0
    for found in Path("/proc").glob("[0-9]*/stat"):
        try:
            name_ended = found.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if pid in (int(found.parent.name), int(name_ended[1])):
            own, ended = slice(11, 13), slice(13, 15) if int(found.parent.name) == pid else slice(0)
            total += sum(map(int, (*name_ended[own], *name_ended[ended]))) / TICKS
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sources", type=int, default=16)
    parser.add_argument("--records", type=int, default=3_000)
    options = parser.parse_args()
    result = run(options.sources, options.records)
    if options.json:
        sys.stdout.buffer.write(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")
        return
    print(f"{result['sources']} sources, files of {result['records']}; {result['cores']} cores")
    for workload, rows in result["rows"].items():
        print(workload)
        for count, row in rows.items():
            print(
                f"  {count} processes: {row['records_per_s']:6} records/s,",
                f"synced in {row['sync_s']} s, resolved in {row['resolved_s']} s;",
                f"CPU {row['workers_cpu_s']} s in workers, {row['sync_cpu_s']} s of it until",
                f"synced, {row['postgres_cpu_s']} s in PostgreSQL",
            )


if __name__ == "__main__":
    main()
