"""What reading a record costs: our manifest adapter, the stock CDK, dlt and a bare loop.

`python -m tests.bench.read [--json] [--rounds N]`: CPU microseconds a record, each reader in a
process of its own against one local server, the median of the rounds.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import orjson

READERS = {
    "ours": "daifuku manifest adapter",
    "stock": "airbyte-cdk, stock",
    "dlt_rest": "dlt rest_api, iterated",
    "raw": "requests + orjson loop",
}
MODES = ("full", "incremental")


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The URL of the people's server, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.readers.server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def measure(reader: str, url: str, mode: str) -> dict[str, float]:
    """CPU microseconds per record and peak memory of one reader."""
    command = [sys.executable, "-m", "tests.bench.readers.measure", reader, url, mode]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    figures: dict[str, float] = orjson.loads(done.stdout.splitlines()[-1])
    return figures


def run(rounds: int) -> dict[str, Any]:
    """Rows of figures, and how many times our CPU the others take."""
    rows = []
    with server() as url:
        for mode in MODES:
            figures: dict[str, list[dict[str, float]]] = {reader: [] for reader in READERS}
            for _ in range(rounds):
                for reader, found in figures.items():
                    found.append(measure(reader, url, mode))
            rows += [_row(reader, mode, found) for reader, found in figures.items()]
    cpu = {(row["mode"], row["reader"]): row["cpu_us"] for row in rows}
    ratios = {
        mode: {
            reader: round(cpu[mode, reader] / cpu[mode, "ours"], 2)
            for reader in READERS
            if reader != "ours"
        }
        for mode in MODES
    }
    return {"bench": "read", "rows": rows, "ratios": ratios}


def _row(reader: str, mode: str, found: list[dict[str, float]]) -> dict[str, Any]:
    return {
        "mode": mode,
        "reader": reader,
        "title": READERS[reader],
        "cpu_us": round(statistics.median(figure["cpu_us"] for figure in found), 2),
        "rss_mb": max(figure["rss_mb"] for figure in found),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=3, help="measurements per reader")
    options = parser.parse_args()
    result = run(options.rounds)
    if options.json:
        sys.stdout.write(orjson.dumps(result).decode() + "\n")
        return
    for row in result["rows"]:
        ratio = result["ratios"][row["mode"]].get(row["reader"], 1.0)
        sys.stdout.write(
            f"{row['mode']:12}{row['title']:28}{row['cpu_us']:8.2f} us/record"
            f"{ratio:8.2f}x{row['rss_mb']:6} MB\n"
        )


if __name__ == "__main__":
    main()
