"""How time and memory grow with the records: `./run bench growth [--records N ...] [--json]`.

The CRM table at each size, from reading the Parquet file to a cluster for each record, training
included, each in a process of its own; time and memory are also shown per million records, and
time as a multiple of growing in proportion from the size before.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import orjson

from tests.bench.crm.write import write_table
from tests.bench.sides import OURS, measure


def run(sizes: list[int], seed: int) -> list[dict[str, Any]]:
    """Figures by size, smallest first."""
    rows: list[dict[str, Any]] = []
    for size in sorted(sizes):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_table(folder / "people.parquet", size, seed)
            row = measure("tests.bench.resolvers.crm.ours", folder, "own", environment=OURS)
        millions = size / 1_000_000
        row |= {
            "records": size,
            "cpu_s_per_million": round(row["cpu_s"] / millions, 2),
            "gb_per_million": round(row["rss_mb"] / 1024 / millions, 2),
        }
        if rows:
            before = rows[-1]["cpu_s_per_million"]
            row["times_linear"] = round(row["cpu_s_per_million"] / before, 2)
        rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--records", type=int, nargs="+", default=[100_000, 1_000_000, 5_000_000])
    options = parser.parse_args()
    rows = run(options.records, options.seed)
    if options.json:
        print(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for row in rows:
        print(
            f"{row['records']:>9} records {row['pairs']:>10} pairs {row['wall_s']:7.2f} s "
            f"{row['cpu_s']:7.2f} CPU-s ({row['cpu_s_per_million']:.2f} a million, "
            f"{row.get('times_linear', 1):.2f} x linear) {row['rss_mb']:6.0f} MB "
            f"({row['gb_per_million']:.2f} GB a million)  F1 {row['f1']:.4f} "
            f"B-cubed {row['bcubed_f1']:.4f}"
        )


if __name__ == "__main__":
    main()
