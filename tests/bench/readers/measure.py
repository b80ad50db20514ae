"""Measures one reader in this process: `python -m tests.bench.readers.measure NAME URL MODE`.

The first reading pays for imports and compiled templates; the second is measured.
"""

import importlib
import resource
import sys
import warnings

import orjson

from tests.bench.readers.people import RECORDS


def main(name: str, url: str, mode: str) -> None:
    """Print CPU microseconds per record and the peak memory in MB as JSON."""
    warnings.simplefilter("ignore")
    reader = importlib.import_module(f"tests.bench.readers.{name}")
    incremental = mode == "incremental"
    reader.read(url, incremental=incremental)
    before = resource.getrusage(resource.RUSAGE_SELF)
    count = reader.read(url, incremental=incremental)
    after = resource.getrusage(resource.RUSAGE_SELF)
    if count != RECORDS:
        raise SystemExit(f"{name} read {count} of {RECORDS} records")
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    figures = {"cpu_us": round(cpu / count * 1e6, 2), "rss_mb": after.ru_maxrss // 1024}
    sys.stdout.write(orjson.dumps(figures).decode() + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
