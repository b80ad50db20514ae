"""What the whole way costs: from a customer database to golden records, beside dlt and Splink.

`python -m tests.bench.e2e [--json] [--records N] [--seed N]`: both sides read one SQLite table
of the demo world's people, each in a process of its own. Ours lands, maps, resolves and keeps
golden records with lineage; the other side loads with dlt into DuckDB, tidies the columns in
SQL, trains Splink without labels and keeps a cluster id per row.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import orjson

from tests.bench.sides import measure
from tests.bench.whole.people import fill

SIDES = {"ours": "daifuku, SQLite store", "dlt_splink": "dlt into DuckDB, then Splink"}


def run(records: int, seed: int) -> dict[str, Any]:
    """Figures of each side, and how many times our CPU the other takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = fill(folder, records, seed)
        rows = {side: measure(f"tests.bench.whole.{side}", folder) for side in SIDES}
    ratio = round(rows["dlt_splink"]["cpu_s"] / rows["ours"]["cpu_s"], 2)
    return {"records": count, "seed": seed, "rows": rows, "cpu_ratio": ratio}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=4711)
    options = parser.parse_args()
    result = run(options.records, options.seed)
    if options.json:
        print(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
        return
    print(f"{result['records']} person records, seed {result['seed']}")
    for side, row in result["rows"].items():
        print(
            f"{SIDES[side]:32} {row['cpu_s']:7.2f} CPU-s {row['rss_mb']:6.0f} MB  "
            f"P {row['precision']:.4f} R {row['recall']:.4f} F1 {row['f1']:.4f}"
        )
    print(f"dlt + Splink take {result['cpu_ratio']} times our CPU")


if __name__ == "__main__":
    main()
